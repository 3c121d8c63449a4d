"""Who is likely to leave, from what was known at each time, with a report card of how that went before."""
