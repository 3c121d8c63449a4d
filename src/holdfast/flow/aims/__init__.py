"""What a business wants to reach, by when, and which KPIs say so."""
