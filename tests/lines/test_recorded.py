"""A recording as the caller."""

from ivr.audio.tones import tone
from ivr.core.pcm import FRAME_S, frame_bytes
from ivr.lines.wav import RecordedCaller

RATE = 8_000
SILENCE = bytes(frame_bytes(RATE))
SOUND = tone((440,), FRAME_S, RATE)


def test_all_of_the_recording_is_played_whole_frames_only() -> None:
    pcm = tone((300,), 0.51, RATE)
    caller = RecordedCaller(pcm, RATE)
    said = [caller.exchange(SILENCE) or b"" for _ in range(26)]
    assert b"".join(said).startswith(pcm)
    assert {len(frame) for frame in said} == {len(SILENCE)}


def frames_after(caller: RecordedCaller, heard: bytes, most: int = 10_000) -> int:
    return next((n for n in range(most) if caller.exchange(heard) is None), most)


def test_stays_for_the_answer_and_leaves_when_it_is_over() -> None:
    caller = RecordedCaller(tone((300,), 1.0, RATE), RATE, stays_s=3)
    for _ in range(100):
        assert caller.exchange(SILENCE) is not None  # 1 s of speech, 1 s of waiting
    for _ in range(500):
        assert caller.exchange(SOUND) is not None  # An answer of 10 s.
    assert abs(frames_after(caller, SILENCE) * FRAME_S - 3) < 0.1


def test_music_does_not_keep_it_for_ever() -> None:
    caller = RecordedCaller(tone((300,), 1.0, RATE), RATE, listens_s=20)
    assert abs(frames_after(caller, SOUND) * FRAME_S - 21) < 0.1


def test_an_empty_recording_is_a_silent_caller() -> None:
    assert abs(frames_after(RecordedCaller(b"", RATE, stays_s=3), SILENCE) * FRAME_S - 3) < 0.1
