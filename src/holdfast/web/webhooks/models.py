"""A copy of each declared webhook, so that a process that answers need not open the warehouse."""

from __future__ import annotations

from django.db import models


class Webhook(models.Model):
    """One webhook by its name, with its declaration as TOML; no secret is in it."""

    name = models.CharField(max_length=40, unique=True)
    declaration = models.TextField()

    def __str__(self) -> str:
        return self.name
