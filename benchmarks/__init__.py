"""How fast Holdfast is, as ratios within one run: `python -m benchmarks --size tenth`."""
