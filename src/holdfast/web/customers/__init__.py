"""Customers: all of them as a table, and each seen whole."""
