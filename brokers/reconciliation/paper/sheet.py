"""A landscape page in the desk's type: headings, tables, figures, the footer.

Measures are millimetres and points. Colour means something or is absent: crimson blocks,
sand warns, all else is ink on paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont


FONTS = Path(__file__).resolve().parent / "fonts"
FAMILY = "Inter"
MARGIN, FOOT = 13, 14
INK, SOFT, RULE = (15, 23, 41), (82, 96, 117), (214, 220, 229)
BLOCK, WARN, TINT = (159, 18, 57), (146, 64, 14), (247, 248, 251)
WHITE = (255, 255, 255)
BODY, SMALL, LINE = 8, 7, 3.9

Colour = tuple[int, int, int]


class Text(NamedTuple):
    """A cell in another tone than ink, or in bold."""

    text: str
    colour: Colour = INK
    bold: bool = False


Cell = str | Text


class Column(NamedTuple):
    """`width` is a share of the page's width; figures are flush right."""

    title: str
    width: int
    align: str = "LEFT"


class Sheet(FPDF):
    """`foot` stands at the left of every footer, the page number at its right."""

    def __init__(self, *, title: str, foot: str, author: str, at: datetime) -> None:
        super().__init__(orientation="landscape", unit="mm", format="A4")
        self._foot = foot
        self.add_font(FAMILY, "", FONTS / "Inter-Regular.ttf")
        self.add_font(FAMILY, "B", FONTS / "Inter-SemiBold.ttf")
        font = self.fonts[FAMILY.lower()]
        self._known = frozenset(font.cmap if isinstance(font, TTFFont) else ())
        self.set_title(self.plain(title))
        self.set_author(self.plain(author))
        self.set_creator("TradeDesk")
        self.set_producer("TradeDesk")
        self.set_lang("en")
        self.set_creation_date(at)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(auto=True, margin=FOOT + 4)
        self.set_font(FAMILY, size=BODY)
        self.set_draw_color(*RULE)
        self.set_line_width(0.2)
        self.add_page()

    def plain(self, text: str) -> str:
        """A character that the font does not have would leave a hole: it reads "?"."""
        return "".join(c if c == "\n" or ord(c) in self._known else "?" for c in text)

    def footer(self) -> None:
        self.set_y(-FOOT)
        self.set_font(FAMILY, size=6.5)
        self.set_text_color(*SOFT)
        self.line(MARGIN, self.get_y(), self.w - MARGIN, self.get_y())
        self.ln(1.6)
        self.cell(self.epw * 0.88, 4, self.plain(self._foot))
        self.cell(0, 4, f"Page {self.page_no()} of {{nb}}", align="R")

    def words(
        self, text: str, *, size: float = BODY, bold: bool = False, colour: Colour = INK
    ) -> None:
        """A paragraph over the whole width."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*colour)
        self.multi_cell(
            0,
            size * 0.5,
            self.plain(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def section(self, title: str, note: str = "") -> None:
        """A heading that is also an entry of the outline and never ends a page."""
        if self.will_page_break(26):
            self.add_page()
        self.ln(4.5)
        self.start_section(self.plain(title))
        self.set_font(FAMILY, "B", 10)
        self.set_text_color(*INK)
        self.cell(self.get_string_width(title) + 4, 5, self.plain(title))
        if note:
            self.set_font(FAMILY, "", SMALL)
            self.set_text_color(*SOFT)
            self.cell(0, 5.4, self.plain(note))
        self.ln(6)

    def rows(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """A table whose head is repeated on every page that it runs over."""
        self.set_font(FAMILY, "", SMALL + 0.3)
        self.set_text_color(*INK)
        head = FontFace(emphasis="", color=SOFT, size_pt=6.5)
        with self.table(
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            col_widths=tuple(column.width for column in columns),
            text_align=tuple(column.align for column in columns),
            headings_style=head,
            line_height=LINE,
            padding=(0.75, 1.2, 0.75, 0),
            v_align="TOP",
            width=self.epw,
            align="LEFT",
        ) as table:
            table.row([column.title for column in columns])
            for row in rows:
                line = table.row()
                for cell in row:
                    said = cell if isinstance(cell, Text) else Text(cell)
                    style = FontFace(
                        emphasis="B" if said.bold else "", color=said.colour
                    )
                    line.cell(self.plain(said.text), style=style)

    def figures(self, pairs: Sequence[tuple[str, Cell]]) -> None:
        """Key figures side by side: a label, and the figure large below it."""
        width, top = self.epw / len(pairs), self.get_y()
        for place, (label, cell) in enumerate(pairs):
            said = cell if isinstance(cell, Text) else Text(cell)
            left = MARGIN + place * width
            if place:
                self.line(left - 3, top, left - 3, top + 10)
            self.set_xy(left, top)
            self.set_font(FAMILY, "", SMALL)
            self.set_text_color(*SOFT)
            self.cell(width, 3.6, self.plain(label))
            self.set_xy(left, top + 4)
            self.set_font(FAMILY, "B", 13)
            self.set_text_color(*said.colour)
            self.cell(width, 6, self.plain(said.text))
        self.set_xy(MARGIN, top + 11)
        self.ln(1)

    def stamp(self, word: str, colour: Colour, *, hollow: bool) -> None:
        """The result word in a box of its own, at the right of the head."""
        self.set_font(FAMILY, "B", 15)
        width, left, top = self.get_string_width(word) + 10, 0.0, MARGIN
        left = self.w - MARGIN - width
        self.set_draw_color(*colour)
        self.set_fill_color(*colour)
        self.set_line_width(0.5)
        self.rect(left, top, width, 10, style="D" if hollow else "DF")
        self.set_xy(left, top)
        self.set_text_color(*(colour if hollow else WHITE))
        self.cell(width, 10, word, align="C")
        self.set_line_width(0.2)
        self.set_draw_color(*RULE)
        self.set_fill_color(*WHITE)
