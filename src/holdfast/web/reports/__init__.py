"""Reports: listed, made, opened, run again, led to today, taken away, and shown to others by a link."""
