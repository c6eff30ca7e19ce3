"""Names for what admins add, made of what they write."""

import re
import unicodedata

from ivr.german.words import word_set

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_NO_NAME = re.compile(r"[^a-z0-9]+")
_SAY_LITTLE = word_set(
    "ich wir sie ihr mir mich der die das den dem ein eine einen bitte denn mal haben hat habe"
    " ist sind kann koennen gibt es bei von zu zum zur und oder auch noch ihnen ihre ihren"
)
_LONGEST = 40


def name_for(text: str) -> str:
    """A short name in small letters: "Haben Sie auch Ersatzteile?" becomes `ersatzteile`."""
    lower = unicodedata.normalize("NFC", text).lower().translate(_GERMAN)
    plain = unicodedata.normalize("NFKD", lower).encode("ascii", "ignore").decode()
    words = [word for word in _NO_NAME.sub(" ", plain).split() if word]
    telling = [word for word in words if word not in _SAY_LITTLE] or words
    name = ""
    for word in telling[:4]:
        longer = f"{name}_{word}" if name else word
        if len(longer) > _LONGEST:
            break
        name = longer
    name = (name or "frage")[:_LONGEST]
    return name if name[0].isalpha() else f"frage_{name}"
