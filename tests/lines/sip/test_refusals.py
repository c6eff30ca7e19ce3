"""What the log tells of calls that were turned away: enough to set the settings right."""

import logging

import pytest

from ivr.config.sip import Sip, SipAccount
from ivr.lines.sip.calls import Calls
from ivr.observe.metrics import Metrics


async def test_of_each_reason_the_log_names_a_call(caplog: pytest.LogCaptureFixture) -> None:
    trunk = SipAccount(
        name="a", user="u", server="x", registers=False, numbers=("+4956110",), peers=("10.0.0.1",)
    )
    calls = Calls(Sip(accounts=(trunk,)), (trunk,), Metrics())

    def rings(number: int, to: str, source: str) -> None:
        told = {"account": "a", "peer": "sip:0561@x", "sip_id": f"{number}@x", "registrar": False}
        told |= {"headers": {"To": f"<sip:{to}@us>"}, "source": source}
        calls.happened({"event": "incoming", "call": number, **told})

    rings(1, "+4956110", "203.0.113.9")
    rings(2, "+4956120", "10.0.0.1")
    rings(3, "+4956130", "10.0.0.1")
    # The next line is due.
    calls._told_at = float("-inf")
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
