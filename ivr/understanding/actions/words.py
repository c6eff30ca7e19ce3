"""Small readings of German answers: questions, yes and no, names, and what follows a cue."""

import re

from ivr.german.numbers import hear_number
from ivr.german.words import FILLERS, normal, word_set, words

_QUESTION_WORDS = word_set(
    "was wann wo wie wer wen wem wieviel wieviele welche welcher welches welchen warum wieso"
    " weshalb woher wohin womit wofür kann können könnten könnte kostet kosten gibt haben hat"
    " habt ist sind darf dürfen muss müssen wird werden nehmen liefern"
)
_SOFTENERS = FILLERS | word_set("und aber nur noch mal kurz eine frage ich moment sagen sie")
_YES = word_set(
    "ja jo jawohl jawoll jap yep genau richtig korrekt stimmt gerne gern passt einverstanden"
    " okay ok freilich sicher klar natürlich selbstverständlich jaja exakt"
)
_NO = word_set("nein nee ne nö nicht falsch nie keinesfalls auf keinen fall")
_CUES = {
    "name": re.compile(
        r"\b(?:(?:mein|der) name (?:ist|lautet|wäre)|ich heiße|hier (?:ist|spricht)|auf den namen"
        r"|ich bin (?:die |der )?(?=frau|herr)|name ist)\s+(.+)",
        re.IGNORECASE,
    ),
    "about": re.compile(r"\b(?:es geht um|es ginge um|wegen|bezüglich)\s+(.+)", re.IGNORECASE),
    "address": re.compile(
        r"\b(?:(?:adresse|anschrift)(?: ist| lautet| wäre)(?: jetzt)?"
        r"|(?:wohne|wohnen) (?:jetzt )?(?:in der|im|in|am|an der)?)\s+(.+)",
        re.IGNORECASE,
    ),
}
_OPENERS = re.compile(
    r"^(?:(?:ja|also|äh|ähm|hm|nein|bitte|gut|okay|und|das ist|das wäre|ich meinte|ich meine"
    r"|mein name ist|ich heiße|hier ist|hier spricht|sagen wir|am besten|moment)\b[\s,.]*)+",
    re.IGNORECASE,
)
_CLOSERS = re.compile(r"[\s,.]*(?:\b(?:bitte|danke|am apparat|hier)\b[\s,.]*)*$", re.IGNORECASE)
_TITLES = re.compile(r"^(?:(?:herr|frau|familie|die|der|firma)\s+)+", re.IGNORECASE)
_NOT_NAMES = word_set(
    "ich du er sie es wir mein meine meinen meiner ihr ihre das die der den dem des ein eine einen"
    " nicht kein keine keinen habe hab haben hat weiß weiss will möchte möchten kann können bin"
    " ist sind war wie was wo wann wer warum hallo guten tag morgen abend danke bitte moment stopp"
    " falsch richtig nummer kundennummer name hilfe mitarbeiter euro uhr stück doch mal noch"
    " zur hand gerade leider gar egal tschüss wiederhören augenblick langsamer verstanden"
)


def is_question(text: str) -> bool:
    """Whether the caller asks something: by the mark, or by the way the sentence begins."""
    if text.rstrip().endswith("?"):
        return True
    telling = (word for word in words(text) if word not in _SOFTENERS)
    return next(telling, "") in _QUESTION_WORDS


def says_yes(text: str) -> bool:
    spoken = set(words(text))
    return bool(spoken & _YES) and not spoken & _NO


def says_no(text: str) -> bool:
    return bool(set(words(text)) & _NO)


def bare_answer(text: str) -> bool:
    """Whether nothing but yes, no and filling words was said."""
    return all(word in _YES | _NO | FILLERS for word in words(text))


def tidy(text: str) -> str:
    """The caller's words without the phrases that only open and close them."""
    text = " ".join(text.split())
    return _CLOSERS.sub("", _OPENERS.sub("", text)).strip(" ,.;:!")


def after_cue(text: str, cue: str) -> str | None:
    """What follows "mein Name ist", "es geht um", "die Adresse lautet"."""
    found = _CUES[cue].search(text)
    return found.group(1).strip() if found else None


def spoken_name(text: str) -> str | None:
    """A person's name: one to four words that are neither numbers nor everyday words."""
    name = _TITLES.sub("", tidy(text))
    spoken = words(name)
    if not 1 <= len(spoken) <= 4 or any(hear_number(word) is not None for word in spoken):
        return None
    if _NOT_NAMES.intersection(spoken) or bare_answer(name):
        return None
    if not re.fullmatch(r"[^\W\d_]+(?:[ ,.'-]+[^\W\d_]+)*\.?", name):
        return None
    parts = [part[:1].upper() + part[1:] for part in name.replace(",", " ").split()]
    # "Meier, Sabine Meier": James Bond's way.
    return " ".join(parts[1:] if parts[0] in parts[1:] else parts)


def asks_to_stop(text: str) -> bool:
    """Whether the caller breaks off, said so plainly that no intent is needed."""
    return bool({"abbrechen", "abbruch", "vergessen"} & set(words(normal(text))))
