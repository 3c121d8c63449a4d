"""Pages of figures: the overview, every KPI with what stands behind it, cohorts."""
