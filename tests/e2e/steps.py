"""What people do on the desk, one step each, as a person sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.e2e.authenticator import Authenticator
from tests.e2e.browsing import Visitor
from tests.people import PASSWORD


@dataclass(slots=True)
class Person:
    email: str
    authenticator: Authenticator
    recovery_codes: list[str] = field(default_factory=list)


def become_owner(visitor: Visitor, link: str) -> Person:
    """From the owner link to a second factor that is set up."""
    visitor.open(link)
    tell_who_one_is(visitor)
    return enrol(visitor, "alice@desk.test")


def tell_who_one_is(visitor: Visitor) -> None:
    page = visitor.page
    page.get_by_label("Email").fill("alice@desk.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Name").fill("Alice")
    visitor.click(visitor.button("Create owner"))


def enrol(visitor: Visitor, email: str, *, late: bool = False) -> Person:
    """Type the key into an authenticator and one of its codes into the page.

    `late` types the code that has just gone, which keeps the present one for an order.
    """
    page = visitor.page
    page.wait_for_url("**/second-factor/enrol/**")
    authenticator = Authenticator(
        page.locator("[data-manual-key]").text_content() or ""
    )
    code = authenticator.previous() if late else authenticator.code()
    page.get_by_label("Six digits from your authenticator").fill(code)
    visitor.click(visitor.button("Confirm"))
    codes = page.locator(".recovery-codes code").all_text_contents()
    return Person(email, authenticator, codes)


def sign_in(visitor: Visitor, person: Person) -> None:
    page = visitor.open("/auth/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.button("Sign in").click()
    page.wait_for_url("**/second-factor/**")
    page.locator(".code-input").fill(person.authenticator.code())
    visitor.button("Continue").click()
    page.wait_for_url("**/desk/**")


def client_order_id(visitor: Visitor) -> str:
    """The id that an order's page says the exchange knows it by."""
    shown = visitor.page.locator("dt:text-is('Client order id') + dd")
    return shown.inner_text().strip()


def invite(owner: Visitor, email: str, *, role: str = "trader") -> str:
    """Invite somebody; the link that is shown this once."""
    page = owner.open("/settings/people/")
    page.get_by_label("Email").fill(email)
    page.locator("select[name=role]").last.select_option(role)
    owner.button("Invite").click()
    return page.locator("[data-invitation-link]").inner_text().strip()


def join(visitor: Visitor, link: str) -> Person:
    """Accept an invitation; the code of this moment is left for what comes next."""
    page = visitor.open(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    email = page.locator("[name=username]").input_value()
    visitor.button("Join").click()
    return enrol(visitor, email, late=True)
