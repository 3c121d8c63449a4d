"""Which boards are sent, how often, and to whom."""

from __future__ import annotations

from django.db import models

from holdfast.web.workspaces.models import Member


class Digest(models.Model):
    """A role's board that is sent each day, week or month until it is stopped."""

    board = models.CharField(max_length=20)
    rhythm = models.CharField(max_length=10)
    by = models.ForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return f"{self.board}, {self.rhythm}"


class Recipient(models.Model):
    """A member to whom a digest is sent, in a language, until they want it no more."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="recipients")
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    language = models.CharField(max_length=8)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=("digest", "member"), name="one_copy_for_each"),)

    def __str__(self) -> str:
        return f"{self.digest} for {self.member}"
