"""What to do with values that nobody has asked for: "Zwei Toaster, bitte", "471108"."""

from ivr.config.company import Company
from ivr.understanding.actions.facts import Clock
from ivr.understanding.actions.fields import ORDER_NUMBER, PRODUCT, QUANTITY, Ear, Field
from ivr.understanding.actions.sdk import Answer, CallAction, Say, Turn


class BareValues:
    """Begins the form that the values belong to; asks what they are for if that is not plain."""

    def __init__(self, company: Company, clock: Clock) -> None:
        self._company = company
        self._clock = clock

    async def take(self, turn: Turn) -> Answer:
        if self._hears(turn, PRODUCT) and self._hears(turn, QUANTITY):
            return Answer(form="place_order_form")
        if self._hears(turn, ORDER_NUMBER):
            return Answer(form="order_status_form")
        return Answer((Say("utter_inform"),))

    def _hears(self, turn: Turn, field: Field) -> bool:
        ear = Ear(self._company, self._clock().astimezone(self._company.zone))
        return field.hear(turn, ear, False) is not None


def bare_values(company: Company, clock: Clock) -> CallAction:
    return CallAction("action_take_inform", BareValues(company, clock).take)
