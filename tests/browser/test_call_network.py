"""Calls from Chromium over networks that go, stay away, or pass nothing but what servers help."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import expect

from ivr.config.webrtc import WebRtc
from ivr.speech.voices.pico import PicoVoice
from tests.browser.callers import caller_at, speaking
from tests.lines.webrtc.outage import gappy_network, network
from tests.lines.webrtc.pair import silent_server, stun_server

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_a_lost_network_comes_back_into_the_same_call(
    tmp_path: Path, voice: PicoVoice
) -> None:
    asking = [(13, "Wann haben Sie geöffnet?")]
    microphone = await speaking(tmp_path, voice, asking, again=True)
    heard = ["Wann haben Sie geöffnet?"]
    async with caller_at(tmp_path, microphone, voice, heard=heard) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.network_goes()
        await caller.sees_state("lost")
        await caller.look("2-lost")
        await caller.network_returns()
        await caller.sees_state("speaking", "listening")
        await caller.reads("caller", "Wann haben Sie geöffnet?")
        await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
    assert len(await caller.front.store.calls()) == 1


async def test_packets_that_vanish_without_a_word_are_noticed_and_the_call_goes_on(
    tmp_path: Path, voice: PicoVoice
) -> None:
    asking = [(19, "Wann haben Sie geöffnet?")]
    microphone = await speaking(tmp_path, voice, asking, again=True)
    heard, settings = ["Wann haben Sie geöffnet?"], WebRtc(reconnect_s=15)
    with network() as outage:
        async with caller_at(
            tmp_path, microphone, voice, heard=heard, settings=settings
        ) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            outage.on = True
            await caller.requests_hang()
            await caller.sees_state("lost")
            # First requests pass again, and the hotline answers, but no sound comes through; if
            # nothing were tried beside that attempt, it would use up all of the patience.
            async with caller.page.expect_response("**/calls"):
                await caller.requests_pass()
            await asyncio.sleep(1)
            outage.on = False
            await caller.sees_state("speaking", "listening")
            await caller.reads("caller", "Wann haben Sie geöffnet?")
            await caller.reads("hotline", "Heute haben wir bis 18 Uhr geöffnet.")
    assert len(await caller.front.store.calls()) == 1


async def test_a_slow_way_back_is_not_cut_off_by_the_next_attempt(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    async with caller_at(tmp_path, microphone, voice) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        # Longer than it takes until the next one begins.
        await caller.requests_take(4)
        await caller.network_goes()
        await caller.sees_state("lost")
        await caller.network_returns()
        await caller.sees_state("speaking", "listening")
    assert len(await caller.front.store.calls()) == 1


async def test_a_connection_that_works_again_by_itself_is_gone_on_over(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with gappy_network() as gap:
        async with caller_at(tmp_path, microphone, voice) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            await caller.requests_hang()
            gap.on = True
            await caller.sees_state("lost")
            gap.on = False
            await caller.sees_state("speaking", "listening")
            states = await caller.page.evaluate("hotlinePeers.map(peer => peer.connectionState)")
            assert states[0] == "connected"
            assert set(states[1:]) == {"closed"}
    assert len(await caller.front.store.calls()) == 1


async def test_a_server_that_does_not_answer_delays_a_call_and_no_more(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with silent_server() as (address, sent), network() as outage:
        settings = WebRtc(stun=f"stun:{address}")
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            outage.on = True
            await caller.sees_state("lost")
            outage.on = False
            await caller.sees_state("speaking", "listening")
    assert sent


async def test_a_network_that_stays_away_ends_the_call(tmp_path: Path, voice: PicoVoice) -> None:
    microphone = await speaking(tmp_path, voice, [])
    settings = WebRtc(reconnect_s=3)
    async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
        await caller.call()
        await caller.sees_state("speaking")
        await caller.network_goes()
        alert = caller.page.get_by_role("alert")
        await expect(alert).to_contain_text("Die Verbindung ist abgebrochen", timeout=30_000)
        await caller.is_over()


async def test_where_no_packet_passes_the_page_says_so_and_no_call_is_left(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with network() as outage:
        outage.on = True
        async with caller_at(tmp_path, microphone, voice) as caller:
            await caller.call()
            alert = caller.page.get_by_role("alert")
            await expect(alert).to_contain_text(
                "Es kommt keine Verbindung zustande", timeout=60_000
            )
            await expect(alert).to_contain_text("Firewall")
            await caller.is_over()
            await expect(caller.page.get_by_role("button", name="Jetzt anrufen")).to_be_visible()


async def test_a_stun_server_tells_the_browser_where_it_is_seen(
    tmp_path: Path, voice: PicoVoice
) -> None:
    microphone = await speaking(tmp_path, voice, [])
    with stun_server(("203.0.113.9", 40_123)) as address:
        settings = WebRtc(stun=f"stun:{address}")
        async with caller_at(tmp_path, microphone, voice, settings=settings) as caller:
            await caller.call()
            await caller.sees_state("speaking")
            offer = await caller.page.evaluate("hotlinePeers[0].localDescription.sdp")
            assert "203.0.113.9 40123 typ srflx" in offer
