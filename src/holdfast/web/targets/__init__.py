"""Targets: how each stands, one proposed and set, one seen whole with its forecast and its edits."""
