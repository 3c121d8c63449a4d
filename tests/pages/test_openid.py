"""Signing in by a provider in a real browser: the button, there and back, and what a stranger is told."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from holdfast.flow import create
from tests.openid_served import SECRET, Provider, provided
from tests.pages.conftest import STRANGER, Pages, Visit
from tests.pages.test_in_the_browser import RULES
from tests.web.conftest import free_port, holdfast, serving

Visits = Callable[..., Visit]
MEMBER = "ana@acme.example"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    with provided(free_port(), tmp_path_factory.mktemp("provider") / "provider.sqlite") as found:
        found.knows("ana", sub="person-1", email=MEMBER, email_verified=True)
        found.knows("zoe", sub="person-2", email="zoe@acme.example", email_verified=True)
        found.knows("eve", sub="person-3", email=MEMBER, email_verified=False)
        yield found


@pytest.fixture(scope="module")
def site(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A workspace whose members sign in by the provider, and by nothing else; its secret is in a file."""
    folder = tmp_path_factory.mktemp("openid") / "acme"
    create(folder).close()
    holdfast("members", "add", MEMBER, "--name", "Ana", "--role", "admin", "-w", str(folder))
    (folder.with_name("secret")).write_text(f"{SECRET}\n")
    told = {f"HOLDFAST_{name}": value for name, value in provider.settings().items()}
    del told["HOLDFAST_OIDC_CLIENT_SECRET"]
    told["HOLDFAST_OIDC_CLIENT_SECRET_FILE"] = str(folder.with_name("secret"))
    told["HOLDFAST_LOG_LEVEL"] = "DEBUG"
    with serving(folder, None, ["--no-worker"], HOLDFAST_PASSWORD_SIGN_IN="off", **told) as served:
        provider.sends_back(f"{served.address}/sign-in/openid/back/")
        yield Pages(folder, served.address)


def entered(visit: Visits, site: Pages, provider: Provider, name: str, path: str = "/you/?lang=en") -> Visit:
    """A browser after somebody went there and back; it was at the provider and nowhere else besides."""
    seen: Visit = visit(STRANGER, of=site)
    page = seen.page
    page.goto(site.address + path)
    page.locator("main a.button").click()
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Go on").click()
    page.wait_for_url(f"{site.address}/**")
    assert seen.elsewhere
    assert [each for each in seen.elsewhere if not each.startswith(provider.address)] == []
    seen.elsewhere.clear()
    return seen


def test_a_member_signs_in_by_the_button(visit: Visits, site: Pages, provider: Provider) -> None:
    page = entered(visit, site, provider, "ana").page
    expect(page).to_have_url(f"{site.address}/you/?lang=en")
    expect(page.locator("main")).to_contain_text(MEMBER)
    expect(page.locator("main [type=password]")).to_have_count(0)
    page.goto(f"{site.address}/team/log/?part=everything&lang=en")
    expect(page.locator("main")).to_contain_text("by OpenID Connect")
    log = site.folder.with_name(f"{site.folder.name}.log").read_text()
    assert '"path": "/sign-in/openid/back/"' in log
    assert [each for each in (SECRET, "code=", "state=", "nonce") if each in log] == []


@pytest.mark.parametrize(
    ("name", "language", "told"),
    [
        ("zoe", "en", "Acme ID knows you, but you are not a member here"),
        ("zoe", "fa", "عضو نیستید"),
        ("eve", "en", "has not confirmed your e-mail address"),
    ],
)
def test_whoever_is_refused_is_told_why_in_their_language(
    visit: Visits, site: Pages, provider: Provider, name: str, language: str, told: str
) -> None:
    seen = entered(visit, site, provider, name, f"/kpis/?lang={language}")
    page = seen.page
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.locator("html")).to_have_attribute("lang", language)
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert not re.search(r"code=|state=", page.url), "what was used up is left behind"
    seen.complaints[:] = [each for each in seen.complaints if "status of 403" not in each]


def test_the_policy_of_the_sign_in_page_is_that_of_all(site: Pages) -> None:
    """The button is a link, which the policy does not bound: no form needs to go elsewhere."""
    _, text, headers = site.get("/sign-in/?lang=en", STRANGER)
    assert "form-action 'self';" in headers["content-security-policy"]
    assert 'href="/sign-in/openid/?lang=en"' in text
    status, _, headers = site.get("/sign-in/openid/", STRANGER)
    assert (status, "form-action 'self';" in headers["content-security-policy"]) == (302, True)
