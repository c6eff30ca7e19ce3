"""The bench of joining is a whole hand-over over WebRTC: what it measures must come about."""

import asyncio

import pytest

from ivr.app.bench.joined import run_joins


@pytest.mark.timeout(300)
def test_caller_and_agent_hear_each_other_in_every_call() -> None:
    found = asyncio.run(run_joins(2))
    assert len(found.at_agent_s) == len(found.at_caller_s) == 2
    assert all(seconds > 0 for seconds in (*found.at_agent_s, *found.at_caller_s))
