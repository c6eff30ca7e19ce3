"""What becomes of calls that are turned away, and what the log and the figures tell of them."""

import logging
from pathlib import Path

import pytest

from ivr.config.sip import Sip, SipAccount
from ivr.core.measures import Tally
from ivr.lines.sip.calls import Calls
from ivr.lines.sip.door import Refusal, may_go_elsewhere
from ivr.lines.sip.refusals import COUNTED
from ivr.observe.metrics import Metrics
from tests.lines.sip import scenarios
from tests.lines.sip.house import connected, eventually, hotline, telephone
from tests.lines.sip.sipp import TRACED, messages, sipp
from tests.ports import free_port

TRUNK = SipAccount(
    name="trunk", user="hotline", server="127.0.0.1", registers=False, peers=("127.0.0.1",)
)


async def test_of_each_reason_the_log_names_a_call(caplog: pytest.LogCaptureFixture) -> None:
    trunk = SipAccount(
        name="a", user="u", server="x", registers=False, numbers=("+4956110",), peers=("10.0.0.1",)
    )
    calls = Calls(Sip(accounts=(trunk,)), (trunk,), Metrics())

    def rings(number: int, to: str, source: str) -> None:
        told = {"account": "a", "peer": "sip:0561@x", "sip_id": f"{number}@x", "registrar": False}
        told |= {"headers": {"To": f"<sip:{to}@us>"}, "source": source, "dialled": to}
        calls.happened({"event": "incoming", "call": number, **told})

    rings(1, "+4956110", "203.0.113.9")
    rings(2, "+4956120", "10.0.0.1")
    rings(3, "+4956130", "10.0.0.1")
    # The next line is due.
    calls._refusals._told_at = float("-inf")
    with caplog.at_level(logging.WARNING):
        caplog.clear()
        rings(4, "+4956110", "203.0.113.9")
    lines = [
        [record.__dict__[key] for key in ("why", "calls", "account", "sip_call")]
        for record in caplog.records
    ]
    assert lines == [["not_ours", 2, "a", "3@x"], ["stranger", 1, "a", "4@x"]]
    (not_ours, stranger) = (record.__dict__ for record in caplog.records)
    assert not_ours["personal_called"] == "+4956130"
    assert stranger["personal_source"] == "203.0.113.9"
    for record in caplog.records:
        assert "+49" not in record.getMessage()


def test_every_refusal_has_a_figure_of_its_own() -> None:
    assert set(COUNTED) == set(Refusal)
    assert len(set(COUNTED.values())) == len(Refusal)


@pytest.mark.parametrize(
    ("registers", "when_full", "elsewhere"),
    [
        (False, None, True),
        (False, "busy", False),
        (True, None, False),
        (True, "elsewhere", True),
    ],
)
def test_a_trunk_is_told_to_try_another_way_and_others_if_they_are_set_so(
    registers: bool, when_full: str | None, elsewhere: bool
) -> None:
    account = SipAccount.model_validate(
        {"name": "a", "user": "u", "server": "x", "registers": registers, "when_full": when_full}
    )
    for why in (Refusal.FULL, Refusal.ACCOUNT_FULL, Refusal.DRAINING):
        assert may_go_elsewhere(why, account) is elsewhere
        assert not may_go_elsewhere(why, None)
    # Another way to us would not help them.
    for why in (Refusal.NOT_OURS, Refusal.STRANGER, Refusal.UNTRACED):
        assert not may_go_elsewhere(why, account)


@pytest.mark.slow
@pytest.mark.timeout(120)
@pytest.mark.parametrize("transport", ["u1", "t1"])
async def test_a_trunk_s_call_too_many_may_come_another_way(
    tmp_path: Path, transport: str
) -> None:
    settings = Sip(port=0, accounts=(TRUNK.model_copy(update={"max_calls": 1}),))
    async with hotline(settings) as house, telephone(house.address) as phone:
        leg = await connected(phone, house.address)
        calling = (tmp_path, scenarios.ALL_BUSY_WAITS, house.line.port, *TRACED, "-t", transport)
        await sipp(*calling)
        assert house.metrics.snapshot().tallies[Tally.REFUSED_ACCOUNT_FULL] == 1
        # The line is not taken by who was refused.
        await eventually(lambda: sum(house.line._calls.live.values()) == 1)
        await leg.hang_up()
        await house.records()
        await (await connected(phone, house.address)).hang_up()
    # One: who has confirmed it does not hear it again.
    [told] = [each for each in messages(tmp_path) if each.startswith("SIP/2.0 503")]
    assert "\nRetry-After: 5" in told


@pytest.mark.slow
@pytest.mark.timeout(120)
async def test_a_call_too_many_under_the_name_of_another_does_not_end_that_one(
    tmp_path: Path,
) -> None:
    settings = Sip(port=0, accounts=(TRUNK.model_copy(update={"max_calls": 1}),))
    comes_in = scenarios.scenario(
        scenarios.INVITE,
        scenarios.RINGS,
        scenarios.answer(200),
        scenarios.ack(),
        scenarios.pause(500),
    )
    another = scenarios.BUSY.replace("tag=[call_number]", "tag=another")
    named = ("-m", "1", "-cid_str", "the-same@127.0.0.1")
    async with hotline(settings) as house:
        await sipp(tmp_path / "1", comes_in, house.line.port, *named)
        leg = await house.leg()
        await sipp(tmp_path / "2", another, house.line.port, *named, "-p", str(free_port()))
        assert (await house.leg()) is leg
        assert house.metrics.snapshot().tallies[Tally.REFUSED_ACCOUNT_FULL] == 1
