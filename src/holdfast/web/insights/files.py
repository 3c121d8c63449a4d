"""Rows of a page as a file to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from holdfast.report.rows import as_csv
from holdfast.web.pages.showing import secured


def as_file(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], name: str) -> HttpResponse:
    """The rows as CSV, as the command of the same name writes them."""
    response = HttpResponse(as_csv(rows, columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return secured(response)
