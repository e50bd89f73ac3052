"""The desk's pages as a signed-in browser uses them, over real HTTP."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode

from brokers.domain.orders import OrderSpec
from brokers.orders.drafting import Ticket
from tests import people
from tests.devices.models import ChaosDevice


_TOKEN = "c" * 32
_DIGEST = re.compile(r'name="digest"[^>]*value="([0-9a-f]{64})"')
_ALERT = re.compile(r'is-block"[^>]*>(.*?)</(?:div|li)>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# The fields of the ticket that are an attribute of an order of the same name.
_PLAIN = ("symbol", "side", "type", "time_in_force", "limit_price", "stop_price",
          "stop_loss_price", "take_profit_price")  # fmt: skip
PATIENCE = 12


class PagesError(Exception):
    """A page said no, or did not answer for a long time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    status: int
    location: str
    text: str


@dataclass(slots=True)
class Pages:
    """One person's browser. `session` is the value of the session's cookie."""

    port: int
    session: str
    device: ChaosDevice

    def place(self, account_id: int, ticket: Ticket) -> None:
        """Ticket, review, second factor; returns once the order's own page is shown.

        Raises:
            PagesError: a check stands in the way, or nobody answers.
        """
        page = self._post(f"/desk/{account_id}/ticket/", _fields(ticket))
        if page.status != 302:
            raise PagesError(f"ticket answered {page.status} {_said(page)}")
        review = page.location
        confirm = review.replace("/review/", "/confirm/")
        for _ in range(4):
            shown = self._get(review)
            if shown.status == 302:
                return  # confirmed by an attempt whose answer was lost
            page = self._post(confirm, self._signed(shown, ticket))
            if page.status == 302:
                return
            threading.Event().wait(0.5)
        raise PagesError(f"confirmation answered {page.status}")

    def _signed(self, review: Page, ticket: Ticket) -> list[tuple[str, str]]:
        """The form of the review page with a fresh code."""
        found = _DIGEST.search(review.text)
        if found is None:
            raise PagesError(f"review without a digest ({review.status})")
        fields = [
            ("digest", found[1]),
            ("code", people.next_code(self.device)),
            ("device", self.device.persistent_id),
        ]
        return [*fields, *(("acknowledged", code) for code in ticket.acknowledged)]

    def _get(self, path: str) -> Page:
        return self._until_answered("GET", path, "")

    def _post(self, path: str, fields: Sequence[tuple[str, str]]) -> Page:
        form = urlencode([("csrfmiddlewaretoken", _TOKEN), *fields])
        return self._until_answered("POST", path, form)

    def _until_answered(self, method: str, path: str, form: str) -> Page:
        """Again after a lost answer, as a person reloads: no form is spent twice."""
        for _ in range(PATIENCE):
            try:
                return self._ask(method, path, form)
            except (OSError, HTTPException):
                threading.Event().wait(0.5)
        raise PagesError("nobody answers")

    def _ask(self, method: str, path: str, form: str) -> Page:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, form or None, self._headers())
            response = connection.getresponse()
            return Page(
                status=response.status,
                location=response.headers.get("Location", ""),
                text=response.read().decode(),
            )
        finally:
            connection.close()

    def _headers(self) -> Mapping[str, str]:
        return {
            "Cookie": f"sessionid={self.session}; csrftoken={_TOKEN}",
            "Content-Type": "application/x-www-form-urlencoded",
        }


def _said(page: Page) -> str:
    """What the page says is wrong, for the run's report."""
    found = _ALERT.search(page.text)
    return "" if found is None else " ".join(_TAG.sub(" ", found[1]).split())[:120]


def _fields(ticket: Ticket) -> list[tuple[str, str]]:
    return [
        ("intent_key", str(ticket.intent_key)),
        ("version", "0"),
        ("size_model", "units"),
        ("size_amount", str(ticket.spec.quantity)),
        ("no_stop_reason", ticket.no_stop_reason),
        *_terms(ticket.spec),
        *(("acknowledged", code) for code in ticket.acknowledged),
    ]


def _terms(spec: OrderSpec) -> Iterator[tuple[str, str]]:
    for name in _PLAIN:
        value = getattr(spec, name)
        if value is not None:
            yield name, str(value)
