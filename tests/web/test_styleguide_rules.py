from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import engines

from tradedesk.web.icons import ICONS


ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_compiles_and_keeps_to_the_content_security_policy(path):
    source = path.read_text()
    engines["django"].from_string(source)
    # No policy governs a letter, and mail clients know no other way to style one.
    assert path.parent.name == "mail" or not re.search(r"<[^>]*\sstyle=", source)
    assert not re.search(r"<[^>]*\son[a-z]+=", source)
    assert not re.search(r"hx-on|js:|javascript:", source)
    for script in re.findall(r"<script(?![^>]*application/json)[^>]*>", source):
        assert "nonce=" in script
        assert "src=" in script


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_is_short_and_its_static_files_exist(path):
    source = path.read_text()
    assert len(source.splitlines()) <= 150
    for wanted in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", source):
        assert finders.find(wanted), wanted


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_icon_that_a_template_names_is_drawn(path):
    named = re.findall(
        r"""% icon ["']([\w-]+)["']|\bicon=["']([\w-]+)["']""", path.read_text()
    )
    assert {one or other for one, other in named} <= set(ICONS)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_never_writes_markup_evaluates_text_or_keeps_figures(path):
    source = path.read_text()
    markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write"
    evaluation = r"\beval\(|new Function|setAttribute\(\s*[\"']style"
    assert not re.search(markup, source)
    assert not re.search(evaluation, source)
    # A note's unsaved words are kept in the browser until they are saved: no figures.
    if path.name != "notes.js":
        assert not re.search(r"localStorage|sessionStorage", source)


def test_every_address_in_the_style_sheets_resolves_when_names_are_hashed(
    settings, tmp_path
):
    finder = "django.contrib.staticfiles.finders.FileSystemFinder"
    settings.STATIC_ROOT = str(tmp_path)
    settings.STATICFILES_FINDERS = [finder]
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": STORAGE}}
    call_command("collectstatic", interactive=False, verbosity=0)
    (tokens,) = (tmp_path / "css").glob("tokens.*.css")
    fonts = re.findall(r'url\("../fonts/([^"]+)"\)', tokens.read_text())
    assert len(fonts) == 2
    assert all((tmp_path / "fonts" / font).is_file() for font in fonts)


def test_components_take_their_colours_from_the_tokens():
    for sheet in (ROOT / "static" / "css").glob("*.css"):
        if sheet.name == "tokens.css":
            continue
        raw = re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", sheet.read_text())
        # The stripes of the live frame are black; a QR code needs white paper.
        assert set(raw) <= {"#000", "#fff"}, sheet.name


def test_what_is_delivered_carries_its_licence_and_version():
    charts = ROOT / "static" / "vendor" / "lightweight-charts"
    assert "Apache License" in (charts / "LICENSE").read_text()
    assert "TradingView" in (charts / "NOTICE").read_text()
    assert "5.2.1" in (charts / "VERSION").read_text()
    assert "SIL" in (ROOT / "static" / "fonts" / "LICENSE-Inter.txt").read_text()
