"""Contrast of the tokens by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio"""

from __future__ import annotations

import re
from pathlib import Path

import pytest


ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "static" / "css" / "tokens.css").read_text()
SURFACES = ("canvas", "panel", "raised", "inset", "field", "hover", "selected")
TEXTS = ("ink", "ink-2", "ink-3", "accent", "gain", "loss", "warn", "block")
TINTS = {"gain": "gain-tint", "loss": "loss-tint", "warn": "warn-tint"}
FILLS = (
    ("ink-on-solid", "solid"),
    ("paper-ink", "paper"),
    ("live-ink", "live"),
    ("practice-text", "practice-tint"),
    ("paper-text", "paper-tint"),
    ("live-text", "live-tint"),
    ("block", "block-tint"),
    ("accent", "accent-tint"),
)
LOOKS = [
    (theme, palette, contrast)
    for theme in (0, 1)
    for palette in ("classic", "blue", "east")
    for contrast in ("normal", "high")
]


def declared(selector: str) -> dict[str, tuple[str, str]]:
    block = re.search(
        rf"^{re.escape(selector)} {{(.*?)^}}", SHEET, re.MULTILINE | re.DOTALL
    )
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\);", block.group(1))
    plain = re.findall(r"--([\w-]+): (#\w{6});", block.group(1))
    return {name: (light, dark) for name, light, dark in pairs} | {
        name: (colour, colour) for name, colour in plain
    }


def tokens(palette: str, contrast: str) -> dict[str, tuple[str, str]]:
    colours = declared(":root")
    if palette != "classic":
        colours |= declared(f'[data-palette="{palette}"]')
    if contrast == "high":
        colours |= declared('[data-contrast="high"]')
        if palette != "classic":
            colours |= declared(f'[data-contrast="high"][data-palette="{palette}"]')
    return colours


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def ratio(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("theme", "palette", "contrast"), LOOKS)
def test_text_can_be_read_on_every_surface(theme, palette, contrast):
    colours = tokens(palette, contrast)
    for text in TEXTS:
        surfaces = [*SURFACES, TINTS[text]] if text in TINTS else SURFACES
        for surface in surfaces:
            found = ratio(colours[text][theme], colours[surface][theme])
            assert found >= 4.5, f"{text} on {surface}: {found:.2f}"


@pytest.mark.parametrize(("theme", "palette", "contrast"), LOOKS)
def test_filled_marks_can_be_read(theme, palette, contrast):
    colours = tokens(palette, contrast)
    for text, fill in FILLS:
        found = ratio(colours[text][theme], colours[fill][theme])
        assert found >= 4.5, f"{text} on {fill}: {found:.2f}"


@pytest.mark.parametrize(("theme", "palette", "contrast"), LOOKS)
def test_borders_of_controls_focus_and_the_frames_can_be_seen(theme, palette, contrast):
    colours = tokens(palette, contrast)
    for line in ("border-field", "focus", "practice"):
        for surface in ("canvas", "panel", "inset"):
            found = ratio(colours[line][theme], colours[surface][theme])
            assert found >= 3, f"{line} on {surface}: {found:.2f}"


def test_red_up_stays_red_up_in_high_contrast():
    classic, east = tokens("classic", "high"), tokens("east", "high")
    assert east["gain"] == classic["loss"]
    assert east["loss"] == classic["gain"]


def test_a_mode_never_has_the_colour_of_an_outcome():
    for palette in ("classic", "blue", "east"):
        colours = tokens(palette, "normal")
        outcomes = {*colours["gain"], *colours["loss"]}
        for mode in ("practice", "paper", "live"):
            assert outcomes.isdisjoint(colours[mode])
