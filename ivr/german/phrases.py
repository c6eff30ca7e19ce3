"""What an utterance is, by its wording alone: for endpointing, and for when Rasa is away.

All functions are total and look at words only; what a caller means in context is Rasa's to say.
"""

import re

from ivr.german import phrase_tables as tables
from ivr.german.phrase_sets import content
from ivr.german.words import word_set, words

_MOST_NAME_WORDS = 4
_INTRODUCED = re.compile(
    r"(?:mein name ist|ich heiße|ich bin(?: der| die)?|hier ist|hier spricht|am apparat ist"
    r"|hier|herr|frau|es spricht|sie sprechen mit)(?P<after>(?: [^\W\d_]+){1,6})"
    r"|(?P<before>(?:[^\W\d_]+ ){1,4})(?:mein name|ist mein name|hier|am apparat|spreche)"
)
_HELLO = (
    r"(?:einen )?(?:wunder)?(?:schönen )?guten (?:tag|morgen|abend)"
    r"|hallo|hallöchen|moin|servus|grüß (?:gott|sie)|grüezi|hi|hey|tach|mahlzeit|tag(?=[,.!])"
)
_OPENING = re.compile(
    rf"(?:(?:ja|so|also|oh|äh|ähm)\b[\s,.]*)*(?:(?:{_HELLO})\b[\s,.!]*)+", re.IGNORECASE
)
_NOT_IN_NAMES = word_set(
    "ich möchte wollte will hätte habe hab brauche kann können sie wann wo was wie warum wer"
    " wegen meine meiner mein nicht kein keine und oder bestellung rechnung frage haben ist"
)


def is_filler(text: str) -> bool:
    """Only sounds of thinking and asking for a moment ("äh, Moment"): the turn goes on."""
    return tables.THINKING.covers(text) or asks_to_wait(text)


def asks_to_wait(text: str) -> bool:
    """ "Einen Moment bitte", "ich muss eben nachsehen": nothing else was said."""
    spoken = words(tables.THINKING.cut(text))
    return bool(spoken) and tables.WAIT.covers(" ".join(spoken))


def is_backchannel(text: str) -> bool:
    """ "Mhm", "aha", "ja ja": the caller is listening and does not want the floor.

    A single "ja" is not one: it may be the answer to a question that is still being asked.
    """
    return tables.BACKCHANNEL.covers(text)


def is_assent(text: str) -> bool:
    """ "Ja", "gut", "alles klar": no more than a nod to what is told. To a question it may be the
    answer."""
    return tables.ASSENT.covers(text)


def is_greeting_only(text: str) -> bool:
    """A greeting, with the caller's name or without, and no request yet; "ja" alone is none."""
    rest = tables.GREETING.cut(text)
    if rest == content(text):
        return False
    rest = rest.removeprefix("ja").strip()
    if not rest or tables.THINKING.covers(rest):
        return True
    named = _INTRODUCED.fullmatch(rest)
    name = ((named["after"] or named["before"]) if named else "").split()
    return 0 < len(name) <= _MOST_NAME_WORDS and not _NOT_IN_NAMES.intersection(name)


def asks_who_is_there(text: str) -> bool:
    """ "Hallo?", "Hallo, hören Sie mich": nothing but doubt that anybody is there."""
    rest = tables.GREETING.cut(text)
    if not rest:
        return bool(content(text)) and text.rstrip().endswith("?")
    return tables.CALLING.covers(rest.removeprefix("ja "))


def without_greeting(text: str) -> str:
    """What was said after the greeting; all of it where nothing but a greeting was said."""
    if is_greeting_only(text) or asks_who_is_there(text):
        return text
    opening = _OPENING.match(text)
    return (text[opening.end() :] if opening else text) or text


def wants_repeat(text: str) -> bool:
    """ "Wie bitte?", "Können Sie das wiederholen?" """
    return tables.REPEAT.inside(text) or tables.REPEAT_ALONE.covers(text)


def wants_slower(text: str) -> bool:
    """ "Nicht so schnell", "etwas langsamer bitte"."""
    return tables.SLOWER.inside(text) or tables.SLOWER_ALONE.covers(text)


def wants_human(text: str) -> bool:
    """ "Mitarbeiter", "Verbinden Sie mich", "Ich will mit einem Menschen sprechen"."""
    return tables.HUMAN.inside(text) or tables.HUMAN_ALONE.covers(text)


def says_goodbye(text: str) -> bool:
    """ "Tschüss", "Auf Wiederhören", "Schönen Tag noch"."""
    return tables.GOODBYE.inside(text)


def returns_goodbye(text: str) -> bool:
    """ "Danke, Ihnen auch", "gleichfalls", "tschüss": said to a good-bye, it ends the call."""
    return says_goodbye(text) or tables.PARTING.covers(text)


def is_done(text: str) -> bool:
    """ "Das war's", "nein danke", "das war alles": asked whether there is anything else."""
    spoken = tables.GOODBYE.cut(text)
    return tables.DONE.inside(spoken) and len(spoken.split()) <= 8


def swears(text: str) -> bool:
    """Swearing or open anger, at the machine or at the company."""
    return tables.SWEARING.inside(text)
