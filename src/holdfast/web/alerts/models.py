"""What alerts watch for, and each stretch of time in which one of them held."""

from __future__ import annotations

from django.db import models

from holdfast.web.workspaces.models import Member


class Alert(models.Model):
    """Something to be told of: which KPI or targets, on which side of what, to whom, how often at most.

    `bound` is an exact decimal as text, empty where nothing is compared with a value. Without `about`
    an alert on targets watches all of them.
    """

    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=100, blank=True)
    side = models.CharField(max_length=20)
    bound = models.CharField(max_length=60, blank=True)
    grain = models.CharField(max_length=30)
    segment = models.JSONField(default=list)
    to = models.ManyToManyField(Member, related_name="alerts")
    quiet_hours = models.PositiveIntegerField(default=24)
    by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    created_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return " ".join(part for part in (self.kind, self.about, self.side, self.bound) if part)


class Episode(models.Model):
    """A stretch in which an alert held: it opens, stays, closes; told once, and answered with an outcome."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="episodes")
    subject = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    acked_at = models.DateTimeField(null=True)
    acked_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("-opened_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("alert", "subject"), condition=models.Q(closed_at=None), name="one_open_episode"
            ),
        )

    def __str__(self) -> str:
        return f"{self.alert} since {self.opened_at:%Y-%m-%d}"
