"""Webhooks that the business declared, as web processes know them; the warehouse has the truth."""
