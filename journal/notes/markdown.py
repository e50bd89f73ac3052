"""Markdown of a note to HTML that may stand in a page, and to its plain words.

Two walls: the renderer passes no raw HTML and no script addresses ("js-default", see
https://markdown-it-py.readthedocs.io/en/latest/security.html), and nh3 lets through a
short list of elements besides, puts rel on every link and drops every style.
Pictures are the desk's own, written `![words](image:KEY)`; those from elsewhere stay links.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict


_SCHEME = "image:"
_KEY = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_REFERENCE = re.compile(rf"!\[([^\]\n]*)\]\({_SCHEME}({_KEY})\)")
# A note's headings stand below its title, an h2.
_HEADING_SHIFT = 2
_LOWEST_HEADING = 6
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}
_ELEMENTS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "img",
    "li", "ol", "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
}
# The one class that a page may find in a note: an item of a checklist.
_BOXED = "is-box"
_SCHEMES = {"http", "https", "mailto"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """What a page needs of a stored picture: its address, words and sides in pixels."""

    url: str
    alt: str
    width: int
    height: int


def html(body: str, pictures: Mapping[str, Picture]) -> SafeString:
    """`pictures` by key; a reference to any other is a word in the text."""
    env: EnvType = {"pictures": pictures}
    tokens = _PARSER.parse(body, env)
    _fit(tokens)
    rendered = _PARSER.renderer.render(tokens, _PARSER.options, env)
    safe = nh3.clean(
        rendered,
        tags=_ELEMENTS,
        attributes=_ATTRIBUTES,
        allowed_classes={"li": {_BOXED}},
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(safe)  # noqa: S308 - rendered without raw HTML, then cleaned


def plain(body: str) -> str:
    """The words alone, a block a line: what is searched and what an excerpt shows."""
    tokens = _PARSER.parse(body, {})
    _fit(tokens)
    found = (_words(token) for token in tokens)
    return "\n".join(words for words in found if words)


def references(body: str) -> dict[str, str]:
    """Keys of the pictures that a text shows, each with the words beside it."""
    return {key: alt.strip() for alt, key in _REFERENCE.findall(body)}


def reference(key: UUID | str) -> str:
    return f"![]({_SCHEME}{key})"


def with_files(body: str, files: Mapping[str, tuple[str, str]]) -> str:
    """The text for other programs: references become files; key -> (words, path)."""

    def replaced(match: re.Match[str]) -> str:
        words, path = files.get(match[2], (match[1], ""))
        return f"![{words}]({path})" if path else match[0]

    return _REFERENCE.sub(replaced, body)


def _fit(tokens: Sequence[Token]) -> None:
    """Headings below the page's own, and boxes of a checklist as signs."""
    item = None
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = min(int(token.tag[1]) + _HEADING_SHIFT, _LOWEST_HEADING)
            token.tag = f"h{level}"
        elif token.type == "list_item_open":
            item = token
        elif token.type == "inline" and item is not None:
            if _boxed(token):
                item.attrSet("class", _BOXED)
            item = None


def _boxed(token: Token) -> bool:
    """The first text of an item, where it begins with "[ ]" or "[x]"."""
    first = token.children[0] if token.children else None
    if first is None or first.type != "text" or first.content[:4] not in _BOXES:
        return False
    first.content = _BOXES[first.content[:4]] + first.content[4:]
    return True


def _words(token: Token) -> str:
    if token.type in {"fence", "code_block"}:
        return token.content.rstrip()
    if token.type != "inline":
        return ""
    return "".join(_inline(token.children or [])).strip()


def _inline(children: Iterable[Token]) -> Iterator[str]:
    for child in children:
        if child.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif child.type in {"text", "code_inline", "image"}:
            yield child.content


def _image(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    env: EnvType,
) -> str:
    token = tokens[index]
    address = str(token.attrs.get("src", ""))
    picture = env["pictures"].get(address.removeprefix(_SCHEME))
    if picture is not None:
        return format_html(
            '<a href="{}"><img src="{}" alt="{}" width="{}" height="{}" loading="lazy"></a>',
            picture.url, picture.url, token.content or picture.alt, picture.width,
            picture.height,
        )  # fmt: skip
    words = token.content or "a picture"
    if address.startswith(_SCHEME):
        return format_html("[{}: not here]", words)
    return format_html('<a href="{}">{}</a>', address, words)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("js-default", {"breaks": True})
    parser.add_render_rule("image", _image)
    return parser


_PARSER = _parser()
