"""Whatever a recognizer writes, hearing it returns a value or None, and soon."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.german import phrases
from ivr.german.dates import hear_date
from ivr.german.digits import hear_digits, missing_digits
from ivr.german.letters import hear_letters
from ivr.german.money import hear_money
from ivr.german.names import hear_name
from ivr.german.numbers import hear_number
from ivr.german.phone import hear_phone
from ivr.german.speakable import speakable
from ivr.german.times import hear_time
from ivr.german.unfinished import sounds_unfinished
from ivr.german.yes_no import hear_bare_yes_no, hear_yes_no

LISTENERS: list[Callable[[str], object]] = [
    hear_number,
    hear_digits,
    lambda text: hear_digits(text, lengths=(5, 6)),
    lambda text: missing_digits(text, 6),
    lambda text: hear_phone(text, area="0561"),
    lambda text: hear_date(text, date(2028, 2, 29)),
    lambda text: hear_time(text, office=True),
    hear_money,
    hear_letters,
    hear_name,
    hear_yes_no,
    hear_bare_yes_no,
    sounds_unfinished,
    speakable,
    phrases.is_filler,
    phrases.asks_to_wait,
    phrases.is_backchannel,
    phrases.is_assent,
    phrases.asks_who_is_there,
    phrases.returns_goodbye,
    phrases.is_greeting_only,
    phrases.wants_repeat,
    phrases.wants_slower,
    phrases.wants_human,
    phrases.says_goodbye,
    phrases.is_done,
    phrases.swears,
]
WORDS_LISTED = (
    "a b e m ä ß null ein eins zwei drei zehn zwanzig vierzig und hundert tausend million"
    " millionen doppel zweimal mal die der am um uhr halb viertel vor nach kurz dreiviertel mai"
    " dritten fünften nächsten woche dienstag in tagen heute morgen ende des monats euro cent"
    " komma € , . - : 12 1.000 29,90 18:30 24.12. 0561 + ( ) [ ja nein nicht moment guten tag"
    " hallo mein name ist meier wie anton umlaut mit dt äh www. @ .de http:// z. B. < > Mo Fr 1"
    " 0 000 99999 ² ٣ İ ﬁ"
)
WORDS = WORDS_LISTED.split()
TEXTS = st.text(max_size=500) | st.builds(
    lambda separator, words: separator.join(words)[:500],
    st.sampled_from(["", " ", ", "]),
    st.lists(st.sampled_from(WORDS), max_size=120),
)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_no_text_is_too_much(text: str) -> None:
    for listen in LISTENERS:
        listen(text)


@pytest.mark.parametrize(
    "word", ["und ", "nein ", "ein ", "drei", "M ", "1.", "http://", "a@", "9"]
)
def test_long_texts_take_no_squared_time(word: str) -> None:
    for listen in LISTENERS:
        listen(word * 2000)
