"""Small readings of German answers: questions, yes and no, and what follows a cue."""

import re

from ivr.german.phrases import (
    asks_to_wait,
    is_filler,
    says_goodbye,
    wants_human,
    wants_repeat,
    wants_slower,
)
from ivr.german.words import CORRECTIONS, FILLERS, normal, word_set, words
from ivr.german.yes_no import hear_yes_no

_QUESTION_WORDS = word_set(
    "was wann wo wie wer wen wem wieviel wieviele welche welcher welches welchen warum wieso"
    " weshalb woher wohin womit wofür kann können könnten könnte kostet kosten gibt haben hat"
    " habt ist sind darf dürfen muss müssen wird werden nehmen liefern"
)
_SOFTENERS = FILLERS | word_set("und aber nur noch mal kurz eine frage ich moment sagen sie")
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


def is_question(text: str) -> bool:
    """Whether the caller asks something: by the mark, or by the way the sentence begins."""
    if text.rstrip().endswith("?"):
        return True
    telling = (word for word in words(text) if word not in _SOFTENERS)
    return next(telling, "") in _QUESTION_WORDS


def corrected(text: str) -> bool:
    """Whether something said before is taken back: "nein", "sondern", "ich meinte"."""
    spoken = words(text)
    return not CORRECTIONS.isdisjoint(spoken) or "meinte" in spoken


def says_yes(text: str) -> bool:
    return hear_yes_no(text) is True


def says_no(text: str) -> bool:
    return hear_yes_no(text) is False


def bare_answer(text: str) -> bool:
    """Whether nothing but yes, no, "weiß nicht" and sounds of thinking was said."""
    few = len(words(text)) <= 3
    return is_filler(text) or not words(text) or (few and hear_yes_no(text) is not None)


def steers(text: str) -> bool:
    """Whether the caller steers the talk instead of answering: "Moment", "Wie bitte?", "Hilfe"."""
    wishes = (asks_to_wait, wants_repeat, wants_slower, wants_human, says_goodbye)
    return any(wish(text) for wish in wishes) or words(text)[:1] == ["hilfe"]


def tidy(text: str) -> str:
    """The caller's words without the phrases that only open and close them."""
    text = " ".join(text.split())
    return _CLOSERS.sub("", _OPENERS.sub("", text)).strip(" ,.;:!")


def after_cue(text: str, cue: str) -> str | None:
    """What follows "mein Name ist", "es geht um", "die Adresse lautet"."""
    found = _CUES[cue].search(text)
    return found.group(1).strip() if found else None


def asks_to_stop(text: str) -> bool:
    """Whether the caller breaks off, said so plainly that no intent is needed."""
    return bool({"abbrechen", "abbruch", "vergessen"} & set(words(normal(text))))
