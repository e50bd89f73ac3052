"""The table of alarms in the documentation is the table in the code."""

from __future__ import annotations

from tests.services import PROJECT
from tradedesk.desk.system.alarms import WATCHES
from tradedesk.desk.system.rules import RULES


PAGE = PROJECT / "docs" / "notifications.md"
BEGIN, END = "<!-- alarms: from tradedesk/desk/system/rules.py -->\n", "<!-- end -->"


def table() -> str:
    rows = [
        f"| `{family}` | {rule.what} | {rule.after.total_seconds():g} s | "
        f"{rule.severity} | {rule.audience} |\n"
        for family, rule in RULES.items()
    ]
    head = "| alarm | told when | after | severity | to |\n|---|---|---|---|---|\n"
    return head + "".join(rows)


def test_every_rule_is_watched():
    assert list(WATCHES) == list(RULES)


def test_the_documentation_has_the_rules_as_they_are():
    written = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert written == table(), f"Put this there:\n{table()}"
