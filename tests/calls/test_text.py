"""All written conversations on text level, through the real Rasa, its forms and its rules."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from ivr.app.script import make_script
from ivr.call.rehearsal import Rehearsal
from ivr.config.loading import PROGRAM_FOLDER, default_settings
from ivr.core.jsonable import FACT_KINDS
from ivr.core.records import CallStart, Fact, HandOverReason
from ivr.understanding.client import RasaUnderstanding
from tests.calls.conversations import Conversation, check_records, load, play
from tests.rasa import RunningRasa

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


UNNAMED = {"affirm", "deny", "inform", "correction", "stop_form"}
"""Answers: which of them was guessed matters less than what became of it."""
UNPROVOKED = {HandOverReason.FAULT}
"""No caller's words lead to it."""


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
    script = replace(script, people=conversation.people)
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


def test_every_name_is_used_once() -> None:
    names = [each.name for each in load()]
    assert sorted(set(names)) == sorted(names)


def test_every_form_intent_and_reason_is_talked_through() -> None:
    """A form, an intent or a reason to hand over that nobody ever talked through is unproven."""
    conversations = load()
    turns = [turn for each in conversations for turn in each.turns]
    wanted = [record for each in conversations for record in each.records]
    assert _domain("forms.yml")["forms"].keys() <= {turn.form for turn in turns}
    assert set(_domain("intents.yml")["intents"]) - {turn.intent for turn in turns} == UNNAMED
    reasons = {record.get("reason") for record in wanted if record["kind"] == "hand_over"}
    assert set(HandOverReason) - reasons == UNPROVOKED
    assert {record["kind"] for record in wanted} == FACT_KINDS.keys()


def _domain(name: str) -> dict[str, Any]:
    text = (PROGRAM_FOLDER / "nlu" / "domain" / name).read_text(encoding="utf-8")
    domain: dict[str, Any] = yaml.safe_load(text)
    return domain
