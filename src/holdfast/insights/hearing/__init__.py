"""What messages are alike by their words: groups that may be a theme, and new messages of a named one."""
