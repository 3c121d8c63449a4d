"""The living page of the design system: each component once for each ground and direction."""
