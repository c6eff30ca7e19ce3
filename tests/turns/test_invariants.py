"""Whatever a caller, a line, a recognizer and a hotline do: turns keep their order."""

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.config.settings import Turns
from ivr.core.speech import Expect
from ivr.turns.events import BargedIn, Dropped, Ended, Paused, Resumed, Started, TurnEvent
from ivr.turns.facts import ChunkFacts
from ivr.turns.taker import LONGEST_LOOK_BACK_S, TurnTaker

levels = st.floats(-100, 0)
facts = st.builds(ChunkFacts, st.floats(0, 1), levels, levels, levels)
stretches = st.tuples(
    st.just("chunks"),
    st.lists(facts, min_size=1, max_size=3),
    st.integers(1, 60),
    st.sampled_from([0.02, 0.032, 0.1]),
)
texts = st.sampled_from(["", "Ja.", "Guten Tag.", "und", "vier sieben", "Wann haben Sie auf?"])
steps = st.one_of(
    stretches,
    stretches,
    st.tuples(st.just("prompt"), st.booleans()),
    st.tuples(st.just("level"), levels),
    st.tuples(st.just("ended"), st.sampled_from(Expect), st.none() | st.integers(1, 12)),
    st.tuples(st.just("waiting"), st.booleans()),
    st.tuples(st.just("text"), st.integers(-1, 1), texts),
    st.tuples(st.just("key"), st.sampled_from("0123456789*#")),
)


class Order:
    """Checks each event against those before it."""

    def __init__(self) -> None:
        self.turn: Started | None = None
        self.pause: int | None = None
        self.last_segment = 0
        self.last_at = 0.0
        self.last_end = 0.0
        self.may_interrupt = False

    def check(self, event: TurnEvent, now: float) -> None:
        assert self.last_at <= event.at == now
        self.last_at = event.at
        match event:
            case Started(start_s=start, feed_from_s=feed):
                assert self.turn is None
                assert max(self.last_end, now - LONGEST_LOOK_BACK_S) <= feed <= start <= now
                self.turn = event
            case Paused(segment=segment):
                assert self.turn is not None
                assert self.pause is None
                assert segment == self.last_segment + 1
                self.last_segment = self.pause = segment
            case Resumed(segment=segment):
                assert segment == self.pause
                self.pause = None
            case Ended():
                self._check_end(event)
            case Dropped():
                self.turn = self.pause = None
            case BargedIn():
                assert self.may_interrupt
                self.may_interrupt = False
            case _:
                pass

    def _check_end(self, ended: Ended) -> None:
        assert self.turn is not None
        assert ended.segment == self.pause
        assert ended.start_s == self.turn.start_s < ended.end_s <= ended.at
        assert ended.over_prompt == self.turn.over_prompt
        self.turn = self.pause = None
        self.last_end = ended.end_s


def take(taker: TurnTaker, order: Order, step: tuple[Any, ...]) -> Iterator[TurnEvent]:
    """Do one step; `order` is told what may follow from it."""
    match step:
        case "chunks", chunks, times, seconds:
            for _ in range(times):
                for chunk in chunks:
                    yield from taker.chunk(chunk, seconds)
        case "prompt", interruptible:
            taker.prompt_began(interruptible)
            order.may_interrupt = interruptible
        case "level", level:
            taker.prompt_level(level)
        case "ended", expect, digits:
            taker.prompt_ended(expect, digits)
            order.may_interrupt = False
        case "waiting", answer_awaited:
            taker.waiting(answer_awaited)
        case "text", back, text:
            yield from taker.text_so_far(order.last_segment + back, text)
        case "key", key:
            yield from taker.key(key)
        case _:
            raise AssertionError(step)


@settings(max_examples=150, deadline=None)
@given(st.lists(steps, max_size=60), st.floats(0.5, 3))
def test_events_keep_their_order(script: list[tuple[Any, ...]], patience: float) -> None:
    taker, order = TurnTaker(Turns(patience=patience)), Order()

    for step in script:
        for event in take(taker, order, step):
            order.check(event, taker.now)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(facts, st.integers(1, 40)), max_size=30), texts)
def test_a_turn_always_ends_once_the_caller_is_silent(
    sounds: list[tuple[ChunkFacts, int]], text: str
) -> None:
    taker = TurnTaker(Turns())
    taker.prompt_ended(Expect.ANYTHING)
    events: list[TurnEvent] = []
    for chunk, times in [*sounds, (ChunkFacts(0.0, -100, -100, -100), 200)]:
        for _ in range(times):
            new = taker.chunk(chunk)
            for event in list(new):
                if isinstance(event, Paused):
                    new += taker.text_so_far(event.segment, text)
            events += new
    turns = [event for event in events if isinstance(event, Started | Ended | Dropped)]
    # A turn that ended is closed: the last of these is never a beginning.
    assert not turns or not isinstance(turns[-1], Started)
