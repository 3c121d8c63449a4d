"""What a customer is worth, costs to win and costs to keep (K14 to K16)."""
