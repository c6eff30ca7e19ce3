"""What agents put on record of their calls while they talk, and how they become agents.

A field goes to the stay in the queue, which is the ticket that colleagues see, and to the orders,
messages and so on of the call that were made of its former value.

Everything raises StoreUnavailable.
"""

from dataclasses import dataclass, replace
from functools import partial

from ivr.core.desk_store import DeskStore
from ivr.core.errors import FieldRefused, RecordRefused
from ivr.core.forms import put_right, shown
from ivr.core.records import Fact, Order
from ivr.core.staffing import Agent, Wait
from ivr.desk.changes import WaitChange, change_stay, own_stay
from ivr.desk.people import LONGEST_NOTE
from ivr.desk.premises import Premises


@dataclass(frozen=True, slots=True)
class Sheet:
    """One agent's call, as it lies before them."""

    call_id: str
    """As the desk calls it."""
    agent_id: str
    records: tuple[str, ...]
    """The calls whose facts are meant: the live one first, then the one that led to it."""


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


async def correct(
    premises: Premises, sheet: Sheet, field: str, text: str
) -> tuple[str, tuple[Fact, ...]] | None:
    """Put right what was understood, and with it what is on record of the call.

    The value as it is kept, and the facts that have it now; None if the call is not the agent's.
    Raises FieldRefused.
    """
    wait = await _own(premises, sheet)
    if wait is None:
        return None
    papers = premises.papers
    if papers is None:
        raise FieldRefused(field)
    fact = wait.waiting.hand_over
    before = shown(fact, field)
    value = await papers.forms.read(field, text, fact.slots)

    def corrected(wait: Wait) -> Wait:
        changed = put_right(wait.waiting.hand_over, field, value)
        return replace(wait, waiting=replace(wait.waiting, hand_over=changed))

    if not await _change(premises, sheet.call_id, sheet.agent_id, corrected):
        return None
    revised: list[Fact] = []
    if papers.facts is not None:
        for record in sheet.records:
            change = partial(papers.forms.revised, field=field, before=before, after=value)
            revised.extend(await papers.facts.revise(record, change))
    return value, tuple(revised)


async def take_down(premises: Premises, sheet: Sheet, form: str) -> Fact | None:
    """Keep what the fields say as this form's fact; None if the call is not the agent's.

    Raises FormIncomplete, and RecordRefused if the call has this very fact already.
    """
    wait, papers = await _own(premises, sheet), premises.papers
    if wait is None or papers is None or not papers.forms.fields(form):
        return None
    fact = wait.waiting.hand_over
    slots = {field: shown(fact, field) for field in papers.forms.fields(form)}
    for field, value in slots.items():
        # The world may have changed since: an article may be sold out.
        slots[field] = await papers.forms.read(field, value, slots)
    made = papers.forms.filled(form, slots)
    if papers.facts is None:
        return made
    for record in sheet.records:
        call = await papers.facts.call(record)
        if call is not None and any(_same(each, made) for each in call.facts):
            raise RecordRefused("this is on record already")
    return await papers.facts.add_fact(sheet.records[0], made)


def _same(one: Fact, other: Fact) -> bool:
    if isinstance(one, Order) and isinstance(other, Order):
        return replace(one, number="") == replace(other, number="")
    return one == other


async def _own(premises: Premises, sheet: Sheet) -> Wait | None:
    agent = await premises.store.agent(sheet.agent_id)
    if agent is None or agent.call_id != sheet.call_id:
        return None
    return await own_stay(premises.store, agent)


async def stay_of(store: DeskStore, agent: Agent) -> Wait | None:
    """The stay of the agent's present call: their own, or the one they are asked into."""
    if agent.call_id is None:
        return None
    return await own_stay(store, agent) or await store.wait_of(agent.call_id)


async def _change(premises: Premises, call_id: str, agent_id: str, change: WaitChange) -> bool:
    agent = await premises.store.agent(agent_id)
    own = None if agent is None else await own_stay(premises.store, agent)
    if own is None or own.call_id != call_id:
        return False
    changed = await change_stay(premises.store, call_id, lambda wait: wait.id == own.id, change)
    return changed is not None
