"""What arrives by itself: clients' posts, services' messages, what is asked of them, made into records."""
