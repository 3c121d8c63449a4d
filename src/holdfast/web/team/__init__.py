"""The team: who works here and as what, keys of programs, and the log of who saw and changed what."""
