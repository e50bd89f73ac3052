"""Interactive Brokers: a Flex query as XML.

Read with expat alone and no document type: without one there are no entities to expand
and nothing outside to fetch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from journal.imports import ibkr_flex, reading
from journal.imports.cells import Cells
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem, MalformedRow
from journal.imports.rows import IgnoredRow, OptionRow, Statement, StatementRow
from journal.imports.text import Record


_CONTAINERS = frozenset({"FlexQueryResponse", "FlexStatements", "FlexStatement"})
_READERS = {
    "Trade": ibkr_flex.trade,
    "TradeConfirm": ibkr_flex.trade,
    "CashTransaction": ibkr_flex.cash,
    "CorporateAction": ibkr_flex.corporate,
    "OptionEAE": ibkr_flex.option_event,
}


@dataclass(slots=True, kw_only=True)
class _Elements:
    """What the parser met: the account, and every element that says something."""

    account: str = ""
    met: list[tuple[str, Record, tuple[str, ...]]] = field(default_factory=list)
    parser: expat.XMLParserType = field(
        default_factory=lambda: expat.ParserCreate("utf-8")
    )

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "FlexStatement":
            self.account = self.account or attributes.get("accountId", "")
        if name in _CONTAINERS or not attributes:
            return
        said = " ".join(f'{key}="{value}"' for key, value in attributes.items())
        record = Record(
            line=self.parser.CurrentLineNumber,
            source=f"<{name} {said}/>"[:2000],
            cells=tuple(attributes.values()),
        )
        self.met.append((name, record, tuple(key.casefold() for key in attributes)))

    def refuse(self, *_: object) -> None:
        raise ImportProblem(
            "The file declares a document type, which no Flex file does."
        )


def parse(text: str) -> Statement:
    elements = _Elements()
    elements.parser.StartElementHandler = elements.start
    elements.parser.StartDoctypeDeclHandler = elements.refuse
    try:
        elements.parser.Parse(text.encode(), True)
    except expat.ExpatError as error:
        raise ImportProblem(f"The file is no valid XML: {error}.") from None
    except UnicodeEncodeError:
        raise ImportProblem("The file is not text.") from None
    found = reading.Reading()
    for name, record, header in elements.met:
        found.take(record, header, _reader(name))
    _once(found)
    return found.finished(Format.IBKR_FLEX_XML, elements.account)


def _reader(name: str) -> reading.RowReader:
    read = _READERS.get(name)

    def row(cells: Cells) -> StatementRow:
        if read is None:
            why = f"an element {name[:40]!r} is no transaction"
            return IgnoredRow(line=cells.line, source=cells.source, why=why)
        if ibkr_flex.level(cells) in ibkr_flex.SUMS:
            why = "a sum or a lot; its executions are listed"
            return IgnoredRow(line=cells.line, source=cells.source, why=why)
        if len(cells.values) == 0:
            raise MalformedRow("says nothing")
        return read(cells)

    return row


def _once(found: reading.Reading) -> None:
    """Option events stand among the trades and in a list of their own: once is enough."""
    events = [row for row in found.rows if isinstance(row, OptionRow)]
    traded = {_what(row) for row in events if row.source.startswith("<Trade ")}
    for at, row in enumerate(found.rows):
        if (
            isinstance(row, OptionRow)
            and row.source.startswith("<OptionEAE ")
            and _what(row) in traded
        ):
            why = "stands among the trades too"
            found.rows[at] = IgnoredRow(line=row.line, source=row.source, why=why)


def _what(row: OptionRow) -> tuple[object, ...]:
    return row.day, row.symbol, row.event
