"""What PostHog's clients send: capture, identify, set, alias, groups."""
