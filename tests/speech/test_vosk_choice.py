from ivr.core.speech import Word
from ivr.speech.recognizers.grammars import UNKNOWN
from ivr.speech.recognizers.vosk_stream import choose


def said(*texts: str, confidence: float = 1.0) -> tuple[Word, ...]:
    return tuple(
        Word(text, float(start), start + 0.5, confidence) for start, text in enumerate(texts)
    )


def test_the_grammar_is_believed_where_it_fits() -> None:
    assert choose([said("ja", "bitte"), said("na", "bitte")]) == said("ja", "bitte")


def test_speech_outside_the_grammar_is_heard_freely() -> None:
    free = said("was", "kostet", "das")
    assert choose([said("ja", UNKNOWN), free]) == free
    assert choose([said("ja", "ja", confidence=0.4), free]) == free
    assert choose([(), free]) == free


def test_unknown_words_are_never_handed_on() -> None:
    assert choose([said("ja", UNKNOWN)]) == said("ja")
    assert choose([]) == ()
