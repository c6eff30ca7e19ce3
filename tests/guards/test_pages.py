"""Pages hold what the shell promises: marked texts, no script or style within, the CSRF field."""

import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from typing_extensions import override

from ivr.web.pages import STATIC, TEMPLATES

WEB = TEMPLATES.parent
TESTS = Path(__file__).parents[1]
PAGES = sorted(TEMPLATES.rglob("*.html"))
_READ = ("title", "placeholder", "aria-label", "alt")
"""Attributes that people read or hear."""


class _Reader(HTMLParser):
    """Collects the texts of a template that are no expression of Jinja."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inline: list[str] = []
        self._inside = ""

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        for name, value in attrs:
            if name in _READ and value:
                self.texts.append(value)
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"{tag} {name}")

    @override
    def handle_data(self, data: str) -> None:
        if self._inside in ("script", "style") and data.strip():
            self.inline.append(self._inside)
        self.texts.append(data)

    @override
    def handle_endtag(self, tag: str) -> None:
        self._inside = ""


def _read(page: Path) -> _Reader:
    source = page.read_text(encoding="utf-8")
    # Comments, classes, and what is marked as a block.
    source = re.sub(
        r"\{#.*?#\}|\{% block \w+_class %\}.*?\{% endblock %\}|\{%-? *trans.*?endtrans *-?%\}",
        "",
        source,
        flags=re.S,
    )
    reader = _Reader()
    reader.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", source, flags=re.S))
    reader.close()
    return reader


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_word_of_a_page_is_marked_for_the_catalog(page: Path) -> None:
    unmarked = [text.strip() for text in _read(page).texts if re.search(r"[^\W\d_]{2,}", text)]
    assert unmarked == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_no_script_or_style_stands_in_a_page(page: Path) -> None:
    assert _read(page).inline == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_form_that_changes_something_has_the_token(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    for form in re.findall(r"<form[^>]*method=.post.*?</form>", source, flags=re.S | re.I):
        assert 'name="csrf"' in form or "csrf_field(csrf)" in form


def test_the_catalog_finds_the_texts() -> None:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    found = {
        str(message)
        for _, _, message, _, _ in extract_from_dir(
            str(WEB), methods, keywords={"_": None, "N_": None, "gettext": None}
        )
    }
    assert {"Anmelden", "Team", "Gerade ruft niemand an.", "Hört zu"} <= found


def test_styles_take_colours_from_the_tokens() -> None:
    for sheet in STATIC.rglob("*.css"):
        if sheet.name != "tokens.css":
            source = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;\s,)])", source) == [], sheet.name


@pytest.mark.parametrize("folder", [STATIC / "vendor", TESTS / "browser" / "vendor"])
def test_code_of_others_is_what_its_note_says(folder: Path) -> None:
    note = (folder / "README.md").read_text(encoding="utf-8")
    scripts = list(folder.glob("*.js"))
    assert scripts
    for script in scripts:
        assert sha256(script.read_bytes()).hexdigest() in note
