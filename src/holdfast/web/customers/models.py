"""Views of the table of customers that a member saved: a name, and what the address said."""

from __future__ import annotations

from django.db import models

from holdfast.web.workspaces.models import Member


class SavedView(models.Model):
    """One member's view; `asked` is the part of the address that says which accounts, columns and order."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    name = models.CharField(max_length=60)
    asked = models.CharField(max_length=1000)

    class Meta:
        """Django's place for what is said of the table."""

        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=("member", "name"), name="one_view_of_a_name"),)

    def __str__(self) -> str:
        return self.name
