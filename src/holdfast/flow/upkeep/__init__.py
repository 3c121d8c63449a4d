"""A workspace checked, copied and put back."""
