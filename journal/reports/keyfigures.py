"""The figures of the page as words: value, how far it can be trusted, what it means."""

from __future__ import annotations

from dataclasses import dataclass

from journal.analytics.figures import LOW_SAMPLE, Figure
from journal.analytics.return_summary import ReturnSummary, return_summary
from journal.reports.capital import Capital
from journal.reports.discipline import Discipline
from journal.reports.sample import Sample
from journal.reports.tips import TIPS
from journal.reports.unit import Unit, css, ratio, share, signed, signed_money
from tradedesk.web import formatting


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """`low` marks a sample below 30; a value that does not exist says why in `note`."""

    name: str
    label: str
    value: str
    note: str = ""
    css: str = ""
    low: bool = False

    @property
    def tip(self) -> str:
        return TIPS[self.name]


def headline(found: Sample) -> list[KeyFigure]:
    """The six that stand at the top."""
    said, unit = found.summary, found.unit
    low = said.low_sample
    sides = said.sides
    return [
        KeyFigure(
            name="total",
            label="Total",
            value=signed(said.total, unit),
            css=css(said.total, unit),
            note=f"{counted(said.n, 'closed trade')}",
            low=low,
        ),
        KeyFigure(
            name="expectancy",
            label="Expectancy",
            value=signed(said.expectancy.value, unit),
            css=css(said.expectancy.value, unit),
            note=interval_words(found),
            low=low,
        ),
        KeyFigure(
            name="win_rate",
            label="Win rate",
            value=share(said.win_rate.value),
            note=said.win_rate.why
            or f"{sides.wins} won, {sides.losses} lost, {sides.breakevens} even",
            low=said.win_rate.low_sample,
        ),
        KeyFigure(
            name="average",
            label="Average win, loss",
            value=signed(sides.average_win, unit),
            note=f"{signed(sides.average_loss, unit)} average loss",
            low=min(sides.wins, sides.losses) < LOW_SAMPLE,
        ),
        of_ratio(
            "profit_factor", "Profit factor", said.profit_factor, note="net of costs"
        ),
        KeyFigure(
            name="drawdown",
            label="Deepest drawdown",
            value=signed(-said.drawdown.depth, unit),
            css=css(-said.drawdown.depth, unit),
            note=f"now {signed(found.now_below, unit)}",
            low=low,
        ),
    ]


def spread(found: Sample) -> list[KeyFigure]:
    said, unit = found.summary, found.unit
    runs = said.streaks
    current = abs(runs.current)
    kind = "win" if runs.current > 0 else "loss"
    return [
        of_ratio("payoff", "Payoff", said.payoff, note="average win / average loss"),
        KeyFigure(
            name="best",
            label="Best, worst",
            value=signed(said.best, unit),
            note=f"{signed(said.worst, unit)} the worst",
        ),
        KeyFigure(
            name="streaks",
            label="Longest runs",
            value=f"{counted(runs.longest_win, 'win')}, {counted(runs.longest_loss, 'loss', 'losses')}",
            note=f"now {counted(current, kind, 'losses' if kind == 'loss' else 'wins')}"
            if current
            else "none under way",
        ),
        kept(found),
    ]


def kept(found: Sample) -> KeyFigure:
    said = found.kept
    return KeyFigure(
        name="kept",
        label="Kept of the best",
        value=share(said.value),
        note=f"{counted(said.n, 'trade')} with bars" if said.n else said.why,
        low=said.low_sample,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """Of the days of a capital; `ratios` is None where it has none, and `why` says why."""

    ratios: ReturnSummary | None
    money_weighted: Figure
    why: str

    @classmethod
    def of(cls, capital: Capital) -> Returns:
        return cls(
            ratios=return_summary(capital.returns) if len(capital.days) else None,
            money_weighted=capital.money_weighted(),
            why=capital.why,
        )


def account(returns: Returns, said: Discipline) -> list[KeyFigure]:
    """Of whole accounts: money cannot be told apart by setup."""
    money = returns.money_weighted
    return [
        *_returns(returns.ratios, returns.why),
        KeyFigure(
            name="money_weighted",
            label="Return a year, money-weighted",
            value=share(money.value, plus=True),
            note=money.why,
        ),
        KeyFigure(
            name="in_market",
            label="Time in the market",
            value=share(said.in_market),
        ),
        KeyFigure(
            name="turnover",
            label="Turnover a month",
            value=share(said.per_month.value),
            note=said.per_month.why,
        ),
    ]


def _returns(found: ReturnSummary | None, why: str) -> list[KeyFigure]:
    if found is None:
        names = (
            ("time_weighted", "Return, time-weighted"),
            ("sharpe", "Sharpe"),
            ("sortino", "Sortino"),
            ("calmar", "Calmar"),
        )
        return [KeyFigure(name=n, label=label, value=formatting.NOT_AVAILABLE, note=why) for n, label in names]  # fmt: skip
    return [
        KeyFigure(
            name="time_weighted",
            label="Return, time-weighted",
            value=share(found.time_weighted.value, plus=True),
            note=found.time_weighted.why or f"{found.n} days",
            css=css(found.time_weighted.value, Unit.PERCENT),
        ),
        KeyFigure(
            name="equity_drawdown",
            label="Deepest drawdown of equity",
            value=share(-found.drawdown),
        ),
        of_ratio("sharpe", "Sharpe", found.sharpe),
        of_ratio("sortino", "Sortino", found.sortino),
        of_ratio("calmar", "Calmar", found.calmar),
    ]


def habits(said: Discipline) -> list[KeyFigure]:
    leaked, over = said.leaked, said.overtrading
    mistakes = counted(said.mistakes, "mistake")
    return [
        KeyFigure(
            name="efficiency",
            label="Trader efficiency",
            value=share(said.efficiency.value),
            note=said.efficiency.why
            or f"{mistakes} in {counted(said.efficiency.n, 'trade')}",
            low=said.efficiency.low_sample,
        ),
        KeyFigure(
            name="mistake_cost",
            label="Cost of mistakes",
            value=signed(said.cost_r if said.costed else None, Unit.R),
            note=f"{said.costed} of {mistakes} say what they cost"
            if said.mistakes
            else "no mistakes",
            css=css(said.cost_r),
        ),
        KeyFigure(
            name="leakage",
            label="Sizing leakage",
            value=signed_money(leaked.leakage if leaked else None),
            note=f"made {signed_money(leaked.made)}, at one size {signed_money(leaked.at_constant)}"
            if leaked
            else "no trade has a defined risk",
            css=css(leaked.leakage if leaked else None),
            low=leaked is not None and leaked.n < LOW_SAMPLE,
        ),
        KeyFigure(
            name="overtrading",
            label="Entries on the last day",
            value=str(said.entries_today),
            note="no days before"
            if over is None
            else f"{'far above the usual' if over.flagged else 'usual is'} {ratio(said.usual, 0)}",
            css="loss" if over is not None and over.flagged else "",
        ),
    ]


def of_ratio(name: str, label: str, figure: Figure, *, note: str = "") -> KeyFigure:
    return KeyFigure(
        name=name,
        label=label,
        value=ratio(figure.value),
        note=figure.why or note,
        low=figure.low_sample,
    )


def interval_words(found: Sample) -> str:
    interval = found.interval
    if interval.low is None or interval.high is None:
        return interval.why
    unit = found.unit
    return f"95%: {signed(interval.low, unit)} to {signed(interval.high, unit)}"


def counted(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"
