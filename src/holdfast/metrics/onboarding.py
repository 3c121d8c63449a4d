"""Getting started: onboarding, activation and time to value (K23 to K25)."""
