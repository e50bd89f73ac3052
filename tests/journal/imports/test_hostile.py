"""Files that nobody should trust: nothing but our own complaint comes out."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journal.imports import figures, names, text
from journal.imports.detect import detect
from journal.imports.problems import ImportProblem, MalformedRow
from journal.imports.reader import PARSERS, read
from tests.journal.imports.statements import OWN, own


FILES = sorted(path for path in OWN.iterdir())
CONTENTS = [path.read_bytes() for path in FILES]


def reads_or_complains(content: str | bytes) -> None:
    with suppress(ImportProblem):
        read("any", content)


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400)))
def test_anything_is_read_or_refused(content):
    reads_or_complains(content)


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(PARSERS)), st.text(max_size=400))
def test_a_format_named_wrongly_is_refused(form, content):
    with suppress(ImportProblem):
        read("any", content, form)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_damaged_file_is_read_row_by_row_or_refused(data):
    content = data.draw(st.sampled_from(CONTENTS))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        cut = data.draw(st.integers(0, 30))
        put = data.draw(st.sampled_from([*HARM, data.draw(st.binary(max_size=8))]))
        content = content[:at] + put + content[at + cut :]
    reads_or_complains(content)


HARM = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\x00",
    b"=1+1",
    b"1e999999999",
    b"-",
    b"NaN",
    b"Infinity",
    b"9" * 60,
    b"01/01/0001",
    b"99:99:99",
    "\u0661\u0662".encode(),
]


def test_a_quote_that_nothing_closes_spoils_its_own_row_alone():
    lines = (OWN / "schwab_older.csv").read_text().strip().split("\n")
    spoilt = lines[1].replace('"ACME CORP"', '"ACME CORP')
    told = read("any", "\n".join([lines[0], spoilt, *[lines[1]] * 30]))
    assert [(p.line, p.why) for p in told.problems] == [(2, "a quote is not closed")]
    assert len(told.trades) == 30


def test_formulas_stay_text():
    content = (OWN / "schwab_older.csv").read_text()
    told = read("any", content.replace("ACME CORP", "=HYPERLINK(1)"))
    assert told.trades[0].description == "=HYPERLINK(1)"
    bad = read("any", content.replace('"$10.50"', '"=1+1"'))
    assert bad.problems[0].why == "price '=1+1' is not a number"


def test_a_file_too_large_is_refused_before_it_is_read():
    with pytest.raises(ImportProblem, match="larger than"):
        read("any", b"x" * (text.LARGEST_FILE + 1))


@pytest.mark.parametrize("content", [b"", b" \r\n ", b"\x00\x01", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(ImportProblem):
        read("any", content)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"%PDF-1.7", b"\x1f\x8b\x08"])
def test_a_spreadsheet_or_a_pdf_is_refused_by_its_name(content):
    with pytest.raises(ImportProblem, match=r"book\.xlsx.*export it as CSV"):
        detect("book.xlsx", content)


def test_an_unknown_table_is_not_guessed_at():
    assert detect("any.csv", "Name,Colour\nrose,red\n") is None
    with pytest.raises(ImportProblem, match="No known statement"):
        read("any.csv", "Name,Colour\nrose,red\n")


def test_json_that_is_too_deep_or_ends_early_is_refused():
    for content in ("[" * 100_000 + '"activity_type"', '[{"activity_type": "FILL"}'):
        with pytest.raises(ImportProblem):
            read("any.json", content)


def test_rows_cut_short_are_problems_and_not_trades():
    told = read(
        "any",
        "\n".join(OWN.joinpath("webull.csv").read_text().split("\n")[:1])
        + "\nAcme Inc,ACME,Buy,Filled\n",
    )
    assert (told.trades, len(told.problems)) == ((), 1)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("-$1,234.56", "-1234.56"),
        ("$-5", "-5"),
        ("($1,234.56)", "-1234.56"),
        ("+100", "100"),
        ("@187.50", "187.50"),
        ("-2.6E-4", "-0.00026"),
        (".5", "0.5"),
        ("\N{MINUS SIGN}3", "-3"),
    ],
)
def test_figures_are_read_exactly(written, value):
    assert figures.number(written, "price") == Decimal(value)


@pytest.mark.parametrize(
    "written", ["1,23", "12,34.5", "1.2.3", "NaN", "Infinity", "1e99", "9" * 29, "1+1"]
)
def test_what_is_no_figure_is_not_guessed(written):
    with pytest.raises(MalformedRow):
        figures.number(written, "price")


@given(
    st.decimals(
        allow_nan=False,
        allow_infinity=False,
        places=6,
        min_value=-(10**9),
        max_value=10**9,
    )
)
def test_a_figure_written_with_thousands_is_the_figure(value):
    assert figures.number(f"{value:,}", "amount") == value
    assert (
        figures.number(f"${value:,}" if value >= 0 else f"-${-value:,}", "a") == value
    )


@pytest.mark.parametrize(
    "written",
    [
        "META 06/21/2024 450.00 C",
        "META 6/21/2024 Call $450.00",
        "-META240621C450",
        "META 21JUN24 450 C",
        "META 21 JUN 24 450 CALL",
        "META Jun 21 2024 450.0 Call",
        "META Jun 21 '24 $450 Call",
        "META  240621C00450000",
    ],
)
def test_an_option_is_one_option_however_it_is_written(written):
    assert names.name(written).symbol == "META240621C00450000"


def test_ids_do_not_depend_on_where_rows_stand():
    header, *rows = (OWN / "etrade_old.csv").read_text().strip().split("\n")[2:]
    backwards = read("any", "\n".join([header, *reversed(rows)]))
    told = own("etrade_old.csv")
    assert {r.row_id for r in told.trades} == {r.row_id for r in backwards.trades}
