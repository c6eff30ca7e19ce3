"""What agents put on record of their calls while they talk, and how they become agents.

Everything raises StoreUnavailable.
"""

from dataclasses import replace

from ivr.core.staffing import Agent, Wait
from ivr.desk.changes import WaitChange, change_wait
from ivr.desk.people import LONGEST_NOTE
from ivr.desk.premises import Premises


async def enrol(premises: Premises, agent_id: str, name: str) -> Agent:
    """The agent of this id; there is one at the first site of our own if there was none."""
    store = premises.store
    agent = await store.agent(agent_id)
    if agent is not None:
        return agent
    sites = premises.plan.sites
    own = next((site for site in sites if site.trunk is None), sites[0])
    fresh = Agent(agent_id, name, own.id, own.languages)
    await store.add_agent(fresh)
    return await store.agent(agent_id) or fresh


async def keep_note(premises: Premises, call_id: str, agent_id: str, note: str) -> bool:
    """What the agent has written so far. False if the call is not theirs, or is wrapped up: the
    note came with the code then, and is newer."""

    def noted(wait: Wait) -> Wait | None:
        wrapped_up = wait.code and wait.agent == agent_id
        return None if wrapped_up else replace(wait, note=note[:LONGEST_NOTE])

    return await _change(premises, call_id, agent_id, noted)


async def correct(premises: Premises, call_id: str, agent_id: str, field: str, value: str) -> bool:
    """Correct what the assistant has understood. False if the call is not theirs."""

    def corrected(wait: Wait) -> Wait:
        fact = wait.waiting.hand_over
        changed = replace(fact, slots={**fact.slots, field: value})
        return replace(wait, waiting=replace(wait.waiting, hand_over=changed))

    return await _change(premises, call_id, agent_id, corrected)


async def _change(premises: Premises, call_id: str, agent_id: str, change: WaitChange) -> bool:
    agent = await premises.store.agent(agent_id)
    if agent is None or agent.call_id != call_id:
        return False
    return await change_wait(premises.store, call_id, change) is not None
