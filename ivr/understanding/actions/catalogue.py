"""Finds the article a caller means: by name, synonym, plural, or something close to it."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ivr.config.company import Company, Product
from ivr.german.lists import say_list
from ivr.german.words import CORRECTIONS, words

LAST_PRODUCT = "form_last_product"
"""Slot of the product talked about last: "Und haben Sie den auf Lager?"."""
_CLOSE = 0.78
"""Similarity from which a misheard word is worth asking about; lower ones annoy."""
_ENDINGS = ("", "s", "n", "en", "e", "er", "ern", "es")
_UMLAUTS = str.maketrans("äöüÄÖÜ", "aouAOU")
_ARTICLES = {
    "der": ("ein", "einen", "den"),
    "die": ("eine", "eine", "die"),
    "das": ("ein", "ein", "das"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A product in an utterance."""

    product: Product
    start: int
    """Number of the word it begins at."""
    exact: bool
    """False where it only resembles what was said."""


def find_product(company: Company, text: str) -> Found | None:
    """The product meant in `text`: after a correction the last, else the first that is named."""
    found = find_products(company, text)
    if not found:
        return None
    return found[0] if CORRECTIONS.isdisjoint(words(text)) else found[-1]


@lru_cache(maxsize=256)
def find_products(company: Company, text: str) -> tuple[Found, ...]:
    """All products named in `text`, in order; where none is, the one that resembles it most."""
    spoken = _folded(text)
    exact: dict[str, Found] = {}
    for found in sorted(_exact(company, spoken), key=lambda found: found.start):
        exact.setdefault(found.product.number, found)
    if exact:
        return tuple(exact.values())
    close = _closest(company, spoken)
    return (close,) if close else ()


def _exact(company: Company, spoken: list[str]) -> Iterator[Found]:
    for phrase, product in _phrases(company):
        size = len(phrase)
        for start in range(len(spoken) - size + 1):
            if _same(tuple(spoken[start : start + size]), phrase):
                yield Found(product, start, exact=True)
        # Recognizers write compounds apart: "Wasser Kocher".
        for start in range(len(spoken) - 1):
            if size == 1 and _same((spoken[start] + spoken[start + 1],), phrase):
                yield Found(product, start, exact=True)


def _same(spoken: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Whether the words are the phrase, its last word perhaps inflected."""
    if spoken[:-1] != phrase[:-1] or not spoken[-1].startswith(phrase[-1]):
        return False
    return spoken[-1][len(phrase[-1]) :] in _ENDINGS


def _closest(company: Company, spoken: list[str]) -> Found | None:
    best: tuple[float, Found] | None = None
    for phrase, product in _phrases(company):
        # The matcher keeps what it learns of the second text.
        name = "".join(phrase)
        matcher = difflib.SequenceMatcher(b=name)
        for start, word in enumerate(spoken):
            if len(word) < 4 or abs(len(word) - len(name)) > max(1, len(name) // 5):
                continue
            matcher.set_seq1(word)
            if matcher.real_quick_ratio() < _CLOSE or matcher.quick_ratio() < _CLOSE:
                continue
            likeness = matcher.ratio()
            if likeness >= _CLOSE and (best is None or likeness > best[0]):
                best = (likeness, Found(product, start, exact=False))
    return best[1] if best else None


def _folded(text: str) -> list[str]:
    """The words without their umlauts: "Stühle" are more than one "Stuhl"."""
    return words(text.translate(_UMLAUTS))


@lru_cache(maxsize=16)
def _phrases(company: Company) -> tuple[tuple[tuple[str, ...], Product], ...]:
    """Every way to name every product, the longest first: "Schreibtischlampe" before "Lampe"."""
    ways = [
        (tuple(_folded(name)), product)
        for product in company.products
        for name in (product.name, product.plural, *product.synonyms)
        if name
    ]
    return tuple(sorted(ways, key=lambda way: -len(way[0])))


def counted(product: Product, quantity: int) -> str:
    """ "ein Wasserkocher", "eine Kaffeemaschine", "2 Kaffeemaschinen"; figures, which every voice
    reads well."""
    if quantity == 1:
        return f"{_ARTICLES[product.article][0]} {product.name}"
    return f"{quantity} {product.counted(quantity)}"


def nominative(product: Product) -> str:
    """ "der Wasserkocher"."""
    return f"{product.article} {product.name}"


def the(product: Product) -> str:
    """ "Der Wasserkocher", as a sentence begins."""
    return f"{product.article.capitalize()} {product.name}"


def accusative(product: Product) -> str:
    """ "den Wasserkocher"."""
    return f"{_ARTICLES[product.article][2]} {product.name}"


def some_names(company: Company, most: int = 3) -> str:
    """A few products in stock, to give an idea: "Wasserkocher, Toaster oder Mixer"."""
    names = [product.name for product in company.products if product.stock > 0][:most]
    return say_list(names, "oder")
