"""Keys as they are kept: hashed, never as they were given out."""

from __future__ import annotations

from django.db import models


class Key(models.Model):
    """What a program shows to be let in; of its text only a hash and the first letters are kept."""

    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=200, blank=True)
    begins = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.begins}... ({self.kind})"
