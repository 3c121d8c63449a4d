"""Whatever stands in any field of a message, it raises nothing and spoils no message beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.collect.sources import POSTED
from holdfast.collect.sources.attributes import account_row, user_row
from holdfast.collect.sources.segment import translate
from holdfast.collect.sources.told import Told
from holdfast.flow.arrivals.live_rows import acts_as_arrow, as_arrow
from tests.posting import NOON, delivery

STAMP = NOON.isoformat() + "Z"
NASTY = st.sampled_from(
    [
        *("", " ", "null", "0", "u", "\ud800", "\x00", "2025-06-02T12:00:00Z", "2025-06-02"),
        *(
            "9999-12-31T00:00:00Z",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
            10**30,
            -(10**30),
            1e308,
            0,
            [],
            {},
        ),
    ]
)
TEXTS = st.text(st.characters(codec=None), max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS
ANY = NASTY | st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)

SEGMENT = (
    *("type", "action", "userId", "user_id", "anonymousId", "groupId", "previousId", "messageId", "event"),
    *("name", "category", "channel", "timestamp", "originalTimestamp", "sentAt", "receivedAt"),
    *("properties", "traits", "context"),
)
POSTHOG = ("event", "distinct_id", "uuid", "timestamp", "properties", "$set", "$set_once")
SAID = (
    *("distinct_id", "alias", "$groups", "$process_person_profile", "$is_identified", "$anon_distinct_id"),
    *("$group_type", "$group_key", "$group_set", "$set", "$set_once"),
)
CONTEXT = ("groupId", "traits", "active")


def spoiled(good: dict[str, Any], fields: tuple[str, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """A good message in which some fields hold anything."""
    return st.dictionaries(st.sampled_from(fields), ANY, min_size=1, max_size=4).map(
        lambda more: {**good, **more}
    )


def _call(kind: str, name: str) -> dict[str, Any]:
    more = {"event": "e"} if kind == "track" else {"previousId": "old"}
    ids = {"userId": f"u-{name}", "groupId": "acme", "messageId": name}
    return {"type": kind, "timestamp": STAMP, **ids, **more}


def _capture(name: str, event: str = "e") -> dict[str, Any]:
    said = {"$groups": {"company": "acme"}, "$group_type": "company", "$group_key": "k", "alias": "a"}
    return {"event": event, "distinct_id": f"u-{name}", "uuid": name, "timestamp": STAMP, "properties": said}


CALLS = st.sampled_from(["track", "identify", "group", "page", "screen", "alias"]).flatmap(
    lambda kind: (
        spoiled(_call(kind, "bad"), SEGMENT)
        | spoiled({}, CONTEXT).map(lambda context: {**_call(kind, "bad"), "context": context})
    )
)
CAPTURES = st.sampled_from(["e", "$identify", "$set", "$create_alias", "$groupidentify"]).flatmap(
    lambda event: (
        spoiled(_capture("bad", event), POSTHOG)
        | spoiled({}, SAID).map(lambda said: {**_capture("bad", event), "properties": said})
    )
)
CASES: dict[str, tuple[str, st.SearchStrategy[Any], Callable[[str], dict[str, Any]]]] = {
    "segment": ("/v1/batch", CALLS | ANY, lambda name: _call("track", name)),
    "posthog": ("/batch/", CAPTURES | ANY, _capture),
}


@pytest.mark.parametrize("source", CASES)
@given(data=st.data(), sent=ANY)
def test_anything_in_any_field_spoils_no_message_beside_it(
    source: str, data: st.DataObject, sent: Any
) -> None:
    path, bad, good = CASES[source]
    batch = [good("one"), data.draw(bad), good("two")]
    told, body = Told(), {"batch": batch, "sentAt": sent, "sent_at": sent}
    POSTED[source].translate(delivery(body, source, path), told)
    mine = [event for event in told.events if event.event_id in {"one", "two"}]
    assert {event.user_id for event in mine} >= {"u-one", "u-two"}
    assert {each.place for each in told.unused} <= {2}
    _keep(told)


@given(data=st.data())
def test_a_batch_read_at_once_tells_what_its_calls_tell_one_by_one(data: st.DataObject) -> None:
    path, bad, good = CASES["segment"]
    calls = data.draw(st.lists(bad | st.just(good("one")), min_size=1, max_size=4))
    at_once, one_by_one = Told(), Told()
    given_ = delivery({"batch": calls}, "segment", path)
    translate.translate(given_, at_once)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translate, "_plain", lambda _body: None)
        translate.translate(given_, one_by_one)
    assert at_once == one_by_one


@pytest.mark.parametrize("source", CASES)
@pytest.mark.parametrize("sent", ["9999-12-31T00:00:00Z", "0001-01-01", 0, "soon", {}, 10**30])
def test_a_moment_of_sending_that_cannot_be_moves_nothing(source: str, sent: Any) -> None:
    path, _, good = CASES[source]
    told, body = Told(), {"batch": [good("one")], "sentAt": sent, "sent_at": sent}
    POSTED[source].translate(delivery(body, source, path), told)
    assert [event.occurred_at for event in told.events] == [NOON]


def _keep(told: Told) -> None:
    """What was told can be written down: as rows of Arrow, and as rows of accounts and users."""
    acts_as_arrow(told.events)
    for unused in told.unused:
        json.dumps([unused.value, unused.message]).encode()
        as_arrow("rejects", [{"reject_id": "r", "value": unused.value, "row": unused.message}])
    rows: dict[str, list[Any]] = {"accounts": [], "users": []}
    for table, tellings, made in (
        ("accounts", told.account_traits, account_row),
        ("users", told.user_traits, user_row),
    ):
        for (subject, name), telling in tellings.items():
            rows[table].append(made(subject, {name: telling}, None))
        as_arrow(table, [row for row in rows[table] if row])
    as_arrow("visitors", [{"anonymous_id": one, "user_id": two} for one, (two, _) in told.visitors.items()])
