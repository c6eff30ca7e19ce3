"""What a caller by telephone knows of a call whose record is out of reach."""

from ivr.app.overheard import Overheard
from ivr.audio.tones import tone
from ivr.core.pcm import FRAME_S, frame_bytes

RATE = 16_000
SILENCE = bytes(frame_bytes(RATE))
SOUND = tone((440,), FRAME_S, RATE)


class Waits:
    """Speaks from one second to another, counted from the start; then hangs up."""

    def __init__(self, begin: float, end: float, leaves: float) -> None:
        self._frame, self._begin, self._end, self._leaves = 0, begin, end, leaves

    def exchange(self, heard: bytes) -> bytes | None:
        now, self._frame = self._frame * FRAME_S, self._frame + 1
        if now >= self._leaves:
            return None
        return SOUND if self._begin <= now < self._end else SILENCE

    def pressed(self) -> str:
        return "5" if self._frame == 1 else ""


def test_it_is_known_who_sounded_when_and_how_long_the_answer_took() -> None:
    ears = Overheard(Waits(4.0, 5.0, 9.0))
    greeting, breath, answer = range(25, 75), range(75, 100), range(290, 350)
    for number in range(450):
        loud = number in greeting or number in answer or number in range(100, 150)
        assert number not in breath or not loud
        ears.exchange(SOUND if loud else SILENCE)
        assert ears.pressed() == ("5" if number == 0 else "")
    assert ears.exchange(SILENCE) is None
    assert [(turn.who, turn.start_s, turn.end_s, turn.response_s) for turn in ears.turns] == [
        ("hotline", 0.5, 3.0, None),
        ("caller", 4.0, 5.0, None),
        ("hotline", 5.8, 7.0, 0.8),
    ]


def test_one_who_interrupts_is_noted_beside_the_prompt() -> None:
    ears = Overheard(Waits(1.0, 2.0, 9.0))
    for number in range(100):
        ears.exchange(SOUND if number < 60 else SILENCE)
    assert [(turn.who, turn.start_s, turn.end_s) for turn in ears.turns] == [
        ("hotline", 0.0, 1.2),
        ("caller", 1.0, 2.0),
    ]
