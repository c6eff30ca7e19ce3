"""What callers say where little is possible: the German grammars for Vosk."""

from collections.abc import Callable, Mapping, Sequence

from ivr.core.speech import Expect

_ONES = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")
_TEENS = (
    *("zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn"),
    *("sechzehn", "siebzehn", "achtzehn", "neunzehn"),
)
_TENS = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")
_JOINED = ("ein", *_ONES[2:])
_NUMBERS = (
    *_ONES,
    *_TEENS,
    *_TENS,
    *(f"{one}und{ten}" for ten in _TENS for one in _JOINED),
    *("zwo", "hundert", "tausend", "doppel", "und", "ja", "nein", "moment", "äh"),
)
_YES_NO = (
    *("ja", "nein", "ja bitte", "nein danke", "ja gerne", "ja genau", "genau", "richtig"),
    *("stimmt", "das stimmt", "das ist richtig", "ja das stimmt", "das ist korrekt", "korrekt"),
    *("jawohl", "gerne", "klar", "okay", "in ordnung", "passt", "nee", "nö", "falsch"),
    *(
        "das ist falsch",
        "nein das stimmt nicht",
        "stimmt nicht",
        "lieber nicht",
        "auf keinen fall",
    ),
    *("natürlich", "auf jeden fall", "doch", "noch nicht", "danke", "bitte"),
)

GERMAN: Mapping[Expect, Sequence[str]] = {
    Expect.YES_NO: _YES_NO,
    Expect.DIGITS: _NUMBERS,
    Expect.PHONE: (*_NUMBERS, "plus"),
}
"""Phrases by what is expected; anything else is recognized freely."""

UNKNOWN = "[unk]"
"""Vosk's word for what is not in the grammar."""


def usable(phrases: Sequence[str], known: Callable[[str], bool]) -> list[str]:
    """The phrases all of whose words the model knows, and `[unk]` if it knows that.

    Empty where fewer than half are left: then the grammar would hide more than it helps.
    """
    left = [phrase for phrase in phrases if all(known(word) for word in phrase.split())]
    if 2 * len(left) < len(phrases):
        return []
    return [*left, UNKNOWN] if known(UNKNOWN) else left
