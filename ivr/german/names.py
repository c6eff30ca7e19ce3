"""Names as callers give them: "mein Name ist Meier, M E I E R", "hier spricht Schmidt mit dt".

A name cannot be told from any other word by its form alone: use this where a name was asked for.
"""

import re
from difflib import SequenceMatcher

from ivr.german.alphabet import WORD_LETTERS
from ivr.german.cardinals import word_value
from ivr.german.letters import hear_letters, loosened
from ivr.german.words import FILLERS, word_set

_PIECE = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*|[,;.!?]|\d+")
_INTRODUCES = re.compile(
    r"\b(?:name(?:n)?:? (?:ist|lautet|wäre|von)|ich heiße?|ich bin|hier ist|hier spricht"
    r"|apparat ist|es spricht|sie sprechen mit|auf den namen|das ist|das wäre|(?:nach|vor)name:?)"
    r"(?= )(?: der| die| ist)?",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(
    r"\b(?:ist mein name|mein name(?! ist)|am apparat(?! ist)|heiße ich|hier(?! ist| spricht)"
    r"|spreche ich|bin ich|ist der name)\b",
    re.IGNORECASE,
)
_TITLE_DOT = re.compile(r"\b(dr|prof)\.", re.IGNORECASE)
_DONT_KNOW = re.compile(
    r"\bweiß (?:ich |es |das |jetzt |gerade |leider |auch |gar |grad )*nicht\b", re.IGNORECASE
)
_GREETING = re.compile(
    r"\b(?:(?:schönen )?guten? (?:tag|morgen|abend)|hallo|grüß gott|moin|servus)\b",
    re.IGNORECASE,
)
_TITLES = {"dr": "Dr.", "doktor": "Dr.", "prof": "Prof.", "professor": "Prof."}
_SKIPPED = FILLERS | word_set("herr frau familie der die zwar und nein nee")
_PARTICLES = word_set("von van vom zu zur zum der den de del della di da dos la le el al ten ter")
_NOT_NAMES = word_set(
    "ich wir er sie es man mich mir ihnen ihr ihre mein meine meinen meiner nicht kein keine"
    " keinen und oder aber weil dass wenn aus wegen mit bei für über möchte will hätte habe"
    " hab haben hat ist sind war bin kann können würde würden soll brauche bestellen"
    " bestellung rechnung frage nummer wo wann was wie warum wer wieso das ein eine einen im"
    " in am an auf um doch danke danken bitte nochmal mitarbeiter sage sagen buchstabiere"
    " buchstabiert geschrieben gern gerne genau richtig tschüss hallo tag morgen abend straße"
    " name namen nachname vorname sehr geehrte zum thema anrufen ruf rufe rufen sprechen reden"
    " geht gehen kommt nur auch noch stimmt passt okay ok klar jawohl moment augenblick sekunde"
    " wieso wozu weshalb wofür welche welcher welchen"
)
_MAY_FOLLOW = word_set("aus mit ich wir danke und wegen geschrieben buchstabiert bitte tschüss")
_LEADING = word_set("von van zu de")
_PAIRS = word_set("dt tz ck ph th ie ei ai ey ay ss ff tt nn mm ll rr ue oe ae")
_MOST_WORDS = 4
_MOST_SPELLED = 60
"""Words and signs that the spelling of a name takes at most."""
_WITHOUT_DOTS = str.maketrans("äöü", "aou")
_ONE_SOUND = re.compile("sch|ch|ck|th|ph|tz|dt|(ll|mm|nn|rr|ff|ss|tt|pp|bb|gg)")
_UNSAYABLE = re.compile(
    r"[^aeiouyäöü]{4}|[bcdfgkpqstvwxz][lmnr]$"
    r"|^(?!str|ttr|spr|spl|pfl|pfr|skr|brz|prz|krz|wrz)[^aeiouyäöü]{3}"
)
_LIKE_ENOUGH = 0.4
_SOUNDS_ALIKE = (
    ("ei", "ai", "ey", "ay", "eih"), ("dt", "tt", "d", "t", "th"), ("ß", "ss", "s", "z"),
    ("ck", "k", "kk", "g"), ("tz", "z"), ("ph", "ff", "f", "v", "w"), ("ü", "ue", "y"),
    ("ä", "ae", "e"), ("ö", "oe"), ("ie", "ih", "i", "y"), ("c", "k"), ("x", "chs", "cks"),
    ("nn", "n"), ("mm", "m"), ("ll", "l"), ("rr", "r"), ("pp", "p"), ("bb", "b"),
    ("ah", "aa", "a"), ("eh", "ee", "e"), ("oh", "oo", "o"),
)  # fmt: skip


def hear_name(text: str) -> str | None:
    """The name of a person or company, of up to four words, written as names are; or None.

    What was spelled beside it corrects it ("Maier, M E I E R" is Meier), and so does "mit dt".
    """
    said = _TITLE_DOT.sub(r"\1", loosened(text))
    if _DONT_KNOW.search(said):
        return None
    said = _GREETING.sub(",", _FOLLOWS.sub(",", said))
    introduced = [match.end() for match in _INTRODUCES.finditer(said)]
    pieces: list[str] = _PIECE.findall(said[introduced[-1] :] if introduced else said)
    end, letters = _spelled(pieces)
    name, hint = _spoken(pieces[:end], introduced=bool(introduced))
    if not name:
        return _written(letters.lower()) if letters else None
    if letters:
        spelling = {piece.lower() for piece in pieces[end:]}
        _correct(name, letters, sure=not spelling.isdisjoint(WORD_LETTERS) or "wie" in spelling)
    elif hint:
        name[-1] = _with_hint(name[-1], hint)
    return " ".join(name)


def _spelled(pieces: list[str]) -> tuple[int, str]:
    """Where the spelling begins that ends the utterance, and its letters, if there are any."""
    for at in range(max(0, len(pieces) - _MOST_SPELLED), len(pieces)):
        piece = pieces[at]
        if piece.lower() in _SKIPPED or not piece[0].isalpha():
            continue
        rest = pieces[at:]
        letters = hear_letters(" ".join(rest))
        singles = sum(len(part) == 1 and part.isalpha() for part in rest) + 2 * ("wie" in rest)
        coded = sum(part.lower() in WORD_LETTERS for part in rest) if at else 0
        if letters and len(letters) > 2 and (singles > 1 or coded > 2):
            return at, letters
    return len(pieces), ""


def _spoken(pieces: list[str], *, introduced: bool) -> tuple[list[str], list[str]]:
    """The words of the name, and what comes after "mit" ("mit dt"); no words where it is none."""
    groups: list[list[str]] = [[]]
    hint: list[str] = []
    for at, piece in enumerate(pieces):
        word = piece.lower()
        if not piece[0].isalpha():
            if piece.isdecimal():
                break
            groups.append([])
        elif word in _PARTICLES and (groups[-1] or word in _LEADING):
            groups[-1].append(word)
        elif word in _NOT_NAMES or word_value(word) is not None:
            if not introduced and groups[-1] and word not in _MAY_FOLLOW:
                return [], []
            hint = pieces[at + 1 :] if word == "mit" else []
            break
        elif word not in _SKIPPED:
            groups[-1].append(_TITLES.get(word, _written(piece)))
    names = [group for group in groups if any(word[0].isupper() for word in group)]
    if not names:
        return [], []
    # "Meier, Anna Meier"
    whole = next((group for group in names[1:] if group[-1] == names[0][-1]), names[0])
    is_name = len(whole) <= _MOST_WORDS and whole[-1] not in {*_PARTICLES, *_TITLES.values()}
    return (whole, hint) if is_name else ([], [])


def _written(word: str) -> str:
    """A word as names are written: capitals at its beginning and after a hyphen."""
    if not (word.islower() or word.isupper()):
        return word
    return "-".join(part[:1].upper() + part[1:] for part in word.lower().split("-"))


def _correct(name: list[str], letters: str, *, sure: bool) -> None:
    """Put what was spelled in the place of the word that it spells.

    Single letters are hard to tell apart: unless it was spelled with code words (`sure`), spelling
    that is like no word of the name, or that nobody could say, was itself misheard.
    """
    spelled = _written(letters.lower())
    likeness = [SequenceMatcher(None, word.lower(), letters.lower()).ratio() for word in name]
    best = max(range(len(name)), key=lambda at: (likeness[at], at))
    lost_dots = spelled.lower() == name[best].lower().translate(_WITHOUT_DOTS)
    if likeness[best] >= _LIKE_ENOUGH and not lost_dots and (sure or _sayable(letters)):
        name[best] = spelled


def _sayable(letters: str) -> bool:
    """Whether letters can be a German name, rather than misheard ones ("MULLBR")."""
    sounds = _ONE_SOUND.sub("t", letters.lower())
    return not _UNSAYABLE.search(sounds)


def _with_hint(word: str, hint: list[str]) -> str:
    """ "Schmitt" with "dt" is Schmidt, "Hofmann" with "Doppel-F" is Hoffmann."""
    letters = hear_letters(
        " ".join(hint[:4]) if hint[0].lower() not in _PAIRS else " ".join(hint[0])
    )
    if not letters:
        return word
    wanted = letters.lower()
    for group in _SOUNDS_ALIKE:
        if wanted not in group or wanted in word.lower():
            continue
        for written in sorted(group, key=len, reverse=True):
            at = word.lower().rfind(written)
            if at > 0:
                return word[:at] + wanted + word[at + len(written) :]
    return word
