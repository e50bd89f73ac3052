"""Inter for paper: one weight each, both alphabets in one file, tabular figures."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont


PROJECT = Path(__file__).resolve().parents[1]
WEB = PROJECT / "static" / "fonts"
PAPER = PROJECT / "brokers" / "reconciliation" / "paper" / "fonts"
WEIGHTS = {"Regular": 400, "SemiBold": 620}
OPTICAL_SIZE = 14
# Inter's features for figures of one width, and the zero that is no O.
FIGURES = ("tnum",)
# The feature also widens the hyphen, which stands in words more than in figures.
WIDENED = frozenset(map(ord, "0123456789+\N{MINUS SIGN}"))
LAYOUT = ("GSUB", "GPOS", "GDEF", "STAT", "HVAR", "MVAR", "avar")


def main() -> None:
    PAPER.mkdir(parents=True, exist_ok=True)
    for name, weight in WEIGHTS.items():
        font = _merged(weight)
        _name(font, name)
        font.save(PAPER / f"Inter-{name}.ttf")


def _merged(weight: int) -> TTFont:
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for part in ("latin", "latin-ext"):
            path = Path(folder) / f"{part}.ttf"
            _plain(TTFont(WEB / f"inter-{part}-opsz-normal.woff2"), weight).save(path)
            parts.append(str(path))
        return merge.Merger().merge(parts)


def _plain(font: TTFont, weight: int) -> TTFont:
    """One weight, its figures swapped for those of equal width, nothing laid out."""
    font.flavor = None
    font = instantiateVariableFont(font, {"wght": weight, "opsz": OPTICAL_SIZE})
    swaps = _swaps(font)
    for table in font["cmap"].tables:
        for code, glyph in table.cmap.items():
            if code in WIDENED:
                table.cmap[code] = swaps.get(glyph, glyph)
    for tag in LAYOUT:
        if tag in font:
            del font[tag]
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=["*"])
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(font.getBestCmap()))
    cutter.subset(font)
    return font


def _swaps(font: TTFont) -> dict[str, str]:
    found: dict[str, str] = {}
    if "GSUB" not in font:
        return found
    table = font["GSUB"].table
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag in FIGURES:
            for index in record.Feature.LookupListIndex:
                for one in table.LookupList.Lookup[index].SubTable:
                    inner = getattr(one, "ExtSubTable", one)
                    found.update(getattr(inner, "mapping", {}))
    return found


def _name(font: TTFont, style: str) -> None:
    family = "Inter Paper"
    for name_id, text in ((1, family), (2, style), (4, f"{family} {style}"),
                          (6, f"InterPaper-{style}")):  # fmt: skip
        font["name"].setName(text, name_id, 3, 1, 0x409)


if __name__ == "__main__":
    main()
