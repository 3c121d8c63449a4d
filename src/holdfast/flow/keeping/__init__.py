"""What is kept of the records and of figures, and how both stay true as news come."""
