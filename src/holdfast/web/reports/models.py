"""Which reports may be seen by whoever has their address, until when."""

from __future__ import annotations

from django.db import models

from holdfast.web.workspaces.models import Member


class Share(models.Model):
    """One report shown to others for a while; its address is its name with our signature, kept nowhere."""

    name = models.CharField(max_length=32, unique=True)
    report_id = models.CharField(max_length=64, db_index=True)
    whom = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    seen = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("-created_at", "-id")

    def __str__(self) -> str:
        return f"report {self.report_id} until {self.expires_at:%Y-%m-%d}"
