"""The way in and out: a password, or a link that works once."""
