"""The sizing lab: what one's own results would do at each level of risk."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_GET

from journal.analytics.lab import RiskOutcome
from journal.book.filtering import parse
from journal.reports import lab
from journal.reports.lab_chart import picture
from journal.reports.lab_forms import MINE, ExampleForm, LabForm
from journal.reports.lab_models import compare
from journal.reports.lab_trades import own_results
from journal.sections import tabs
from tradedesk.accounts import preferences
from tradedesk.accounts.http import DeskRequest


@require_GET
def sizing_lab(request: DeskRequest) -> HttpResponse:
    """The address holds all that was asked, so that an answer can be kept and sent."""
    form = LabForm(_filled(LabForm, request.GET))
    example = ExampleForm(_filled(ExampleForm, request.GET))
    even = preferences.for_request(request, request.user).breakeven_r
    chosen = parse(request.GET, even)
    context: dict[str, Any] = {
        "tabs": tabs("analytics", "sizing_lab"),
        "form": form,
        "example": example,
        "models": compare(example.example()) if example.is_valid() else [],
        "filters": chosen.parameters(),
        "runs": lab.RUNS,
    }
    if form.is_valid():
        mine = form.cleaned_data["take"] == MINE
        results = own_results(request.user, chosen) if mine else form.cleaned_data["r"]
        context |= _simulated(form, [float(one) for one in results], even)
        context["is_mine"] = mine
    bad = form.errors or example.errors
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK
    return render(request, "journal/sizing_lab.html", context, status=status)


def _filled(kind: type[LabForm | ExampleForm], given: QueryDict) -> dict[str, Any]:
    """What was asked, and the first values of what was not."""
    fields = kind.base_fields
    return {
        name: given.get(name) if name in given else field.initial
        for name, field in fields.items()
    }


def _simulated(
    form: LabForm, results: list[float], breakeven: Decimal
) -> dict[str, Any]:
    """Nothing for an empty list: the page then says how to begin."""
    if not results:
        return {"is_empty": True}
    found = lab.simulate(results, form.risks(), form.scenario(), breakeven=breakeven)
    return {
        "found": found,
        "figures": _figures(found),
        "rows": [_row(one) for one in found.outcomes],
        "readings": [
            {
                "name": one.name,
                "meaning": one.meaning,
                "row": _row(one.outcome) if one.outcome else None,
            }
            for one in found.readings
        ],
        "picture": picture(found.outcomes),
    }


def _figures(found: lab.Simulated) -> dict[str, Any]:
    told = found.summary
    return {
        "n": told.n,
        "expectancy": lab.decimal(told.expectancy.value),
        "sd": lab.decimal(told.sd.value),
        "win_share": lab.percent(told.win_rate.value),
        "worst": lab.decimal(told.worst),
        "best": lab.decimal(told.best),
        "is_low": told.low_sample,
        "is_small": found.is_small,
        "kelly": found.kelly,
        "best_growth": found.best_growth,
    }


def _row(one: RiskOutcome) -> dict[str, Any]:
    return {
        "risk": lab.percent(one.risk),
        "goal": lab.percent(one.goal),
        "ruin": lab.percent(one.ruin),
        "median": _gain(one.median),
        "mean": _gain(one.mean),
        "low": _gain(one.low),
        "high": _gain(one.high),
    }


def _gain(multiple: float) -> Decimal | None:
    """An end equity as percent gained on the start."""
    return lab.percent(multiple - 1)
