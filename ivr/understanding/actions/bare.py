"""What to do with values that nobody has asked for: "Zwei Toaster, bitte", "471108"."""

from ivr.config.company import Company
from ivr.understanding.actions.facts import Clock
from ivr.understanding.actions.fields import ORDER_NUMBER, PRODUCT, QUANTITY, Ear, Field
from ivr.understanding.actions.sdk import Answer, CallAction, Say, Turn

_NOT_UNDERSTOOD = "action_default_fallback"
"""Rasa's own: see `nlu/turn_answer.py`."""


class BareValues:
    """Begins the form that the values belong to, if that is plain."""

    def __init__(self, company: Company, clock: Clock) -> None:
        self._company = company
        self._clock = clock

    async def take(self, turn: Turn) -> Answer:
        """Values and nothing else: asks what they are for if they belong to no form."""
        form = self._form(turn)
        return Answer(then=form) if form else Answer((Say("utter_inform"),))

    async def rescue(self, turn: Turn) -> Answer:
        """Words that Rasa is unsure of: "Zwei Toaster auf Kundennummer …" is both an order and
        bare values."""
        return Answer(then=self._form(turn) or _NOT_UNDERSTOOD)

    def _form(self, turn: Turn) -> str | None:
        if self._tells(turn, PRODUCT) and self._tells(turn, QUANTITY):
            return "place_order_form"
        return "order_status_form" if self._tells(turn, ORDER_NUMBER) else None

    def _tells(self, turn: Turn, field: Field) -> bool:
        ear = Ear(self._company, self._clock().astimezone(self._company.zone))
        heard = field.hear(turn, ear, False)
        return heard is not None and heard.firm


def bare_values(company: Company, clock: Clock) -> tuple[CallAction, ...]:
    values = BareValues(company, clock)
    return (
        CallAction("action_take_inform", values.take),
        CallAction("action_take_unsure", values.rescue),
    )
