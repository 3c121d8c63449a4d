"""The table of work: rows with a due time, each claimed by one worker at a time."""
