"""How long a silence must last before the caller's turn is over: one table.

The wait is counted from the caller's last sound. People leave about 0.2 s between turns; waiting
less than that cuts them off, waiting 0.8 s feels slow. So the wait depends on what was asked and
on what was heard so far.
"""

from collections.abc import Mapping
from types import MappingProxyType

from ivr.core.speech import Expect
from ivr.german.digits import digit_runs, missing_digits
from ivr.german.phrases import asks_who_is_there, is_greeting_only
from ivr.german.unfinished import sounds_unfinished
from ivr.german.words import words
from ivr.german.yes_no import hear_yes_no

YES_NO_S = 0.3
"""After a clear yes or no that was asked for: nothing can be expected to follow."""
FINISHED_S = 0.5
"""After a sentence, and where nothing better is known."""
VALUE_S = 0.7
"""After a name, an address, a day, a time or a quantity: a second part often follows."""
NUMBER_COMPLETE_S = 0.5
NUMBER_OPEN_S = 1.0
"""Digits of unknown number: people breathe between groups for 0.4 to 0.8 s."""
NUMBER_MISSING_S = 1.5
"""Fewer digits than the number has: they are looking for the rest of it."""
UNFINISHED_S = 1.8
"""After "äh", "und", "Moment" or a preposition: they are thinking, and will go on."""
MESSAGE_S = 1.4
"""Dictation: pauses between sentences are longer than in conversation."""
GREETING_S = 4.0
"""After "Guten Tag" alone, at the opening: what they want is still to come."""
CALLING_S = 1.2
"""After "Hallo?" or "Hören Sie mich?" alone, at the opening: they doubt that anybody is there, and
silence would prove them right."""
NO_WORD_S = 0.7
"""After a sound in which the recognizer found no word."""
NO_TEXT_S = 4.0
"""The recognizer does not answer: the turn ends without its text."""

NOT_KNOWN: Mapping[str, int] = MappingProxyType({})
_SHORT_ANSWER_WORDS = 4
_NUMBERS = frozenset({Expect.DIGITS, Expect.PHONE})
_VALUES = frozenset({Expect.NAME, Expect.ADDRESS, Expect.DATE, Expect.TIME, Expect.QUANTITY})


def wait_s(
    text: str,
    expect: Expect,
    digits: int | None = None,
    opening: bool = False,
    numbers: Mapping[str, int] = NOT_KNOWN,
) -> float:
    """Seconds of silence after which `text` is taken to be a whole turn.

    `digits` is how many the expected number has, where that is known. `opening` is true until the
    caller has said what they want: a greeting alone is then only the beginning of a turn.
    `numbers` says how many digits each of the company's numbers has at the most, by its name.
    """
    if not text.strip():
        return NO_WORD_S
    if opening and asks_who_is_there(text):
        return CALLING_S
    if opening and is_greeting_only(text):
        return GREETING_S
    if sounds_unfinished(text):
        return UNFINISHED_S
    if expect is Expect.YES_NO and _is_short_answer(text):
        return YES_NO_S
    if expect is Expect.MESSAGE:
        return MESSAGE_S
    if _ends_in_number(text, expect):
        if digits is None:
            whole = expect not in _NUMBERS and _is_whole(text, numbers)
            return NUMBER_COMPLETE_S if whole else NUMBER_OPEN_S
        return NUMBER_MISSING_S if missing_digits(text, digits) else NUMBER_COMPLETE_S
    return VALUE_S if expect in _VALUES else FINISHED_S


def _is_short_answer(text: str) -> bool:
    return len(words(text)) <= _SHORT_ANSWER_WORDS and hear_yes_no(text) is not None


def _ends_in_number(text: str, expect: Expect) -> bool:
    """Whether the last word is part of a number that is being read out."""
    spoken = words(text)
    if not spoken or not digit_runs(spoken[-1]):
        return False
    if expect in _NUMBERS:
        return True
    # Unasked, a single number may be a quantity or an hour.
    return len(digit_runs(text)[-1].parts) > 1 or (spoken[-1].isdigit() and len(spoken[-1]) > 2)


def _is_whole(text: str, numbers: Mapping[str, int]) -> bool:
    """Whether a number that nobody asked for has its last digit: a question is over with it, and
    one that was named has as many as such a number has."""
    spoken = words(text)
    named = [length for name, length in numbers.items() if name in spoken]
    return text.rstrip().endswith("?") or (bool(named) and not missing_digits(text, max(named)))
