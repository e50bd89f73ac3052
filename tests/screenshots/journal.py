"""The pages of journal, analytics and plan: with nothing, with one trade, with a year."""

from __future__ import annotations

from collections.abc import Mapping

from journal.routine.days import exchange_day
from tests.chaos.stage import Stage
from tests.e2e.browsing import Visitor
from tests.screenshots import book, orders
from tests.screenshots.camera import Camera
from tests.screenshots.threads import in_thread
from tradedesk.core.clock import SYSTEM_CLOCK


Ids = Mapping[str, int | str]
PAGES = {
    "today": "/today/",
    "trades": "/journal/trades/",
    "trade": "/journal/trades/{trade}/",
    "replay": "/journal/replay/{trade}/",
    "replay-guess": "/journal/replay/{trade}/?guess=1",
    "calendar": "/journal/calendar/",
    "calendar-whole": "/journal/calendar/?year={calendar}",
    "debrief": "/journal/debrief/",
    "debrief-done": "/journal/debrief/?day={day}",
    "notes": "/journal/notes/",
    "note": "/journal/notes/{note}/",
    "note-edit": "/journal/notes/{note}/edit/",
    "tasks": "/journal/tasks/",
    "checklist": "/journal/checklist/",
    "reminders": "/plan/reminders/",
    "biases": "/plan/biases/",
    "plan": "/plan/",
    "plan-section": "/plan/sections/self_assessment/",
    "plan-version": "/plan/versions/{version}/",
    "worst-cases": "/plan/worst-cases/",
    "worst-case": "/plan/worst-cases/{card}/",
    "playbooks": "/plan/playbooks/",
    "playbook": "/plan/playbooks/{playbook}/",
    "behaviour": "/analytics/behaviour/?account={account}",
    "behaviour-limits": "/settings/limits/",
    "performance": "/analytics/?unit=r",
    "performance-money": "/analytics/?unit=money",
    "breakdowns": "/analytics/breakdowns/",
    "compare": "/analytics/breakdowns/compare/?a.side=long&b.side=short",
    "tax-lots": "/analytics/tax-lots/?account={account}",
    "sizing-lab": "/analytics/sizing-lab/",
    "imports": "/journal/import/",
    "demo": "/journal/demo/",
}
# These say the same whatever was traded.
FORMS = {
    "note-new": "/journal/notes/new/?template=pre-market",
    "note-templates": "/journal/notes/templates/",
    "task-new": "/journal/tasks/new/",
    "checklist-new": "/journal/checklist/new/",
    "reminder-new": "/plan/reminders/new/",
    "worst-case-new": "/plan/worst-cases/new/",
    "playbook-new": "/plan/playbooks/new/",
    "plan-changes": "/plan/changes/",
    "sizing-lab-list": "/analytics/sizing-lab/?take=pasted&r=-1%2C-1%2C2.5%2C-1%2C0.5%2C3%2C-1%2C-0.5%2C1.5%2C-1",
    "trades-nothing-found": "/journal/trades/?symbol=NONE",
}
IMPORTS = {
    "import-preview": "/journal/import/{preview}/",
    "import-columns": "/journal/import/{unmapped}/columns/",
    "import-result": "/journal/import/{stored}/",
    "import-history": "/journal/import/",
}


def addresses(pages: Mapping[str, str], ids: Ids) -> dict[str, str]:
    """Without the pages of what there is none of."""
    found = {}
    for name, path in pages.items():
        try:
            found[name] = path.format(**ids)
        except KeyError:
            continue
    return found


def with_nothing(visitor: Visitor, camera: Camera) -> None:
    if not _wanted(camera, PAGES, "none"):
        return
    account = in_thread(lambda: orders.practice_account(book.owner()).pk)
    ids = {"calendar": _this_year(), "account": account}
    _take(visitor, camera, addresses(PAGES, ids), state="none")


def with_a_year(visitor: Visitor, camera: Camera) -> None:
    """The demo year comes and goes; what a trader's routine is stays."""
    if not _wanted(camera, PAGES, "year"):
        return
    ids = in_thread(_year)
    _take(visitor, camera, addresses(PAGES, ids), state="year")
    in_thread(lambda: book.without_demo_year(book.owner()))


def _year() -> Ids:
    user = book.owner()
    book.routine(user)
    return {"calendar": _this_year(), **book.demo_year(user)}


def with_one_trade(visitor: Visitor, camera: Camera, stage: Stage) -> None:
    if not (_wanted(camera, PAGES, "one") or _wanted(camera, FORMS, "")):
        return
    page = visitor.open("/desk/?symbol=FERN")
    page.wait_for_selector("[data-chart][data-ready]")
    picture = page.locator("[data-chart]").first.screenshot()
    ids = in_thread(lambda: book.one_trade(stage.exchange, picture))
    one = {"calendar": _this_year(), **ids}
    _take(visitor, camera, addresses(PAGES, one), state="one")
    _take(visitor, camera, FORMS)


def with_statements(visitor: Visitor, camera: Camera) -> None:
    if not _wanted(camera, IMPORTS, ""):
        return
    ids = in_thread(lambda: book.statements(book.owner()))
    _take(visitor, camera, addresses(IMPORTS, ids))
    in_thread(lambda: book.without_statements(book.owner(), ids))


def _wanted(camera: Camera, pages: Mapping[str, str], state: str) -> bool:
    return any(camera.wants(_name(name, state)) for name in pages)


def _name(name: str, state: str) -> str:
    return f"{name}-{state}" if state else name


def _take(
    visitor: Visitor, camera: Camera, pages: Mapping[str, str], *, state: str = ""
) -> None:
    for name, path in pages.items():
        if not camera.wants(_name(name, state)):
            continue
        page = visitor.open(path)
        page.wait_for_load_state("load")
        camera.take(page, _name(name, state), tall=state == "year")


def _this_year() -> int:
    return exchange_day(SYSTEM_CLOCK.now()).year
