from ivr.core.speech import Expect
from ivr.speech.recognizers.grammars import GERMAN, UNKNOWN, usable


def test_phrases_with_words_the_model_lacks_are_left_out() -> None:
    known = {"ja", "nein", "bitte", UNKNOWN}.__contains__
    assert usable(["ja", "ja bitte", "nein danke"], known) == ["ja", "ja bitte", UNKNOWN]


def test_a_model_of_another_language_is_heard_freely() -> None:
    assert usable(GERMAN[Expect.YES_NO], {"네", "아니요"}.__contains__) == []


def test_every_number_below_a_hundred_can_be_said() -> None:
    phrases = GERMAN[Expect.DIGITS]
    assert {"null", "zwo", "siebzehn", "einundzwanzig", "neunundneunzig", "dreißig"} <= {*phrases}
    assert len({*phrases}) == len(phrases) >= 100
