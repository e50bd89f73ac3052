"""The steps of a break as forms, and what each does when its form is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import QueryDict

from brokers.domain.breaks import BreakStatus, Resolution
from brokers.models import Break
from brokers.reconciliation import workflow
from brokers.views.break_forms import (
    AssignForm,
    ReopenForm,
    ResolveForm,
    StatusForm,
    StepForm,
    VerifyForm,
    suggested,
)
from tradedesk.accounts.http import DeskRequest
from tradedesk.accounts.models import User
from tradedesk.core.errors import InvalidInputError


# By the name of the form: the step of the workflow that has to be allowed.
_ALLOWED = {
    "assign": "assign",
    "status": "set_status",
    "resolve": "resolve",
    "verify": "verify",
    "reopen": "reopen",
}


def forms_of(
    broken: Break,
    user: User,
    people: Sequence[User],
    *,
    tried: StepForm | None = None,
) -> dict[str, StepForm]:
    """The forms of the steps that this person may take; `tried` as it was sent."""
    allowed = workflow.allowed_steps(broken, user)
    shown = {
        name: _made(name, broken, user, people=people)
        for name, step in _ALLOWED.items()
        if step in allowed
    }
    return {
        name: tried if tried is not None and type(tried) is type(form) else form
        for name, form in shown.items()
    }


def bound(
    name: str, request: DeskRequest, broken: Break, *, people: Sequence[User]
) -> StepForm:
    return _made(name, broken, request.user, people=people, data=request.POST)


def _made(
    name: str,
    broken: Break,
    user: User,
    *,
    people: Iterable[User],
    data: QueryDict | None = None,
) -> StepForm:
    given: dict[str, Any] = {
        "data": data,
        "auto_id": f"{name}_%s",
        "initial": {"seen": broken.status},
    }
    if name == "assign":
        given["initial"]["assignee"] = broken.assignee_id
        return AssignForm(people=people, **given)
    if name == "resolve":
        given["initial"] |= suggested(workflow.suggested_adjustment(broken))
        adjusts = "adjust" in workflow.allowed_steps(broken, user) or data is not None
        return ResolveForm(adjusts=adjusts, **given)
    if name == "status":
        given["initial"]["status"] = _next_status(broken)
        return StatusForm(**given)
    return VerifyForm(**given) if name == "verify" else ReopenForm(**given)


def _next_status(broken: Break) -> str:
    """Another than the present one: the same is no step."""
    is_open = broken.status == BreakStatus.OPEN.value
    return (BreakStatus.INVESTIGATING if is_open else BreakStatus.OPEN).value


def take(name: str, step: workflow.Step, form: StepForm) -> str:
    """Take the step; what the page says then."""
    given = form.cleaned_data
    if isinstance(form, AssignForm):
        pk = given["assignee"]
        person = User.objects.filter(pk=pk).first() if pk else None
        workflow.assign(step, person)
        return f"Given to {person.get_full_name() if person else 'nobody'}."
    if isinstance(form, StatusForm):
        workflow.set_status(step, BreakStatus(given["status"]), given["note"])
        return "The state of the work is noted."
    if isinstance(form, ResolveForm):
        reason = Resolution(given["resolution"])
        workflow.resolve(step, reason, given["note"], adjustment=form.adjustment)
        return "Resolved. It waits for a second person's word."
    if name == "verify":
        workflow.verify(step, given["note"])
        return "Verified. Thank you."
    workflow.reopen(step, given["note"])
    return "Open again."


def field_of(form: StepForm, error: InvalidInputError) -> str | None:
    return error.field if error.field in form.fields else None
