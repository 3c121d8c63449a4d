"""What programs ask of us: events in, health, counters."""
