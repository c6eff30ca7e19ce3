"""All written conversations on text level, through the real Rasa, its forms and its rules."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from ivr.app.script import make_script
from ivr.call.rehearsal import Rehearsal
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.records import CallStart, Fact
from ivr.understanding.client import RasaUnderstanding
from tests.calls.conversations import Conversation, check_records, load, play
from tests.rasa import RunningRasa

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
async def understanding(rasa: RunningRasa) -> AsyncIterator[RasaUnderstanding]:
    client = RasaUnderstanding(rasa.url, rasa.token)
    yield client
    await client.close()


@pytest.mark.parametrize("conversation", load(), ids=lambda each: each.name)
async def test_conversation(
    conversation: Conversation, rasa: RunningRasa, understanding: RasaUnderstanding
) -> None:
    async def keep(call_id: str, fact: Fact) -> Fact:
        return await rasa.store.add_fact(call_id, fact)

    script = make_script(default_settings(PROGRAM_FOLDER), rasa.company)
    call = Rehearsal(script, understanding, keep, caller=conversation.caller)
    start = CallStart(call.call_id, rasa.company.id, "rehearsal", datetime.now(UTC))
    await rasa.store.begin(start)
    try:
        await play(conversation, call)
    finally:
        await understanding.forget(call.call_id)
    record = await rasa.store.call(call.call_id)
    assert record is not None
    check_records(conversation, record.facts)


def test_there_are_enough_conversations() -> None:
    """Every form, ladder and rule has been talked through."""
    assert len(load()) >= 40
