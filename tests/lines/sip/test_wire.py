"""Messages between the program and its SIP stack come through whole, or end the connection."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.lines.sip.wire import LONGEST, Sound, facts, read, sounds

NUMBER = st.integers(0, 2**32 - 1)
SOUND = st.builds(Sound, NUMBER, st.binary(max_size=700), NUMBER, NUMBER, st.integers(0, 65535))


def received(data: bytes) -> object:
    async def main() -> object:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read(reader)

    return asyncio.run(main())


@given(st.lists(SOUND, max_size=20))
def test_sound_comes_through_whole(batch: list[Sound]) -> None:
    assert received(sounds(batch)) == batch


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
def test_facts_come_through_whole(message: dict[str, object]) -> None:
    assert received(facts(message)) == message


@given(st.lists(SOUND, min_size=1, max_size=3), st.integers(1, 30))
def test_what_is_cut_off_is_no_message(batch: list[Sound], missing: int) -> None:
    whole = sounds(batch)
    with pytest.raises(EOFError):
        received(whole[:-missing])


def test_a_message_that_claims_too_much_is_not_waited_for() -> None:
    with pytest.raises(ValueError, match="too long"):
        received((LONGEST + 1).to_bytes(4, "little") + b"A")
