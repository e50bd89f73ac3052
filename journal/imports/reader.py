"""A statement file, whatever its format, as rows and problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from journal.imports import (
    alpaca,
    etrade,
    fidelity,
    generic,
    ibkr_activity,
    ibkr_flex_csv,
    ibkr_flex_xml,
    ibkr_history,
    microcap_daily,
    microcap_log,
    robinhood,
    schwab,
    schwab_realised,
    td_ameritrade,
    thinkorswim,
    webull,
)
from journal.imports.detect import detect
from journal.imports.formats import Format
from journal.imports.problems import ImportProblem
from journal.imports.rows import Statement
from journal.imports.text import decoded


PARSERS: Mapping[Format, Callable[[str], Statement]] = {
    Format.ALPACA_JSON: alpaca.parse_json,
    Format.ALPACA_CSV: alpaca.parse_csv,
    Format.SCHWAB: schwab.parse,
    Format.SCHWAB_REALISED: schwab_realised.parse,
    Format.TD_AMERITRADE: td_ameritrade.parse,
    Format.THINKORSWIM: thinkorswim.parse,
    Format.IBKR_ACTIVITY: ibkr_activity.parse,
    Format.IBKR_FLEX_CSV: ibkr_flex_csv.parse,
    Format.IBKR_FLEX_XML: ibkr_flex_xml.parse,
    Format.IBKR_HISTORY: ibkr_history.parse,
    Format.ETRADE_OLD: etrade.parse_old,
    Format.ETRADE: etrade.parse,
    Format.FIDELITY: fidelity.parse,
    Format.ROBINHOOD: robinhood.parse,
    Format.WEBULL: webull.parse,
    Format.TRADENOTE: generic.parse_tradenote,
    Format.TRADERVUE: generic.parse_tradervue,
    Format.MICROCAP_LOG: microcap_log.parse,
    Format.MICROCAP_DAILY: microcap_daily.parse,
}


def read(name: str, content: str | bytes, form: Format | None = None) -> Statement:
    """The file in the format given, or in the one that its headers tell.

    Raises:
        ImportProblem: not readable as a whole; a bad row is in `Statement.problems`.
    """
    known = form or detect(name, content)
    if known is None:
        raise ImportProblem("No known statement has such a header.")
    return PARSERS[known](decoded(content))
