"""What the words heard so far say about whether more will follow."""

import re

_UNFINISHED = re.compile(
    r"\b(äh|ähm|hm|und|oder|aber|weil|dass|also|moment|für|mit|von|nach|bei|auf|in|an|der|die|das"
    r"|ein|eine|einen|mein|meine|ich|zum|zur|im|am|ist|lautet)\W*$",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"(ja|hallo|guten|tag|morgen|abend|grüß|gott|servus|moin|grüezi|\W)+", re.IGNORECASE
)
_YES_NO = re.compile(r"(ja|nein|genau|richtig|gerne?|bitte|danke|stimmt|\W)+", re.IGNORECASE)


def sounds_unfinished(text: str) -> bool:
    return bool(_UNFINISHED.search(text))


def is_greeting_only(text: str) -> bool:
    return bool(_GREETING.fullmatch(text))


def is_clear_yes_no(text: str) -> bool:
    return bool(_YES_NO.fullmatch(text))


def count_digits(text: str) -> int:
    return sum(char.isdigit() for char in text)
