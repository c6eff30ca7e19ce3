"""The set-up of Kamailio that operators copy does what its documentation says."""

from pathlib import Path

import pytest

from ivr.config.sip import Sip
from tests.lines.sip import scenarios
from tests.lines.sip.house import connected, eventually, hotline, telephone, until_sound
from tests.lines.sip.proxy import INSIDE, OUTSIDE, PORT, checked, proxy, written
from tests.lines.sip.sipp import TRACED, messages, sipp
from tests.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def test_the_proxy_s_sample_has_no_mistake(tmp_path: Path) -> None:
    code, told = await checked(await written(tmp_path))
    assert code == 0, told
    assert "ERROR" not in told, told


def ours(**rest: object) -> Sip:
    trunk = {
        "name": "proxy",
        "user": "hotline",
        "server": INSIDE,
        "registers": False,
        "peers": [INSIDE, OUTSIDE],
    }
    return Sip.model_validate({"port": free_port(), "accounts": [trunk], **rest})


@pytest.mark.parametrize("transport", ["udp", "tls"])
async def test_only_who_speaks_tls_is_offered_srtp(tmp_path: Path, transport: str) -> None:
    """Also when the hotline confirms the call with a re-INVITE of its own."""
    port = PORT if transport == "udp" else PORT + 1
    there = f"sip:hotline@{OUTSIDE}:{port};transport={transport}"
    own = {"name": "provider", "user": "p", "server": "127.0.0.1", "registers": False}
    async with (
        hotline(ours()) as house,
        proxy(tmp_path, house.line.port) as engine,
        telephone(there, accounts=[own | {"transport": transport}], verify=False) as provider,
    ):
        leg = await connected(provider, there)
        await until_sound(leg)
        await eventually(lambda: len(engine.offers) == 2)
        await leg.hang_up()
        await house.records()
    from_outside, from_the_hotline = engine.offers
    assert "RTP/SAVP" not in from_outside
    assert ("RTP/SAVP" in from_the_hotline) is (transport == "tls")


async def test_a_call_too_many_for_one_hotline_is_passed_on_to_the_next(tmp_path: Path) -> None:
    there = f"sip:hotline@{OUTSIDE}:{PORT}"
    async with (
        hotline(ours(max_calls=1)) as first,
        hotline(ours(max_calls=1, rtp_ports="18384-19383")) as second,
        proxy(tmp_path, first.line.port, second.line.port),
        telephone(there) as provider,
    ):
        legs = [await connected(provider, there) for _ in range(2)]
        assert first.line._calls.live["proxy"] == second.line._calls.live["proxy"] == 1
        for leg in legs:
            await leg.hang_up()
        await first.records()
        await second.records()


async def test_when_the_last_hotline_is_full_the_provider_may_try_elsewhere(
    tmp_path: Path,
) -> None:
    async with hotline(ours(max_calls=1)) as house, proxy(tmp_path, house.line.port):
        there = f"sip:hotline@{OUTSIDE}:{PORT}"
        async with telephone(there) as provider:
            leg = await connected(provider, there)
            calling = (tmp_path / "caller", scenarios.ALL_BUSY_WAITS, PORT, *TRACED)
            await sipp(*calling, at=OUTSIDE)
            await leg.hang_up()
        await house.records()
    # One: who has confirmed it does not hear it again.
    [told] = [each for each in messages(tmp_path / "caller") if each.startswith("SIP/2.0 503")]
    assert "\nRetry-After: 10" in told


async def test_session_timers_are_the_proxy_s_affair(tmp_path: Path) -> None:
    """Who insists on them is the one who refreshes, and the hotline does not hear of it."""
    calls = scenarios.scenario(scenarios.INSISTS_ON_TIMERS, scenarios.RINGS, scenarios.answer(200))
    async with hotline(ours()) as house, proxy(tmp_path, house.line.port):
        await sipp(tmp_path / "caller", calls, PORT, *TRACED, at=OUTSIDE)
    [agreed] = [each for each in messages(tmp_path / "caller") if each.startswith("SIP/2.0 200")]
    assert "Session-Expires: 90;refresher=uac" in agreed
