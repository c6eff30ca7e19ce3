"""A leg over real WebRTC on this machine: sound, keys, hang-ups, and a network that goes away."""

import asyncio
from collections.abc import AsyncIterator

import numpy as np

from ivr.audio.features import level_db
from ivr.config.webrtc import WebRtc
from ivr.core.pcm import frame_bytes
from ivr.lines.webrtc.accept import resume
from ivr.lines.webrtc.leg import WebRtcLeg
from ivr.lines.webrtc.messages import MOST_A_SECOND
from ivr.lines.webrtc.offer import read_offer
from tests.lines.webrtc.outage import network
from tests.lines.webrtc.pair import come_back, pair

RATE = 48_000


def tone(seconds: float, hertz: float = 440.0) -> list[bytes]:
    samples = np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE) * 8000
    data = samples.astype("<i2").tobytes()
    size = frame_bytes(RATE)
    return [data[at : at + size] for at in range(0, len(data), size)]


async def say(leg: WebRtcLeg, frames: list[bytes]) -> None:
    for frame in frames:
        await leg.play(frame)


async def heard(frames: AsyncIterator[bytes], number: int) -> list[bytes]:
    return [await anext(frames) for _ in range(number)]


async def sounds(leg: WebRtcLeg, number: int) -> None:
    """Until so many frames of sound have come."""
    async for frame in leg.frames():
        number -= level_db(frame) > -40
        if number == 0:
            return


def loud(frames: list[bytes]) -> int:
    return sum(level_db(frame) > -40 for frame in frames)


def main_hertz(frames: list[bytes]) -> float:
    samples = np.frombuffer(b"".join(frames), dtype="<i2").astype(float)
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.argmax(spectrum) * RATE / samples.size)


async def test_each_side_hears_the_other() -> None:
    async with pair() as (ours, theirs):
        for speaker, listener, hertz in ((ours, theirs, 440.0), (theirs, ours, 1000.0)):
            speaking = asyncio.create_task(say(speaker, tone(0.8, hertz)))
            frames = await heard(aiter(listener.frames()), 60)
            await speaking
            sounding = [frame for frame in frames if level_db(frame) > -40]
            assert len(sounding) >= 35
            assert abs(main_hertz(sounding[5:30]) - hertz) < 20


async def test_an_interruption_is_heard_at_once() -> None:
    async with pair() as (ours, theirs):
        speaking = asyncio.create_task(say(ours, tone(3)))
        frames = aiter(theirs.frames())
        while level_db(await anext(frames)) < -40:
            pass
        speaking.cancel()
        ours.flush()
        assert ours.unplayed_s() == 0
        # What may still sound is on its way: in the network, and in the listener's buffer.
        assert loud(await heard(frames, 40)) <= 10


async def test_keys_pressed_at_the_browser_arrive_in_order() -> None:
    async with pair() as (ours, theirs):
        for key in "12#":
            assert theirs.tell({"type": "key", "key": key})
        keys = aiter(ours.keys())
        assert [await anext(keys) for _ in range(3)] == ["1", "2", "#"]


async def test_a_browser_that_floods_us_with_messages_has_hung_up() -> None:
    async with pair() as (ours, theirs):
        for _ in range(20):
            assert theirs.tell({"type": "ping"})
        keys = aiter(ours.keys())
        theirs.tell({"type": "key", "key": "1"})
        assert await anext(keys) == "1", "what a page saves up while it is away is no flood"
        for _ in range(3 * MOST_A_SECOND):
            theirs.tell({"type": "ping"})
        async for _frame in ours.frames():
            pass
        assert ours.over


async def test_the_browser_hangs_up() -> None:
    async with pair() as (ours, theirs):
        theirs.tell({"type": "bye"})
        async for _ in ours.frames():
            pass
        assert [key async for key in ours.keys()] == []  # noqa: SIM118 - no dictionary


async def test_a_lost_network_is_waited_for_and_nothing_said_is_lost() -> None:
    with network() as outage:
        async with pair() as (ours, theirs):
            listening = asyncio.create_task(heard(aiter(ours.frames()), 350))
            outage.on = True
            async with asyncio.timeout(20):
                while not gone(ours):  # noqa: ASYNC110 - silence has no event
                    await asyncio.sleep(0.05)
            outage.on = False
            saying = asyncio.create_task(say(ours, tone(0.4)))
            await come_back(ours, theirs)
            assert await ours.connected()
            assert not gone(ours)
            await sounds(theirs, 15)
            await saying
            # The one who listened to the absent browser heard silence, at its usual pace.
            assert len(await listening) == 350


async def test_who_stays_away_has_hung_up() -> None:
    with network() as outage:
        async with pair(WebRtc(reconnect_s=2)) as (ours, _):
            outage.on = True
            async for _frame in ours.frames():
                pass
            assert ours.over


async def test_whoever_plays_to_one_who_stays_away_is_let_go() -> None:
    """Whether or not anybody listens to them meanwhile."""
    with network() as outage:
        async with pair(WebRtc(reconnect_s=2)) as (ours, _):
            outage.on = True
            async with asyncio.timeout(30):
                await say(ours, tone(8))
            assert ours.over


async def test_who_comes_back_as_the_other_side_hangs_up_gets_no_new_connection() -> None:
    async with pair() as (ours, theirs):
        peer = theirs.make_peer()
        returning = asyncio.create_task(resume(ours, read_offer(await peer.offer())))
        await asyncio.sleep(0)
        ours.leave()
        assert await returning is None
        await peer.close()
        # What is brought to a leg that is over is closed, too.
        late = ours.make_peer()
        ours.attach(late)
        await ours.hang_up()
        assert late.state == "closed"


async def test_an_older_way_back_does_not_close_the_later_one() -> None:
    async with pair() as (ours, theirs):
        slow, fast = theirs.make_peer(), theirs.make_peer()
        slow_offer = read_offer(await slow.offer())
        fast_offer = read_offer(await fast.offer())
        released = asyncio.Event()

        async def late() -> bool:
            return await released.wait()

        returning = asyncio.create_task(resume(ours, slow_offer, late))
        await asyncio.sleep(0)
        answer = await resume(ours, fast_offer)
        assert answer is not None
        await fast.accepted(answer)
        theirs.attach(fast)
        assert all(await asyncio.gather(theirs.connected(), ours.connected()))
        released.set()
        assert await returning is None
        await slow.close()
        assert fast.state == "connected"
        assert theirs.tell({"type": "key", "key": "5"})
        assert await anext(aiter(ours.keys())) == "5"


async def test_an_earlier_way_back_that_is_slow_gets_through_beside_a_later_one() -> None:
    back = asyncio.Event()
    async with pair() as (ours, theirs):
        ours.on_attached = back.set
        early, late = theirs.make_peer(), theirs.make_peer()
        early_answer = await resume(ours, read_offer(await early.offer()))
        assert await resume(ours, read_offer(await late.offer())) is not None
        assert early_answer is not None
        await early.accepted(early_answer)
        theirs.attach(early)
        await back.wait()
        assert await theirs.connected()
        speaking = asyncio.create_task(say(ours, tone(0.8)))
        await sounds(theirs, 35)
        await speaking
        await late.close()


async def test_the_browser_goes_on_over_the_connection_that_it_speaks_over() -> None:
    """Both may open at once, and each side sees another one first."""
    opened = asyncio.Queue[None]()
    async with pair() as (ours, theirs):
        ours.on_attached = lambda: opened.put_nowait(None)
        former, later = theirs._peer, theirs.make_peer()
        assert former is not None
        answer = await resume(ours, read_offer(await later.offer()))
        assert answer is not None
        await later.accepted(answer)
        await opened.get()
        assert former.send('{"type": "key", "key": "5"}')
        await opened.get()
        speaking = asyncio.create_task(say(ours, tone(0.8)))
        await sounds(theirs, 35)
        await speaking
        await later.close()


def gone(leg: WebRtcLeg) -> bool:
    return leg.away
