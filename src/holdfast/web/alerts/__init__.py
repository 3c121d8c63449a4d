"""Alerts: what is told when a KPI or a target comes to stand so, once for as long as it does."""
