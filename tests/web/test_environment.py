"""Settings of the installation: each documented, and loud where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from holdfast.errors import UsageError
from holdfast.web.environment import VARIABLES, settings_of
from tests.walls.source import ROOT
from tests.walls.test_settings_page import rows, ticked


def test_without_a_word_everything_has_a_value() -> None:
    found = settings_of({})
    assert set(found) == set(VARIABLES)
    assert (found["SPOOL_BYTES"], found["LOAD_SECONDS"]) == (2**30, 2.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("SPOOL_BYTES", "1GB"), ("KEY_RATE", "-1"), ("LOAD_SECONDS", "0"), ("LOG_LEVEL", "LOUD")],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"HOLDFAST_{name} cannot be '{value}'"):
        settings_of({f"HOLDFAST_{name}": value})


def test_a_name_that_there_is_not_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError) as told:
        settings_of({"HOLDFAST_SPOOL_BYTE": "1"})
    assert told.value.hint == "Did you mean 'HOLDFAST_SPOOL_BYTES'?"


@pytest.mark.parametrize("issuer", ["http://id.example", "id.example", "https://", "https://id.example/?a=b"])
def test_a_provider_is_named_by_an_address_that_nobody_between_reads(issuer: str) -> None:
    told = {"HOLDFAST_OIDC_CLIENT_ID": "holdfast"}
    with pytest.raises(UsageError, match="HOLDFAST_OIDC_ISSUER cannot be"):
        settings_of({**told, "HOLDFAST_OIDC_ISSUER": issuer})
    for fine in ("https://id.example/realms/acme", "https://id.example/", "http://127.0.0.1:8080/o"):
        assert settings_of({**told, "HOLDFAST_OIDC_ISSUER": fine})["OIDC_ISSUER"] == fine


def test_settings_that_let_nobody_in_are_refused() -> None:
    for told in ({"HOLDFAST_OIDC_ISSUER": "https://id.example"}, {"HOLDFAST_OIDC_CLIENT_ID": "holdfast"}):
        with pytest.raises(UsageError, match="go together"):
            settings_of(told)
    with pytest.raises(UsageError, match="no way to sign in"):
        settings_of({"HOLDFAST_PASSWORD_SIGN_IN": "off"})
    with pytest.raises(UsageError, match="HOLDFAST_PASSWORD_SIGN_IN cannot be 'no'"):
        settings_of({"HOLDFAST_PASSWORD_SIGN_IN": "no"})


def test_a_secret_may_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    assert settings_of({"HOLDFAST_SECRET_KEY_FILE": str(tmp_path / "secret")})["SECRET_KEY"] == "s3cret"
    with pytest.raises(UsageError, match="cannot be read"):
        settings_of({"HOLDFAST_SECRET_KEY_FILE": str(tmp_path / "none")})


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "live.md").read_text()
    told = {ticked(row[0])[0]: "".join(ticked(row[1])) for row in rows(page, "Settings")}
    assert told == {variable.full_name: variable.default for variable in VARIABLES.values()}
