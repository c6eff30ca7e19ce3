"""The caller in software behaves as people do on the telephone."""

from collections.abc import Callable, Sequence

import pytest

from ivr.audio.tones import tone
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.synthetic import Manners, Press, Step, SyntheticCaller, Utter

RATE = 16_000
SIZE = frame_bytes(RATE)
SILENCE = bytes(SIZE)
SOUND = tone((440,), FRAME_S, RATE)


def utter(seconds: float, text: str = "Hallo") -> Utter:
    return Utter(text, tone((300,), seconds, RATE))


class Call:
    """Plays a hotline to the caller, frame by frame, and notes when the caller does what."""

    def __init__(self, *steps: Step, manners: Manners | None = None) -> None:
        self.caller = SyntheticCaller(steps, RATE, manners)
        self.now_s = 0.0
        self.spoke_at: list[float] = []
        self.pressed: list[tuple[float, str]] = []
        self.left_at: float | None = None
        self._spoke = False

    def hears(self, frame: bytes, seconds: float) -> "Call":
        for _ in range(round(seconds / FRAME_S)):
            if self.left_at is not None:
                break
            said = self.caller.exchange(frame)
            speaks = said is not None and any(said)
            if speaks and not self._spoke:
                self.spoke_at.append(round(self.now_s, 2))
            self._spoke = speaks
            self.pressed += [(round(self.now_s, 2), key) for key in self.caller.pressed()]
            if said is None:
                self.left_at = round(self.now_s, 2)
            self.now_s += FRAME_S
        return self


def test_waits_for_the_end_of_the_prompt_pauses_for_breath_included() -> None:
    call = Call(utter(1.0))
    call.hears(SILENCE, 2).hears(SOUND, 2).hears(SILENCE, 0.5).hears(SOUND, 1).hears(SILENCE, 2)
    assert call.spoke_at == [pytest.approx(5.5 + 0.7, abs=0.05)]


def test_says_nothing_to_a_line_that_never_answers_and_gives_up() -> None:
    call = Call(utter(1.0), manners=Manners(gives_up_s=10)).hears(SILENCE, 60)
    assert call.spoke_at == []
    assert call.left_at == pytest.approx(10, abs=0.1)


def test_takes_one_turn_a_prompt() -> None:
    call = Call(utter(0.5), utter(0.5)).hears(SOUND, 1).hears(SILENCE, 5)
    assert len(call.spoke_at) == 1
    call.hears(SOUND, 1).hears(SILENCE, 2)
    assert len(call.spoke_at) == 2


def test_interrupts_when_told_to_and_not_again_before_the_next_prompt() -> None:
    call = Call(utter(1.5), utter(1.5), manners=Manners(barge_in_s=1.0))
    # The prompt gives way 0.2 s after the caller began; the answer comes 1 s after their end.
    call.hears(SOUND, 1.2).hears(SILENCE, 2.3)
    assert call.spoke_at == [pytest.approx(1.0, abs=0.05)]
    call.hears(SOUND, 3)
    assert call.spoke_at[1:] == [pytest.approx(3.5 + 1.0, abs=0.05)]


def test_a_prompt_too_short_to_be_interrupted_is_heard_out() -> None:
    call = Call(utter(1.0), manners=Manners(barge_in_s=3.0)).hears(SOUND, 1).hears(SILENCE, 2)
    assert call.spoke_at == [pytest.approx(1.7, abs=0.05)]


def test_presses_keys_in_order_each_a_moment_apart() -> None:
    call = Call(Press("12#"), utter(0.5)).hears(SOUND, 1).hears(SILENCE, 4)
    assert [key for _, key in call.pressed] == ["1", "2", "#"]
    times = [at for at, _ in call.pressed]
    assert all(later - earlier >= 0.2 for earlier, later in zip(times, times[1:], strict=False))
    assert call.spoke_at == []  # Not before the hotline has answered the keys.


def test_leaves_a_while_after_the_last_answer() -> None:
    call = Call(utter(0.5), manners=Manners(stays_s=3)).hears(SOUND, 1).hears(SILENCE, 2)
    call.hears(SOUND, 1).hears(SILENCE, 2.5).hears(SOUND, 1).hears(SILENCE, 10)
    assert call.left_at == pytest.approx(7.5 + 3, abs=0.1)


@pytest.mark.parametrize("steps", [[utter(1.0)], [Press("1")], []])
def test_every_frame_is_whole(steps: Sequence[Step]) -> None:
    caller = SyntheticCaller(steps, RATE)
    play: Callable[[int], bytes] = lambda at: SOUND if at < 50 else SILENCE  # noqa: E731
    said = [caller.exchange(play(at)) for at in range(150)]
    assert {len(frame) for frame in said if frame is not None} == {SIZE}


def test_the_room_is_heard_in_the_pauses() -> None:
    room = tone((100,), 1.0, RATE, -40)
    caller = SyntheticCaller([], RATE, noise=room)
    said = b"".join(caller.exchange(SILENCE) or b"" for _ in range(100))
    assert said == room * 2
