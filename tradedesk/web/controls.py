"""The commonest form controls written out by hand: a template for each option of each
select, as Django draws them, takes longer than the page around them.

What is written is what Django's own templates write, to the letter; all other widgets
are drawn by those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django.forms.renderers import DjangoTemplates
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString


if TYPE_CHECKING:
    from django.http import HttpRequest


_FOLDER = "django/forms/widgets/"
_OPTION = f"{_FOLDER}select_option.html"
_Widget = Mapping[str, Any]


class ControlRenderer(DjangoTemplates):
    """Named in the settings as FORM_RENDERER."""

    def render(
        self,
        template_name: str,
        context: Mapping[str, Any],
        request: HttpRequest | None = None,
    ) -> SafeString:
        write = _WRITERS.get(template_name)
        if write is not None and (written := write(context["widget"])) is not None:
            return SafeString(written.strip())
        drawn = super().render(template_name, dict(context), request=request)
        return SafeString(drawn)


def _input(widget: _Widget) -> str:
    value = widget["value"]
    said = "" if value is None else f' value="{_text(value)}"'
    kind, name = conditional_escape(widget["type"]), conditional_escape(widget["name"])
    return f'<input type="{kind}" name="{name}"{said}{_attributes(widget)}>'


def _select(widget: _Widget) -> str | None:
    """None where options have groups or a template of their own."""
    lines = []
    for group, options, _ in widget["optgroups"]:
        if group or any(one["template_name"] != _OPTION for one in options):
            return None
        lines += [f"\n  {_option(one)}\n" for one in options]
    name, attributes = conditional_escape(widget["name"]), _attributes(widget)
    return f'<select name="{name}"{attributes}>{"".join(lines)}\n</select>'


def _option(widget: _Widget) -> str:
    label = conditional_escape(localize(widget["label"]))
    return f'<option value="{_text(widget["value"])}"{_attributes(widget)}>{label}</option>'


def _attributes(widget: _Widget) -> str:
    return "".join(
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: object) -> str:
    """As `stringformat:'s'` says it: plain text is escaped, what is safe stays."""
    return conditional_escape(value if isinstance(value, str) else str(value))


_INPUTS = ("text", "number", "email", "date", "time", "hidden", "password")
_WRITERS: Mapping[str, Callable[[_Widget], str | None]] = MappingProxyType(
    {f"{_FOLDER}select.html": _select}
    | {f"{_FOLDER}{kind}.html": _input for kind in _INPUTS}
)
