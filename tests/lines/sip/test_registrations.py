"""How often an account tries to log on again: soon where that helps, never where it harms."""

import asyncio

import pytest

from ivr.app.fast_clock import FastLoop
from ivr.config.sip import SipAccount
from ivr.lines.sip.registrations import Registrations, Trouble

ACCOUNTS = [
    SipAccount(name="pbx", user="u", server="x"),
    SipAccount(name="trunk", user="u", server="x", registers=False),
]


def failing(status: str, hours: float) -> tuple[list[float], Registrations]:
    """When the account tried again while its server kept answering like that."""
    tries: list[float] = []

    async def outage() -> Registrations:
        loop = asyncio.get_running_loop()
        began = loop.time()

        def again(account: str) -> None:
            tries.append(loop.time() - began)
            loop.call_later(0.1, known.failed, {"account": account, "text": status})

        known = Registrations(ACCOUNTS, again)
        known.begin()
        known.failed({"account": "pbx", "text": status})
        await asyncio.sleep(hours * 3600)
        known.end()
        return known

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        known = runner.run(outage())
    return tries, known


def test_a_server_that_is_away_is_asked_again_soon_and_never_rarely() -> None:
    tries, known = failing("Connection refused [111]", 2)
    gaps = [later - earlier for earlier, later in zip([0.0, *tries], tries, strict=False)]
    assert gaps[0] < 3
    assert all(gap < 40 for gap in gaps)
    # But neither a storm: two a minute in the long run.
    assert len(tries) < 2 * 3600 / 20
    assert known.troubles == {"pbx": Trouble.UNREACHABLE}


def test_a_refusal_is_not_answered_with_more_guesses() -> None:
    for status in ("401 Unauthorized", "403 Forbidden", "407 Proxy Authentication Required"):
        tries, known = failing(status, 2)
        assert tries == []
        assert known.troubles == {"pbx": Trouble.REFUSED}


def test_who_need_not_log_on_is_up_at_once_and_others_when_they_have() -> None:
    known = Registrations(ACCOUNTS, lambda _: None)
    known.begin()
    assert (known.up, known.troubles) == (1, {"pbx": Trouble.NOT_YET})
    known.succeeded({"account": "pbx", "text": "200 OK"})
    assert (known.up, known.troubles) == (2, {})


def test_after_a_success_the_patience_is_new() -> None:
    async def scene() -> list[float]:
        loop, tries = asyncio.get_running_loop(), []
        known = Registrations(ACCOUNTS, lambda _: tries.append(loop.time()))
        known.begin()
        for _ in range(6):
            known.failed({"account": "pbx", "text": "503 Service Unavailable"})
        known.succeeded({"account": "pbx", "text": "200 OK"})
        await asyncio.sleep(3600)
        assert tries == []
        began = loop.time()
        known.failed({"account": "pbx", "text": "503 Service Unavailable"})
        await asyncio.sleep(5)
        known.end()
        return [at - began for at in tries]

    with asyncio.Runner(loop_factory=FastLoop) as runner:
        [waited_s] = runner.run(scene())
    assert waited_s < 3


def test_a_server_that_does_not_prove_itself_is_no_matter_of_dns_and_is_asked_again() -> None:
    tries, known = failing("Protocol error [71]", 0.1)
    assert len(tries) > 5
    assert known.troubles == {"pbx": Trouble.INSECURE}


def test_why_a_certificate_is_not_accepted_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    known = Registrations(ACCOUNTS, lambda _: None)
    for _ in range(3):
        known.overheard("tls: tls_verify_handler: depth        = 0")
        known.overheard("tls: tls_verify_handler: error_string = Hostname mismatch")
    assert [getattr(each, "reason", None) for each in caplog.records] == ["Hostname mismatch"]
