"""What recognizers make of examples is trained on, within bounds."""

from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.heard import MOST_EACH, Heard, variants
from ivr.training.pieces import Content, content_of


def heard(text: str, said: str) -> Heard:
    return Heard(text, said, "pico", "phone", "whisper")


def content() -> Content:
    kocher = '[Kocher]{"entity": "product", "value": "Wasserkocher"}'
    return content_of(
        [
            Edit(
                p.INTENT,
                "price",
                p.new_intent(examples=[f"was kostet der {kocher}", *map(str, range(9))]),
            ),
            Edit(p.INTENT, "hours", p.new_intent(examples=["wann ist auf"])),
        ]
    )


SAID = "was kostet der Kocher"


def test_marks_stay_on_words_that_came_through() -> None:
    (kept,) = variants(content(), "price", [heard("Was kostet er, Kocher?", SAID)])
    assert kept["text"] == (
        'Was kostet er, [Kocher]{"entity": "product", "value": "Wasserkocher"}?'
    )
    assert kept["said"] == SAID


def test_what_teaches_nothing_or_the_opposite_is_left_out() -> None:
    assert (
        variants(
            content(),
            "price",
            [
                heard("Was kostet der Kocher?", SAID),
                heard("Wann ist auf?", SAID),
                heard("Untertitel der Amara.org-Community", SAID),
                heard("", SAID),
                heard("was kostet das", "das ist kein Beispiel mehr"),
            ],
        )
        == []
    )


def test_variants_are_capped() -> None:
    many = [heard(f"was kostet der Kocher {at}", SAID) for at in range(20)]
    assert len(variants(content(), "price", many)) == MOST_EACH
