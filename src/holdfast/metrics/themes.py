"""What people talk about (K31)."""
