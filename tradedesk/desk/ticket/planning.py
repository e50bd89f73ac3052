"""Which playbook a ticket follows, its checklist, or in a few words why none.

Asked only of a trader who has a playbook, and never of an order that only reduces risk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms

from brokers.models import Order
from brokers.orders.papers import Papers
from journal.models import Playbook
from journal.plans import carrying, reading
from journal.plans.carrying import Answer, Carried
from tradedesk.accounts.models import User
from tradedesk.desk.ticket.preview import Preview
from tradedesk.web import formatting


UNPLANNED = "unplanned"


class PlanForm(forms.Form):
    """`checklist_version` is the version whose questions the page has shown."""

    playbook = forms.ChoiceField(label="Playbook", required=False)
    checklist_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    checklist = forms.MultipleChoiceField(required=False)
    unplanned_reason = forms.CharField(
        label="Why unplanned",
        max_length=carrying.LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: Any, *, offered: Sequence[Playbook]) -> None:
        super().__init__(data)
        playbooks = [(str(one.pk), one.name) for one in offered]
        longest = max(
            (len(one.current.checklist) for one in offered if one.current), default=0
        )
        for name, choices in {
            "playbook": [("", "Choose"), *playbooks, (UNPLANNED, "Unplanned")],
            "checklist": [(str(index), str(index)) for index in range(longest)],
        }.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """What the ticket asks about the plan, and what was answered.

    `asked` is false where nothing is: then `reason` says why it is unplanned.
    """

    form: PlanForm
    asked: bool
    reason: str = ""
    chosen: Playbook | None = None
    answers: Sequence[Answer] = ()

    @property
    def is_unplanned(self) -> bool:
        return bool(self._value("playbook") == UNPLANNED)

    @property
    def open_answers(self) -> int:
        return sum(1 for answer in self.answers if not answer.done)

    def _value(self, name: str) -> Any:
        return self.form.cleaned_data.get(name)

    def problems(self) -> Mapping[str, str]:
        """What is still missing before the review, by field."""
        if not self.asked:
            return {}
        if self.is_unplanned:
            missing = not self._value("unplanned_reason")
            return {"unplanned_reason": "Say in a few words why."} if missing else {}
        if self.chosen is None or self.chosen.current is None:
            return {"playbook": "Choose the playbook that this follows, or Unplanned."}
        shown = self._value("checklist_version") == self.chosen.current.pk
        if self.answers and not shown:
            return {"playbook": f"{self.chosen.name} has a checklist. Answer it first."}
        return {}


def names_playbook(data: Any) -> bool:
    """Whether the ticket as typed follows a playbook."""
    return bool(data.get("playbook")) and data.get("playbook") != UNPLANNED


def read_planning(data: Any, *, user: User, reducing: bool) -> Planning:
    """The part of a ticket's fields that is about the plan."""
    if reducing:
        form = _checked(PlanForm({}, offered=()))
        return Planning(form=form, asked=False, reason=carrying.REDUCES_RISK)
    offered = reading.active_playbooks(user)
    form = _checked(PlanForm(data, offered=offered))
    if not offered:
        return Planning(form=form, asked=False, reason=carrying.NO_PLAYBOOK_YET)
    wanted = form.cleaned_data.get("playbook")
    chosen = next((one for one in offered if str(one.pk) == wanted), None)
    return Planning(
        form=form, asked=True, chosen=chosen, answers=_answers(chosen, form)
    )


def _checked(form: PlanForm) -> PlanForm:
    form.is_valid()
    return form


def _answers(chosen: Playbook | None, form: PlanForm) -> Sequence[Answer]:
    if chosen is None or chosen.current is None:
        return ()
    shown = form.cleaned_data.get("checklist_version") == chosen.current.pk
    ticked = set(form.cleaned_data.get("checklist") or ()) if shown else set()
    return [
        Answer(item=item, done=str(index) in ticked)
        for index, item in enumerate(chosen.current.checklist)
    ]


def planned_fields(order: Order) -> dict[str, Any]:
    """What a draft carries, as the fields of a ticket that edits it."""
    carried = reading.order_plan(order)
    if carried is None:
        return {}
    version = carried.playbook_version
    if version is not None:
        ticked = [str(i) for i, one in enumerate(carried.checklist) if one["done"]]
        return {
            "playbook": str(version.playbook_id),
            "checklist_version": version.pk,
            "checklist": ticked,
        }
    asked_nothing = {carrying.REDUCES_RISK, carrying.NO_PLAYBOOK_YET}
    if carried.unplanned_reason in asked_nothing:
        return {}
    return {"playbook": UNPLANNED, "unplanned_reason": carried.unplanned_reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What was expected when the order was written down; None where nothing was."""

    entry: Decimal | None
    stop: Decimal | None
    target: Decimal | None


def prices_of(made: Preview) -> Prices:
    spec = made.spec
    return Prices(
        entry=made.entry, stop=spec.stop_loss_price, target=spec.take_profit_price
    )


def plan_papers(
    planning: Planning, prices: Prices, *, user: User, now: datetime
) -> Papers:
    """What the draft carries; the plan in force is attached by itself."""
    chosen = planning.chosen
    typed = planning.form.cleaned_data.get("unplanned_reason", "")
    carried = Carried(
        plan_version=reading.current_plan(user),
        playbook_version=chosen.current if chosen else None,
        unplanned_reason="" if chosen else planning.reason or typed,
        checklist=planning.answers,
        planned_entry=prices.entry,
        planned_stop=prices.stop,
        planned_target=prices.target,
    )
    return carrying.papers(carried, now)


def risk_beyond(planning: Planning, made: Preview | None) -> str:
    """A line where the ticket risks more than its playbook allows, else ""."""
    most = _most_risk(planning)
    risked = made.sizing.outlook.risk_percent if made and made.sizing else None
    if most is None or risked is None or risked <= most:
        return ""
    return (
        f"This risks {formatting.percent(risked, places=2)} of equity; "
        f"the playbook allows {formatting.percent(most, places=2)}."
    )


def _most_risk(planning: Planning) -> Decimal | None:
    version = planning.chosen.current if planning.chosen else None
    return version.max_risk_percent if version else None
