"""`manage.py analytics --r-multiples FILE --json`."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from journal.analytics.listing import UnreadableLineError, read_results
from tests.journal.analytics.worked import LIST_A, close


def run(path, *flags):
    out = StringIO()
    call_command("analytics", "--r-multiples", str(path), *flags, stdout=out)
    return out.getvalue()


@pytest.fixture
def listed(tmp_path):
    def write(text):
        path = tmp_path / "r.txt"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_a_list_is_printed_as_json(listed):
    found = json.loads(run(listed("\n".join(map(str, LIST_A))), "--json"))
    assert found["trades"] == 10
    assert found["expectancy"] == close(0.2)
    assert found["sqn"] == close(0.3991140631, 1e-9)
    assert found["profit_factor"] == close(1.3636364)
    assert found["max_drawdown_r"] == 2
    assert found["low_sample"] is True
    assert found["why"] == {}


def test_what_does_not_exist_is_null_and_says_why(listed):
    found = json.loads(run(listed("1\n1\n"), "--json"))
    assert found["profit_factor"] is None
    assert found["why"]["profit_factor"] == "no losses"
    assert found["sqn"] is None
    assert found["why"]["sqn"] == "no variation"


def test_an_empty_list_is_no_error(listed):
    found = json.loads(run(listed(""), "--json"))
    assert (found["trades"], found["expectancy"]) == (0, None)


def test_people_get_lines(listed):
    lines = run(listed("1\n-1\n2\n")).splitlines()
    assert "trades                 3" in lines
    assert any(line.startswith("sqn_band") for line in lines)
    assert "no losses" in run(listed("1\n2\n"))


@pytest.mark.parametrize("bad", ["two", "nan", "inf", "1,5", "1e999", "R", "1 2"])
def test_a_bad_line_is_named_with_its_number(listed, bad):
    with pytest.raises(CommandError, match="Line 3 is not a number"):
        run(listed(f"1\n\n{bad}\n2\n"))


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none")


def test_a_file_that_is_no_text_is_named(tmp_path):
    path = tmp_path / "r.bin"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CommandError, match="not a text file"):
        run(path)


def test_lines_may_carry_an_r_a_mark_and_empty_neighbours():
    assert read_results(["\ufeff+1.5R\r\n", "\n", " -1 R\n", "2e-1"]) == [1.5, -1, 0.2]
    with pytest.raises(UnreadableLineError):
        read_results(["RR"])
