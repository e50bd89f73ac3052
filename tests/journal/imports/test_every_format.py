"""What holds for every format: it is known by its header, and each row has a fate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from journal.imports.detect import detect
from journal.imports.formats import Format
from journal.imports.reader import PARSERS, read
from journal.imports.rows import IgnoredRow, Statement
from journal.imports.text import decoded, records
from tests.journal.imports.statements import OWN, own


# File, its format, rows that are booked, rows with a problem.
FILES = [
    ("alpaca.json", Format.ALPACA_JSON, 6, 1),
    ("alpaca.csv", Format.ALPACA_CSV, 2, 0),
    ("schwab.csv", Format.SCHWAB, 15, 2),
    ("schwab_older.csv", Format.SCHWAB, 1, 0),
    ("schwab_realised.tsv", Format.SCHWAB_REALISED, 1, 0),
    ("td_ameritrade.csv", Format.TD_AMERITRADE, 6, 0),
    ("thinkorswim.csv", Format.THINKORSWIM, 7, 2),
    ("ibkr_activity.csv", Format.IBKR_ACTIVITY, 7, 0),
    ("ibkr_flex.csv", Format.IBKR_FLEX_CSV, 3, 2),
    ("ibkr_flex.xml", Format.IBKR_FLEX_XML, 4, 1),
    ("ibkr_history.csv", Format.IBKR_HISTORY, 5, 0),
    ("etrade_old.csv", Format.ETRADE_OLD, 4, 1),
    ("etrade.csv", Format.ETRADE, 6, 0),
    ("fidelity.csv", Format.FIDELITY, 4, 0),
    ("fidelity_newer.csv", Format.FIDELITY, 3, 0),
    ("robinhood.csv", Format.ROBINHOOD, 7, 1),
    ("webull.csv", Format.WEBULL, 2, 1),
    ("tradenote.csv", Format.TRADENOTE, 2, 1),
    ("tradervue.csv", Format.TRADERVUE, 2, 1),
    ("microcap_log.csv", Format.MICROCAP_LOG, 5, 0),
    ("microcap_daily.csv", Format.MICROCAP_DAILY, 6, 0),
]
NAMES = [case[0] for case in FILES]
# Lines of these say more than one thing, or are no lines of a table.
NO_LINES = {"alpaca.json", "ibkr_flex.xml"}


def booked(statement: Statement) -> list[object]:
    return [row for row in statement.rows if not isinstance(row, IgnoredRow)]


def test_every_format_has_a_parser_and_a_file_here():
    assert set(PARSERS) == set(Format) == {case[1] for case in FILES}
    assert sorted(NAMES) == sorted(path.name for path in OWN.iterdir())


@pytest.mark.parametrize(("name", "form", "rows", "problems"), FILES, ids=NAMES)
def test_a_file_is_known_by_its_header_and_read(name, form, rows, problems):
    content = (OWN / name).read_bytes()
    assert detect("export", content) is form
    statement = read("export", content)
    assert (statement.format, len(booked(statement))) == (form, rows)
    assert len(statement.problems) == problems, statement.problems


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NO_LINES])
def test_no_line_is_left_out_or_counted_twice(name):
    statement = own(name)
    told = [row.line for row in (*statement.rows, *statement.problems)]
    lines = {record.line for record in records(decoded((OWN / name).read_bytes()))}
    assert len(told) == len(set(told))
    # What no row or problem tells of are the lines that name the columns.
    headers = lines - set(told)
    assert set(told) <= lines
    text = decoded((OWN / name).read_bytes()).split("\n")
    assert headers
    assert all(not any(c.isdigit() for c in text[line - 1]) for line in headers)


@pytest.mark.parametrize("name", NAMES)
def test_a_second_reading_gives_the_same_ids_and_no_id_twice(name):
    first, second = booked(own(name)), booked(own(name))
    ids = [row.row_id for row in first]
    assert ids == [row.row_id for row in second]
    assert len(ids) == len(set(ids))
    assert all(ids)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ibkr_flex.xml"])
def test_line_ends_byte_order_marks_and_encodings_change_nothing(name):
    plain = decoded((OWN / name).read_bytes())
    told = own(name)
    windows = plain.replace("\n", "\r\n")
    for content in (
        plain,
        windows,
        windows.encode("utf-8-sig"),
        plain.encode("utf-16"),
    ):
        again = read(name, content)
        assert [_bare(row) for row in again.rows] == [_bare(row) for row in told.rows]
        assert again.problems == told.problems


def _bare(row: object) -> object:
    return replace(row, source="")


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_says_its_line_and_why(name):
    for problem in own(name).problems:
        assert problem.line > 1
        assert problem.why
        assert problem.text
