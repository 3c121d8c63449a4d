"""The place where the team works: what runs as a server, on Django, over the library."""
