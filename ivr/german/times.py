"""Times of day: "halb neun", "Viertel nach acht", "18 Uhr 30", "um drei nachmittags"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from ivr.german.cardinals import Atom, atoms, cardinal
from ivr.german.numbers import say_number
from ivr.german.words import FILLERS, corrections_first, normal, split_day_parts, word_set

_PIECE = re.compile(r"(?<![\d.,])\d{1,2}[:.]\d{2}(?!\d|\.\d)|\d+|[^\W\d_]+")
_WRITTEN = re.compile(r"(\d{1,2})([:.])(\d{2})")
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b"
    r"|(?<!um )(?<!ab )(?<!gegen )\b\d{1,2}\.\s?(?:0?[1-9]|1[0-2])\."
    r"(?:\s?\d{4}\b|\d{2}\b)?(?!\s?uhr)"
    r"|\b\d{1,2}\.\s?(?:jan|feb|mär|apr|mai|jun|jul|aug|sep|okt|nov|dez)\w*(?:\s?\d{4}\b)?"
)

_MISHEARD_HALF = re.compile(
    r"\bhalt(?= (?:\d|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf))"
)
_MISHEARD_QUARTER = re.compile(
    r"\b(?:fehlte|filter|fiertel|virtel|viertl|vierte|fertel|firtel)(?= (?:nach|vor)\b)"
)
"""What Whisper makes of "halb" and "Viertel" on the telephone."""

_MORNING = word_set("morgens früh vormittags vormittag frühmorgens")
_NOON = word_set("mittags mittag")
_AFTERNOON = word_set("nachmittags nachmittag")
_EVENING = word_set("abends abend")
_NIGHT = word_set("nachts nacht")
_DAYPARTS = _MORNING | _NOON | _AFTERNOON | _EVENING | _NIGHT
_AFTER_NOON = (
    (_NOON, range(1, 4)),
    (_AFTERNOON, range(1, 8)),
    (_EVENING, range(4, 12)),
    (_NIGHT, range(8, 12)),
)
"""Which hours of the clock's face each part of the day moves to the second half of the day."""
_CUES = word_set("um gegen ab circa zirka ungefähr etwa punkt bis schlag spätestens")
_BEFORE_SIDES = FILLERS | word_set("erst nur lieber gern gerne irgendwann geht passt aber dann")
_DAYS = word_set(
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag heute morgen"
    " übermorgen am der uhrzeit vielleicht lieber dann da ginge geht passt wäre es um gern gerne"
    " mir uns das ist"
)
_ARTICLES = word_set("ein eine einen einem einer eines")
_SPAN = word_set("zwischen oder von")
_COUNTED = word_set(
    "uhr stunden stunde tage tagen tag wochen woche monaten monate jahren jahre stück euro mal"
    " personen prozent minuten"
)
_PART_MINUTES = {"viertel": 15, "kurz": 5}
_BEFORE_HOUR = {"viertel": -45, "dreiviertel": -15, "halb": -30}
"""Minutes to the hour that they name."""
_NAMED = {"mitternacht": time(0), "mittags": time(12), "mittag": time(12), "mittagszeit": time(12)}
_OFFICE_FROM = 7 * 60

_Item = str | int | time


@dataclass(frozen=True, slots=True)
class _Clock:
    """An hour as it was named, and the minutes before or after it."""

    hour: int
    minutes: int = 0
    by_half_day: bool = False
    """Said as on a clock's face ("halb eins"), not of 24 hours."""


def hear_time(text: str, *, office: bool = False) -> time | None:
    """The one time of day that was said, or None.

    With `office`, what would lie before seven is meant in the afternoon, unless "früh", "nachts"
    or the like say otherwise. "viertel neun" is 8:15 and "dreiviertel neun" 8:45, as in the east
    and south; "kurz vor zehn" is 9:55, "kurz nach zehn" 10:05. A span ("zwischen acht und zehn")
    is not a time.
    """
    items = _items(text)
    for part in corrections_first(items):
        if _SPAN.intersection(item for item in part if isinstance(item, str)):
            return None
        found = _first(part)
        if found is not None:
            return _of_day(found, part, office=office)
        named = {_NAMED[item] for item in part if isinstance(item, str) and item in _NAMED}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def _items(text: str) -> list[_Item]:
    """Words, numbers below sixty, and times that are written with figures."""
    text = split_day_parts(_DATE.sub(" ", normal(text)))
    text = _MISHEARD_QUARTER.sub("viertel", _MISHEARD_HALF.sub("halb", text))
    text = re.sub(r"\b(halb|dreiviertel|viertel)(?=[^\W\d_]{3})", r"\1 ", text)
    text = re.sub(r"\bdrei viertel\b|\b3[/,]4(?=\b|1[012]\b|\d\b)", "dreiviertel ", text)
    tokens: list[str] = _PIECE.findall(text)
    items: list[_Item] = []
    at = 0
    while at < len(tokens):
        item, at = _item(tokens, at)
        items.append(item)
    return items


def _item(tokens: Sequence[str], at: int) -> tuple[_Item, int]:
    word = tokens[at]
    written = _WRITTEN.fullmatch(word)
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if written:
        hour, minute = int(written[1]), int(written[3])
        is_time = written[2] == ":" or after == "uhr" or (at > 0 and tokens[at - 1] in _CUES)
        if is_time and hour <= 24 and minute < 60:
            return time(hour % 24, minute), at + 1
        return word, at + 1
    if word in _ARTICLES and after != "uhr":
        return word, at + 1
    run: list[Atom] = []
    for end in range(at, min(at + 3, len(tokens))):
        found = atoms(tokens[end])
        if not found:
            break
        run += found
        read = cardinal(run)
        whole = read is not None and read[1] == len(run)
        if read is not None and whole and (end + 1 == len(tokens) or tokens[end + 1] != "und"):
            return (read[0] if read[0] < 60 else word), end + 1
    return word, at + 1


def _first(items: Sequence[_Item]) -> _Clock | None:
    for at in range(len(items)):
        found = _clock_at(items, at)
        if found is not None:
            return found
    bare = [item for item in items if not isinstance(item, str)]
    others = {item for item in items if isinstance(item, str)}
    if bare and others <= FILLERS | _DAYPARTS | _DAYS:
        return _bare(bare)
    return None


def _bare(numbers: Sequence[_Item]) -> _Clock | None:
    match numbers:
        case [int(hour)] if hour <= 24:
            return _Clock(hour, by_half_day=True)
        case [int(hour), int(minute)] if hour <= 24:
            return _Clock(hour, minute, by_half_day=True)
    return None


def _clock_at(items: Sequence[_Item], at: int) -> _Clock | None:
    """A time that begins exactly here."""
    found: _Clock | None = None
    match list(items[at : at + 6]):
        case [time() as written, *_]:
            found = _Clock(written.hour, written.minute, by_half_day=False)
        case [int(hour), "uhr", "und", int(minute), *_] | [int(hour), "uhr", int(minute), *_]:
            found = _Clock(hour, minute)
        case [int(hour), "uhr", *_]:
            found = _Clock(hour)
        case [("halb" | "viertel" | "dreiviertel") as part, int(hour), *_]:
            found = _Clock(hour, _BEFORE_HOUR[str(part)], by_half_day=True)
        case [part, *rest] if isinstance(part, int) or part in _PART_MINUTES:
            minutes = part if isinstance(part, int) else _PART_MINUTES[str(part)]
            found = _beside_hour(minutes, rest) or _hour_of_day(items, at)
        case [("vor" | "nach"), int(hour), *rest] if not _counted(rest):
            # After another word it is more likely "zehn vor elf", misheard.
            clear = at == 0 or items[at - 1] in _BEFORE_SIDES
            found = _Clock(hour, by_half_day=True) if clear else None
        case [str(cue), int(hour), *rest] if cue in _CUES and not _counted(rest):
            minute = rest[0] if rest and isinstance(rest[0], int) else 0
            found = _Clock(hour, minute, by_half_day=True)
    return found if found is not None and found.hour <= 24 else None


def _beside_hour(minutes: int, rest: Sequence[_Item]) -> _Clock | None:
    """ "(fünf) [Minuten] vor [halb] neun"."""
    if rest and rest[0] in ("minuten", "minute"):
        rest = rest[1:]
    match rest:
        case ["vor" | "nach" as side, "halb", int(hour), *_]:
            return _Clock(hour, -30 + (minutes if side == "nach" else -minutes), by_half_day=True)
        case ["vor" | "nach" as side, int(hour), *after] if not _counted(after):
            return _Clock(hour, minutes if side == "nach" else -minutes, by_half_day=True)
    return None


def _hour_of_day(items: Sequence[_Item], at: int) -> _Clock | None:
    """ "acht abends"."""
    match items[at : at + 2]:
        case [int(hour), str(part)] if part in _DAYPARTS:
            return _Clock(hour, by_half_day=True)
    return None


def _counted(rest: Sequence[_Item]) -> bool:
    return bool(rest) and rest[0] in _COUNTED


def _of_day(clock: _Clock, items: Sequence[_Item], *, office: bool) -> time:
    said = {item for item in items if isinstance(item, str)}
    hour = clock.hour
    if any(said & part and hour in hours for part, hours in _AFTER_NOON):
        hour += 12
    elif said & (_NIGHT | _EVENING) and hour == 12:
        hour = 0
    minutes = hour * 60 + clock.minutes
    if hour % 24 and not said & (_MORNING | _NIGHT):
        early = _OFFICE_FROM if office else 60 if clock.by_half_day else 0
        minutes += 12 * 60 if 0 < minutes < early else 0
    return time(minutes // 60 % 24, minutes % 60)


def say_time(moment: time, *, in_words: bool = False) -> str:
    """ "18 Uhr", "8 Uhr 30", "ein Uhr 5", "achtzehn Uhr dreißig". Seconds are left out."""
    hour = "ein" if moment.hour == 1 else _number(moment.hour, in_words)
    return f"{hour} Uhr {_number(moment.minute, in_words) if moment.minute else ''}".strip()


def _number(number: int, in_words: bool) -> str:
    return say_number(number) if in_words else str(number)


def say_hours(opens: time, closes: time) -> str:
    """ "von 9 bis 18 Uhr", "von 8 Uhr 30 bis 18 Uhr"."""
    first = say_time(opens) if opens.minute or opens.hour == 1 else str(opens.hour)
    last = "24 Uhr" if closes == time(0) else say_time(closes)
    return f"von {first} bis {last}"
