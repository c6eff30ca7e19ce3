"""What Rasa remembers and how it words its answers: kept small and quick for telephone calls.

Named by `endpoints.yml`, which makes Rasa load this module.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from jsonschema import Draft202012Validator
from rasa.core.actions.action import RemoteAction
from rasa.core.nlg.generator import ResponseVariationFilter
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered
from rasa.shared.core.trackers import DialogueStateTracker

MAX_CALLS = 500
"""Conversations kept at most: more than any machine of ours speaks at once."""


class CallTrackers(TrackerStore):
    """Conversations in memory, the oldest forgotten first; an empty one is not kept at all.

    Rasa's own store writes each conversation out as text and reads it back twice a turn, which
    takes longer the longer the call lasts.
    """

    def __init__(self, domain: Domain, event_broker: object = None, **kwargs: Any) -> None:
        super().__init__(domain, None)
        self._kept: dict[str, DialogueStateTracker] = {}

    async def save(self, tracker: DialogueStateTracker) -> None:
        self._kept.pop(tracker.sender_id, None)
        if not tracker.events:
            return
        self._kept[tracker.sender_id] = tracker
        while len(self._kept) > MAX_CALLS:
            self._kept.pop(next(iter(self._kept)))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        kept = self._kept.get(sender_id)
        # A copy: a turn that fails half-way leaves no trace.
        return kept.copy() if kept else None

    async def keys(self) -> Iterable[str]:
        return tuple(self._kept)


class VariedResponses(TemplatedNaturalLanguageGenerator):
    """Goes through the variants of a response, so that no call hears the same words twice in a
    row; Rasa itself draws them by chance."""

    def __init__(self, endpoint_config: object = None, domain: Any = None) -> None:
        super().__init__(domain.responses if domain else {})

    async def generate(
        self,
        utter_action: str,
        tracker: DialogueStateTracker,
        output_channel: str,
        **kwargs: Any,
    ) -> dict[str, Any] | None:
        if utter_action not in self.responses:
            return None
        slots = tracker.current_slot_values()
        variants = ResponseVariationFilter(self.responses).responses_for_utter_action(
            utter_action, output_channel, slots
        )
        if not variants:
            return None
        said = {
            event.text
            for event in tracker.events
            if isinstance(event, BotUttered) and event.metadata.get("utter_action") == utter_action
        }
        filled = [self._fill_response(dict(each), slots, **kwargs) for each in variants]
        fresh = [each for each in filled if each.get("text") not in said]
        # With all variants used up, any but the one said last would do; chance is close enough.
        chosen: dict[str, Any] = np.random.choice(fresh or filled)  # type: ignore[arg-type]
        return chosen


_ACTION_ANSWER = Draft202012Validator(RemoteAction.action_response_format_spec())


def _check_action_answer(action: RemoteAction, result: dict[str, Any]) -> bool:
    _ACTION_ANSWER.validate(result)
    return True


# Rasa checks not only each answer but, every time anew, the schema it checks it with: two thirds
# of a form's turn.
RemoteAction._validate_action_result = _check_action_answer
