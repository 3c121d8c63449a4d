"""What customers answer when asked (K27 to K29, K32)."""
