"""Pages and states of the ground floor that no plain link shows, and how one comes to each of them."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests import cast
from tests.browser.served import Served
from tests.browser.served_people import ELENA

PRIVACY, RETENTION = "/admin/records/privacy/", "/admin/records/retention/"
# Name: (who looks, path); names in braces are pages of the sample data.
STATES = {
    "whole-contact": ("bob", "{whole_contact}"),
    "whole-lead": ("bob", "{whole_lead}"),
    "whole-entry": ("bob", "{whole_entry}"),
    "whole-alone": ("bob", "{whole_alone}"),
    "whole-bare": ("bob", "{whole_bare}"),
    "whole-admins": ("alice", "{whole_contact}"),
    "audience": ("alice", "{audience}"),
    "audience-nobody": ("alice", "{audience}&tie=red"),
    "audience-refused": ("alice", "{audience}&account=nobody"),
    "privacy-found": ("alice", PRIVACY),
    "privacy-nothing": ("alice", PRIVACY),
    "privacy-refused": ("alice", PRIVACY),
    "privacy-asked": ("alice", PRIVACY),
    "retention-refused": ("alice", RETENTION),
    "audit-narrowed": ("alice", "/admin/records/auditentry/?who=job"),
    "endpoint": ("alice", "{endpoint}"),
    "endpoint-stopped": ("alice", "{endpoint_broken}"),
    "endpoint-refused": ("alice", "/admin/records/webhookendpoint/add/"),
    "delivery": ("alice", "{delivery}"),
    "delivery-failed": ("alice", "{delivery_failed}"),
    "key-made": ("alice", "/keys/"),
    "member-added": ("alice", "/members/"),
    "welcome": ("alice", "/members/"),
    "security": ("bob", "/security/"),
    "security-factors": ("sam", "/security/"),
    "app": ("bob", "/security/app/"),
    "passkey": ("bob", "/security/passkey/"),
    "recovery-codes": ("sam", "/security/"),
    "confirm": ("bob", "/confirm/"),
    "confirm-factor": ("sam", "/confirm/"),
    "login-refused": ("", "/login/"),
    "second-factor": ("", "/login/"),
    "password-refused": ("bob", "/password/"),
}


def show(page: Page, site: Served, state: str) -> None:
    """Open a state's page and do there what leads to it."""
    person, path = STATES[state]
    page.goto(path.format(**site.paths))
    _confirm(page, person, path)
    DOINGS.get(state, lambda _page: None)(page)
    page.wait_for_load_state("networkidle")


def _confirm(page: Page, person: str, path: str) -> None:
    """Prove once more who it is, where the log-in was too long ago for the page (S8)."""
    if "/confirm/" in page.url and path != "/confirm/":
        said = cast.code_now() if person == "sam" else cast.PASSWORD
        page.locator("main input:visible").first.fill(said)
        page.locator("main button:visible").last.click()
        page.wait_for_url(lambda url: "/confirm/" not in url)


def find(page: Page, email: str) -> None:
    """Look for a person by e-mail."""
    page.locator("input[name=email]").first.fill(email)
    page.locator("form[aria-labelledby=whom] button").click()
    page.locator("section[aria-labelledby=known]").wait_for()


def _refuse_erasure(page: Page) -> None:
    find(page, ELENA)
    page.locator("#typed").fill("somebody else")
    page.locator("form[aria-labelledby=erase] button").click()
    page.locator(".error").first.wait_for()


def _refuse_search(page: Page) -> None:
    page.locator("form[aria-labelledby=whom] button").click()
    page.locator(".error").first.wait_for()


def _refuse_days(page: Page) -> None:
    page.locator("form[aria-labelledby=days] td input").first.fill("0")
    page.locator("form[aria-labelledby=days] button").click()
    page.locator(".error").first.wait_for()


def _refuse_endpoint(page: Page) -> None:
    page.locator("input[name=url]").fill("http://localhost/hook")
    page.locator("[name=_save]").click()
    page.locator(".errorlist, .errornote").first.wait_for()


def _make_key(page: Page) -> None:
    page.locator("input[name=name]").fill("Tienda en línea")
    page.locator("form[aria-labelledby=make] button").click()
    page.locator("#secret").wait_for()


def _add_member(page: Page) -> None:
    """Add one more person: nobody can be added twice."""
    known = page.locator(".freshness li").count()
    page.locator("input[name=email]").fill(f"persona{known}@acme.example")
    page.locator("input[name=name]").fill(f"Persona {known}")
    page.locator("form[aria-labelledby=invite] button").click()
    page.locator(".field.whole").first.wait_for()


def _welcome(page: Page) -> None:
    """Follow the link of somebody who is new, as somebody who is not in."""
    _add_member(page)
    link = page.locator(".field.whole textarea").first.input_value()
    page.context.clear_cookies(name="sessionid")
    page.goto(link)


def _renew_codes(page: Page) -> None:
    page.locator("button[value=codes]").click()
    page.wait_for_load_state()
    _confirm(page, "sam", "/security/")
    page.locator(".codes").wait_for()


def come_half_in(page: Page, email: str, password: str = cast.PASSWORD) -> None:
    """Give a password at the door."""
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.locator("main button").first.click()


def _refuse_entry(page: Page) -> None:
    # Of nobody: failures are counted, and lock people out.
    come_half_in(page, "stranger@acme.example", "not-the-password")
    page.locator("main .error").wait_for()


def _ask_for_code(page: Page) -> None:
    come_half_in(page, cast.PEOPLE["sam"])
    page.wait_for_url("**/login/second/**")


def _refuse_password(page: Page) -> None:
    old, *new = page.locator("main input[type=password]").all()
    old.fill(cast.PASSWORD)
    for field in new:
        field.fill("1234")
    page.locator("main form.stack button").click()
    page.locator(".errorlist").first.wait_for()


DOINGS: dict[str, Callable[[Page], None]] = {
    "privacy-found": lambda page: find(page, ELENA),
    "privacy-nothing": lambda page: find(page, "nobody@correo.example"),
    "privacy-refused": _refuse_erasure,
    "privacy-asked": _refuse_search,
    "retention-refused": _refuse_days,
    "endpoint-refused": _refuse_endpoint,
    "key-made": _make_key,
    "member-added": _add_member,
    "welcome": _welcome,
    "recovery-codes": _renew_codes,
    "login-refused": _refuse_entry,
    "second-factor": _ask_for_code,
    "password-refused": _refuse_password,
}
