"""What is refused of files that are sent, and that none of them stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from holdfast.errors import BadInput, UsageError
from holdfast.web import uploads
from holdfast.web.jobs.models import Job
from holdfast.web.uploads import Sent, do_take_file, do_take_mended
from holdfast.web.workspaces.members import do_add
from holdfast.web.workspaces.models import Deed, Member
from tests.web.conftest import site as site  # noqa: PLC0414 - a fixture of the same process


@pytest.fixture
def member(site: Path) -> Iterator[Member]:
    """Someone who may send."""
    found = do_add("sender@acme.example", "Sender", "analyst")
    yield found
    Job.objects.all().delete()
    Deed.objects.all().delete()
    found.delete()


def kept(site: Path) -> list[Path]:
    return sorted((site / uploads.PLACE).rglob("*"))


def take(member: Member, table: str = "accounts", mapping: str = "", name: str = "a.csv") -> None:
    do_take_file(Sent(name, [b"id\n1\n"]), table, mapping=mapping, complete=False, through=None, by=member)


def test_a_mapping_that_would_read_another_file_of_the_server_is_refused(site: Path, member: Member) -> None:
    lookup = '{ lookup = { file = "/etc/passwd", key = "id", equals = "id", take = "x" } }'
    with pytest.raises(BadInput, match="looked up in another file"):
        take(member, mapping=f"[columns]\nname = {lookup}\n")
    with pytest.raises(BadInput, match="not TOML"):
        take(member, mapping="columns = [")
    assert kept(site) == []
    assert not Job.objects.exists()


def test_what_cannot_be_taken_is_refused_before_it_is_a_job(
    site: Path, member: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="acounts"):
        take(member, table="acounts")
    with pytest.raises(UsageError, match="rejects"):
        take(member, table="rejects")
    for name in ("", ".hidden", uploads.MAPPING, "../../.."):
        with pytest.raises(BadInput, match="cannot be called"):
            take(member, name=name)
    with pytest.raises(BadInput, match="is empty"):
        do_take_mended(Sent("r.csv", []), by=member)
    monkeypatch.setitem(settings.INSTALLATION, "SPOOL_BYTES", 3)
    with pytest.raises(BadInput, match="larger"):
        take(member)
    assert kept(site) == []
    assert not Job.objects.exists()


def test_a_name_leads_out_of_no_folder_and_who_sent_it_is_kept(site: Path, member: Member) -> None:
    take(member, name="../../../accounts.csv")
    (job,) = Job.objects.all()
    file = site / uploads.PLACE / job.facts["file"]
    assert (file.name, file.parent.parent) == ("accounts.csv", site / uploads.PLACE)
    (deed,) = Deed.objects.filter(did="sent")
    assert (deed.member, deed.about) == (member, "accounts.csv to import")
    file.unlink()
    with pytest.raises(BadInput, match="not there any more"):
        uploads.import_uploaded(site, job.facts)
    file.parent.rmdir()
