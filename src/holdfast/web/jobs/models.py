"""Work to be done as rows, and what the loader last did."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """One piece of work: due at a time, held by one worker under a lease, done or failed with a reason.

    `once` keeps a tick of a schedule from being entered twice. `attempt` is the fence: who holds an
    older attempt can no longer say that the job is done.
    """

    kind = models.CharField(max_length=50)
    facts = models.JSONField(default=dict)
    once = models.CharField(max_length=200, null=True, unique=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)
    attempt = models.PositiveIntegerField(default=0)
    held_by = models.CharField(max_length=100, blank=True)
    held_until = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("due_at", "id")

    def __str__(self) -> str:
        return f"{self.kind} due {self.due_at:%Y-%m-%d %H:%M}"


class Progress(models.Model):
    """How far the loader of a spool is, so that web processes can tell without the warehouse.

    At `empty_at` nothing waited: all that had been acknowledged before is loaded.
    """

    spool = models.CharField(max_length=64, unique=True)
    empty_at = models.DateTimeField(null=True)
    offsets = models.JSONField(default=dict)
    rejects = models.PositiveIntegerField(default=0)
    events = models.PositiveBigIntegerField(default=0)
    seen_at = models.DateTimeField()
    loaded_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"the loader, seen {self.seen_at:%Y-%m-%d %H:%M:%S}"
