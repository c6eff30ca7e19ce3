"""Pages in a second language, and numbers and moments as people read them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ivr.web import texts
from ivr.web.texts.formats import filters

CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Anmelden"
msgstr "Sign in"

msgid "%(num)s Anruf"
msgid_plural "%(num)s Anrufe"
msgstr[0] "%(num)s call"
msgstr[1] "%(num)s calls"
"""


def test_a_second_language_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "en.po").write_text(CATALOG, encoding="utf-8")
    assert texts.languages(tmp_path) == ("de", "en")
    english = texts.translations("en", tmp_path)
    assert english.gettext("Anmelden") == "Sign in"
    assert english.gettext("Abmelden") == "Abmelden", "what is not translated stays German"
    counted = [english.ngettext("%(num)s Anruf", "%(num)s Anrufe", n) for n in (0, 1, 2)]
    assert counted == ["%(num)s calls", "%(num)s call", "%(num)s calls"]
    german = texts.translations("de", tmp_path)
    assert german.ngettext("%(num)s Anruf", "%(num)s Anrufe", 1) == "%(num)s Anruf"


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("moment", datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "02.07.2026 00:30"),
        ("clock", datetime(2026, 12, 1, 22, 30, tzinfo=UTC), "23:30"),
        ("duration", 7.9, "0:07"),
        ("duration", 3729, "1:02:09"),
        ("duration", -1, "0:00"),
        ("seconds", 0.617, "0,62\N{NO-BREAK SPACE}s"),
        ("number", 12345.5, "12.345,5"),
        ("percent", 0.573, "57\N{NO-BREAK SPACE}%"),
        ("euro", Decimal("1234.50"), "1.234,50\N{NO-BREAK SPACE}€"),
        ("euro", None, "–"),
        ("clock", None, "–"),
    ],
)
def test_as_people_read_it(name: str, value: object, shown: str) -> None:
    formats = filters(ZoneInfo("Europe/Berlin"))
    assert formats[name](value).replace(" ", "\N{NO-BREAK SPACE}") == shown.replace(
        " ", "\N{NO-BREAK SPACE}"
    )
