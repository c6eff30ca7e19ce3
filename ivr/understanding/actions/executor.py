"""All actions of the hotline behind rasa-sdk's executor."""

from typing import Any

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from ivr.config.company import Company
from ivr.core.errors import StoreUnavailable
from ivr.core.ports import Store
from ivr.understanding.actions.bare import bare_values
from ivr.understanding.actions.facts import Clock, fact_actions
from ivr.understanding.actions.fields import Ear
from ivr.understanding.actions.forms import STEERING, Filling, Spec, Step
from ivr.understanding.actions.sdk import Say, Slots, say_all, set_slots, turn_of
from ivr.understanding.actions.settle import Keep, read_backs, settling
from ivr.understanding.actions.specs import specs
from ivr.understanding.hours import hours_now


class ValidateForm(FormValidationAction):  # type: ignore[misc]  # rasa-sdk is untyped
    """Hands each turn of a form to its machine.

    The slots are mapped as `custom` in the domain: Rasa extracts nothing by itself, so what a
    sentence fills is decided here alone. To step aside it reports no slot, which Rasa takes as a
    rejection and lets the rules answer.
    """

    def __init__(self, spec: Spec, company: Company, clock: Clock) -> None:
        self._spec = spec
        self._company = company
        self._clock = clock

    def name(self) -> str:
        return f"validate_{self._spec.name}"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Slots | None
    ) -> list[dict[str, Any]]:
        turn = turn_of(tracker, self._spec.name)
        ear = Ear(self._company, self._clock().astimezone(self._company.zone))
        try:
            step = await Filling(self._spec, ear).step(turn)
        except StoreUnavailable:
            step = Step(STEERING, (Say("utter_not_kept"),), ends=True)
        say_all(dispatcher, step.says)
        events = set_slots(step.slots)
        if step.ends:
            events += set_slots({"requested_slot": None})
        return events


def build_executor(
    company: Company, store: Store, clock: Clock, keep: Keep | None = None
) -> ActionExecutor:
    """An executor that knows every action of the domain.

    `clock` gives the present moment, aware; facts go to `keep`, or to `store` itself, under the
    call's id, which is the conversation's id in Rasa.
    """
    # Holidays of a year take most of a second to work out: not while a caller waits.
    hours_now(company, clock().astimezone(company.zone))
    executor = ActionExecutor()
    for spec in specs(store):
        executor.register_action(ValidateForm(spec, company, clock))
    for action in (
        *bare_values(company, clock),
        *fact_actions(company, clock),
        *read_backs(company, clock),
        *settling(company, store, keep or store.add_fact, clock),
    ):
        executor.register_action(action)
    return executor
