"""Session timers (RFC 4028): what telephones (SIPp) that keep their calls alive experience."""

from pathlib import Path

import pytest

from ivr.audio.features import level_db
from ivr.config.sip import Sip
from ivr.core.pcm import FRAME_S, LISTEN_RATE
from tests.lines.barge_in import Drone
from tests.lines.sip.house import AUDIBLE_DB, connected, hotline, over
from tests.lines.sip.packets import packet_phone
from tests.lines.sip.scenarios import (
    ACK_FAILURE,
    BYE,
    INSISTS_ON_TIMERS,
    INVITE_BRANCH,
    OWN_RE_INVITE,
    RINGS,
    ack,
    answer,
    pause,
    reply,
    request,
    scenario,
    sdp,
    timers,
)
from tests.lines.sip.sipp import TRACED, called, messages, sipp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def keeps_alive(refresher: str) -> str:
    """By UPDATE without and with a session description, by re-INVITE with the same one, and with
    none, which asks us for an offer."""
    described = "m=audio [0-9]+ RTP/AVP"
    headers = timers(refresher)
    return "".join(
        (
            request("UPDATE", 2, headers=headers),
            answer(200),
            request("UPDATE", 3, sdp(), headers=headers),
            answer(200, body_has=described),
            request("INVITE", 4, sdp(), headers=headers),
            answer(100, optional=True),
            answer(200, body_has=described),
            ack(4),
            request("INVITE", 5, headers=headers),
            answer(100, optional=True),
            answer(200, body_has=described),
            request("ACK", 5, sdp(), again=False),
        )
    )


def by_whom_we_called(steps: str) -> str:
    """SIPp, called, knows the caller's tag only by what came."""
    return steps.replace("[remote_ip]", "127.0.0.1").replace(
        "To: <sip:[service]@127.0.0.1:[remote_port]>[peer_tag_param]", "To:[$2]"
    )


def calls_and_keeps_alive(refresher: str) -> str:
    return scenario(
        request("INVITE", 1, sdp(), branch=INVITE_BRANCH, headers=timers(refresher)),
        RINGS,
        answer(200),
        ack(),
        OWN_RE_INVITE,
        keeps_alive(refresher),
        BYE,
        answer(200),
        '<Reference variables="1"/>\n',
    )


TAKES_A_CALL_AND_KEEPS_IT_ALIVE = scenario(
    '<recv request="INVITE"><action><ereg regexp=".*" search_in="hdr" header="From:"'
    ' assign_to="2"/></action></recv>\n',
    reply("200 OK", sdp(), headers=";tag=[call_number]\nSession-Expires: 90;refresher=uas"),
    '<recv request="ACK"/>\n',
    pause(300),
    by_whom_we_called(keeps_alive(";refresher=uac") + BYE),
    answer(200),
    '<Reference variables="1,2"/>\n',
)

INSISTS = scenario(INSISTS_ON_TIMERS, RINGS, answer(420), ACK_FAILURE)


@pytest.mark.parametrize("refresher", ["", ";refresher=uac", ";refresher=uas"])
async def test_who_offers_timers_refreshes_in_every_way_there_is(
    tmp_path: Path, refresher: str
) -> None:
    async with hotline() as house:
        await sipp(tmp_path, calls_and_keeps_alive(refresher), house.line.port, *TRACED)
        (record,) = await house.records()
    assert record.end is not None
    assert record.end.cause == "caller"
    # Who has agreed to no timer need not refresh, and is not waited for by anybody.
    assert not [told for told in messages(tmp_path) if "session-expires" in told.lower()]


async def test_whom_we_call_may_refresh_as_well(tmp_path: Path) -> None:
    async with called(tmp_path, TAKES_A_CALL_AND_KEEPS_IT_ALIVE) as there:
        async with hotline(Sip(port=0, dial_to=(there.address,))) as house:
            await over(await connected(house.line, there.address))
        await there.finished()


async def test_who_insists_is_told_that_there_are_none(tmp_path: Path) -> None:
    async with hotline() as house:
        await sipp(tmp_path, INSISTS, house.line.port, *TRACED)
        assert not house.line._calls.live
    (refusal,) = [told for told in messages(tmp_path) if told.startswith("SIP/2.0 420 ")]
    # So that they know what to leave out, and call once more (RFC 3261 § 8.1.3.5).
    assert "\nUnsupported: timer" in refusal


async def test_a_refresh_loses_nothing_of_what_is_said_meanwhile() -> None:
    heard = silent = 0
    async with (
        hotline(voice=Drone(LISTEN_RATE)) as house,
        packet_phone(house.line.port) as phone,
    ):
        async for frame in phone.frames():
            if level_db(frame) > AUDIBLE_DB:
                heard, silent = heard + 1, 0
                if heard in (30, 60, 90):
                    phone.refresh(heard, by_update=heard == 60)
            else:
                silent += 1
            if heard and silent == 40:
                break
    # A greeting of two sentences; a busy machine may be late with it, but leaves nothing out.
    assert heard >= 2 * round(3.0 / FRAME_S) - 3
