"""What people read on the pages, in their language.

The German text itself is the key: a page is written in German, marked with `_()` or `ngettext()`,
and needs no catalog to be shown. A second language is one file `LANGUAGE.po` in this folder; it is
read at the start, and browsers that prefer the language get it. docs/web.md says how such a file
is made.
"""

from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from typing_extensions import override

SOURCE = "de"
"""The language the pages are written in."""
_FOLDER = Path(__file__).parent
_language: ContextVar[str] = ContextVar("language", default=SOURCE)


class _Translations(NullTranslations):
    """A catalog in memory; what is not translated stays German."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        self._catalog = catalog
        self._plural = Locale.parse(catalog.locale or SOURCE).plural_form

    @override
    def gettext(self, message: str) -> str:
        return self._string(message, 0) or message

    @override
    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        message = self._catalog.get(msgid1)
        if message is not None and isinstance(message.string, (tuple, list)):
            forms = sorted(self._plural.tags | {"other"}, key=_plural_order)
            index = min(forms.index(self._plural(n)), len(message.string) - 1)
            if message.string[index]:
                return str(message.string[index])
        return msgid1 if n == 1 else msgid2

    def _string(self, key: str, index: int) -> str:
        message = self._catalog.get(key)
        if message is None or message.fuzzy:
            return ""
        found: Any = message.string
        return str(found if isinstance(found, str) else found[index])


def _plural_order(tag: str) -> int:
    return ("zero", "one", "two", "few", "many", "other").index(tag)


@cache
def languages(folder: Path = _FOLDER) -> tuple[str, ...]:
    """Every language the pages can be shown in, the source first."""
    return (SOURCE, *sorted(file.stem for file in folder.glob("*.po") if file.stem != SOURCE))


@cache
def translations(language: str, folder: Path = _FOLDER) -> NullTranslations:
    """The texts of a language; German ones where there is no such catalog."""
    if language == SOURCE or language not in languages(folder):
        return NullTranslations()
    with (folder / f"{language}.po").open("rb") as file:
        return _Translations(read_po(file, locale=language))


def speak(language: str) -> None:
    """Show this task's pages in `language`, from now on."""
    _language.set(language)


def spoken() -> str:
    """The language of the page that is being made."""
    return _language.get()


def gettext(message: str) -> str:
    """The text in the page's language."""
    return translations(_language.get()).gettext(message)


def ngettext(one: str, several: str, number: int) -> str:
    return translations(_language.get()).ngettext(one, several, number)


def N_(message: str) -> str:
    """Marks a text that is looked up later; changes nothing."""
    return message
