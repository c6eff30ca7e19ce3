"""What watches a call: sound that never comes ends it, and so does a hold that never ends."""

import asyncio
from collections.abc import Awaitable, Callable

from ivr.config.sip import Sip
from ivr.lines.sip.watch import HOLD, NETWORK, NO_SOUND_S, Watch
from tests.call.virtual import in_virtual_time

SETTINGS = Sip(rtp_timeout_s=30, longest_hold_s=60)
Told = list[tuple[str, float]]


def told(happens: Callable[[Watch], Awaitable[None]]) -> Told:
    """What is found and when, in seconds after the answer, if this happens."""

    async def main() -> Told:
        loop = asyncio.get_running_loop()
        began, found = loop.time(), Told()

        def tell(what: str) -> None:
            found.append((what, loop.time() - began))

        watch = Watch(SETTINGS, lambda: tell("unheard"), tell)
        watch.begin()
        await happens(watch)
        await asyncio.sleep(100)
        return found

    return in_virtual_time(main)


async def nothing(watch: Watch) -> None:
    pass


async def sound(watch: Watch) -> None:
    await asyncio.sleep(1)
    watch.heard()


async def hold_and_music(watch: Watch) -> None:
    """Hold before anything was heard; the music is the first sound."""
    await asyncio.sleep(1)
    watch.held(True)
    await asyncio.sleep(1)
    watch.heard()


async def hold_and_resume(watch: Watch) -> None:
    await hold_and_music(watch)
    watch.held(False)


def test_who_is_never_heard_is_told_of_and_cut_off() -> None:
    assert told(nothing) == [("unheard", NO_SOUND_S), (NETWORK, 30)]


def test_who_is_heard_goes_on() -> None:
    assert told(sound) == []


def test_music_on_hold_does_not_make_a_hold_last_for_ever() -> None:
    assert told(hold_and_music) == [(HOLD, 61)]


def test_who_takes_us_off_hold_goes_on() -> None:
    assert told(hold_and_resume) == []
