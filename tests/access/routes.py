"""Every URL that the resolver knows, filled in with the ids of somebody's rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch
from django.utils.regex_helper import normalize


Ids = Mapping[str, Sequence[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One pattern. `name` is what `reverse` takes, or the pattern where it has none."""

    name: str
    pattern: str
    arguments: tuple[str, ...]
    is_named: bool


def every_route() -> list[Route]:
    return list(_walk(get_resolver(), "", ""))


def _walk(resolver: URLResolver, prefix: str, space: str) -> Iterator[Route]:
    for one in resolver.url_patterns:
        pattern = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{space}{one.app_name}:" if one.app_name else space
            yield from _walk(one, pattern, inner)
        else:
            yield _route(one, pattern, space)


def _route(one: URLPattern, pattern: str, space: str) -> Route:
    (_text, names), *_others = normalize(one.pattern.regex.pattern)
    return Route(
        name=f"{space}{one.name}" if one.name else pattern,
        pattern=pattern,
        arguments=tuple(names),
        is_named=bool(one.name),
    )


def paths(route: Route, ids: Ids) -> list[str]:
    """The route's addresses, one for each combination of the ids given.

    `ids` is looked up by "route.argument", then by the argument alone. An argument that
    has no id there fails: a new kind of URL wants a real row to be tried with.
    """
    if not route.is_named:
        return []
    values = [_values(route, name, ids) for name in route.arguments]
    return [
        reverse(route.name, kwargs=dict(zip(route.arguments, each, strict=True)))
        for each in product(*values)
    ]


def _values(route: Route, name: str, ids: Ids) -> Sequence[object]:
    for key in (f"{route.name}.{name}", name):
        if key in ids:
            return ids[key]
    if route.name.startswith("admin:") and name == "object_id":
        return ids.get(f"{route.name.rpartition('_')[0]}.object_id", ["1"])
    raise NoReverseMatch(f"{route.name} takes {name}: give it a real id in `ids`.")
