"""Who uses the product, how often and for how long (K17 to K20)."""
