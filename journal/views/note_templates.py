"""One's own templates of notes, beside those of the desk."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from journal.models import NoteTemplate
from journal.notes import reading, seeds, templates
from journal.notes.forms import NoteTemplateForm
from journal.owned import owned_note_template
from journal.sections import tabs
from tradedesk.accounts.http import DeskRequest, actor_of, trading_role_required
from tradedesk.core.clock import SYSTEM_CLOCK
from tradedesk.core.errors import InvalidInputError


@require_GET
def note_templates(request: DeskRequest) -> HttpResponse:
    context = {
        "tabs": tabs("journal", "notes"),
        "seeds": seeds.SEEDS,
        "own": reading.templates_of(request.user),
    }
    return render(request, "journal/note_templates.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@trading_role_required
def note_template_new(request: DeskRequest) -> HttpResponse:
    """`?from=pre-market` begins with one of the desk's."""
    seed = seeds.seed(request.GET.get("from", ""))
    if seed is None:
        return _form(request, None, initial={})
    given = {"name": f"My {seed.name.lower()}", "title": seed.title, "body": seed.body}
    return _form(request, None, initial=given)


@require_http_methods(["GET", "HEAD", "POST"])
@trading_role_required
def note_template(request: DeskRequest, note_template_id: int) -> HttpResponse:
    return _form(request, owned_note_template(request, note_template_id), initial={})


def _form(
    request: DeskRequest, template: NoteTemplate | None, *, initial: dict[str, str]
) -> HttpResponse:
    status = HTTPStatus.OK
    form = NoteTemplateForm(initial=initial, instance=template)
    if request.method == "POST":
        form = NoteTemplateForm(request.POST, instance=template)
        if form.is_valid() and _saved(request, form, template):
            messages.success(request, "The template is saved.")
            return HttpResponseRedirect(reverse("note_templates"))
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    context = {"form": form, "template": template}
    return render(request, "journal/note_template.html", context, status=status)


def _saved(
    request: DeskRequest, form: NoteTemplateForm, template: NoteTemplate | None
) -> bool:
    beginning = templates.Beginning(**form.cleaned_data)
    now = SYSTEM_CLOCK.now()
    try:
        templates.save(
            request.user, template, beginning, actor=actor_of(request), now=now
        )
    except InvalidInputError as error:
        form.add_error(error.field, error.message)
        return False
    return True


@require_POST
@trading_role_required
def note_template_delete(request: DeskRequest, note_template_id: int) -> HttpResponse:
    found = owned_note_template(request, note_template_id)
    templates.delete(found, actor=actor_of(request), now=SYSTEM_CLOCK.now())
    messages.success(request, f"The template {found.name} is gone.")
    return HttpResponseRedirect(reverse("note_templates"))
