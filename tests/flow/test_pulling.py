"""Pulling: all the first time, then what is new; stopped, it goes on where it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from holdfast.collect.sources.credentials import credential
from holdfast.collect.sources.stripe import asking
from holdfast.collect.sources.stripe.asking import Asker
from holdfast.errors import BadInput, Unreachable, UsageError
from holdfast.flow import Workspace
from holdfast.flow.arrivals import pulling
from tests.flow.test_receiving import kept, messages_of, rows, told
from tests.sources.lives import lived
from tests.stripe_served import KEY, Served, served


@pytest.fixture
def stripe(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A Stripe with a short life in it, that the environment leads to, and no waiting."""
    with served(lived(7, customers=3, steps=5)) as found:
        found.service.wait(minutes=1)
        monkeypatch.setenv("HOLDFAST_STRIPE_KEY", KEY)
        monkeypatch.setenv("HOLDFAST_STRIPE_URL", found.url)
        yield found


def test_a_pull_reads_what_webhooks_would_have_told(stripe: Served, spaces: Any) -> None:
    by_webhooks, by_pull = spaces(), spaces()
    told(by_webhooks, messages_of(stripe.service))
    stripe.most = 7
    taken = by_pull.sources.pull("stripe")
    assert taken.unused == []
    assert kept(by_pull) == kept(by_webhooks)
    assert by_pull.records("imports").through.max().to_pyarrow().as_py() >= stripe.service.now - timedelta(
        seconds=9
    )


def test_a_second_pull_reads_only_what_is_new(stripe: Served, space: Workspace) -> None:
    space.sources.pull("stripe")
    stripe.asked.clear()
    stripe.service.wait(days=2)
    stripe.service.customer("Late")
    taken = space.sources.pull("stripe")
    assert (taken.new, taken.rows["accounts"].new) == (1, 1)
    assert all(path.startswith("/v1/events?") for path in stripe.asked)
    stripe.service.wait(days=31)
    space.sources.pull("stripe")
    assert any(path.startswith("/v1/customers?") for path in stripe.asked)


def test_a_pull_that_was_stopped_goes_on(
    stripe: Served, spaces: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = spaces(), spaces()
    whole.sources.pull("stripe")
    monkeypatch.setattr(pulling, "AT_ONCE", 10)
    stripe.most = 10
    answer = stripe.answer

    def breaks(path: str) -> tuple[int, dict[str, Any]]:
        return (401, {"error": {"message": "no"}}) if path.startswith("/v1/charges") else answer(path)

    monkeypatch.setattr(stripe, "answer", breaks)
    with pytest.raises(UsageError, match="does not know the key"):
        stopped.sources.pull("stripe")
    assert rows(stopped, "accounts") == []
    monkeypatch.setattr(stripe, "answer", answer)
    stripe.asked.clear()
    stopped.sources.pull("stripe")
    assert not any(path.startswith("/v1/customers") for path in stripe.asked)
    assert kept(stopped) == kept(whole)


def test_lines_that_are_not_written_out_are_read(stripe: Served, space: Workspace) -> None:
    for invoice in stripe.service.objects["invoice"].values():
        lines = invoice["lines"]["data"]
        more = [lines[0] | {"id": f"{lines[0]['id']}_{n}"} for n in range(25)]
        invoice["all_lines"] = more
        url = f"/v1/invoices/{invoice['id']}/lines"
        invoice["lines"] = {"data": more[:2], "has_more": True, "url": url}
    stripe.service.events.clear()
    stripe.most = 10
    space.sources.pull("stripe")
    count = len([each for each in stripe.service.objects["invoice"].values() if each["status"] != "draft"])
    assert len(rows(space, "invoice_lines")) == 25 * count
    assert space.rejects().num_rows == 0


def test_it_waits_as_long_as_it_is_asked_to() -> None:
    waited: list[float] = []
    with served(lived(1)) as stripe:
        stripe.refusals = [429, 500, 429]
        asker = Asker.with_key(KEY, stripe.url, waited.append)
        assert asker.get("/v1/customers")[0]["object"] == "list"
        assert waited == [3, 3, 3]
        stripe.refusals = [503] * asking.TRIES
        with pytest.raises(Unreachable, match="did not answer /v1/customers in 8 tries") as refused:
            asker.get("/v1/customers")
    assert not refused.value.permanent
    assert len(waited) == 3 + asking.TRIES - 1


@pytest.mark.parametrize(
    ("code", "said"), [(401, "does not know the key"), (403, "may not read"), (400, "refused")]
)
def test_a_key_is_in_no_message(code: int, said: str) -> None:
    with served(lived(1)) as stripe:
        stripe.refusals = [code]
        with pytest.raises(UsageError, match=said) as refused:
            Asker.with_key(KEY, stripe.url).get("/v1/customers")
    assert KEY not in f"{refused.value} {refused.value.hint}"


def test_a_key_comes_from_the_environment_a_file_or_the_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KEY", "KEY_FILE", "URL"):
        monkeypatch.delenv(f"HOLDFAST_STRIPE_{name}", raising=False)
    assert credential(tmp_path, "stripe", "key") is None
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('[stripe]\nkey = "rk_secrets"\n')
    secrets.chmod(0o640)
    with pytest.raises(UsageError, match="Others may read"):
        credential(tmp_path, "stripe", "key")
    secrets.chmod(0o600)
    assert credential(tmp_path, "stripe", "key") == "rk_secrets"
    (tmp_path / "file").write_text("rk_file\n")
    monkeypatch.setenv("HOLDFAST_STRIPE_KEY_FILE", str(tmp_path / "file"))
    assert credential(tmp_path, "stripe", "key") == "rk_file"
    monkeypatch.setenv("HOLDFAST_STRIPE_KEY", "rk_environment")
    assert credential(tmp_path, "stripe", "key") == "rk_environment"
    monkeypatch.delenv("HOLDFAST_STRIPE_KEY")
    monkeypatch.delenv("HOLDFAST_STRIPE_KEY_FILE")
    secrets.write_text("key = rk_secrets")
    with pytest.raises(BadInput) as refused:
        credential(tmp_path, "stripe", "key")
    assert "rk_secrets" not in str(refused.value)


def test_without_a_key_it_says_where_to_put_one(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOLDFAST_STRIPE_KEY", raising=False)
    with pytest.raises(UsageError, match="no key for stripe") as refused:
        space.sources.pull("stripe")
    assert "HOLDFAST_STRIPE_KEY" in str(refused.value.hint)
