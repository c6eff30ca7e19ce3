"""What is written down of a call, while it goes on and in the wrap-up."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException

from ivr.call.conversation import Conversation
from ivr.core.errors import FieldRefused, FormIncomplete, RecordRefused
from ivr.core.records import Fact, Order
from ivr.core.staff import Person, Role
from ivr.desk.people import LONGEST_NOTE
from ivr.desk.sheets import Sheet, correct, keep_note, take_down
from ivr.web.desk.house import House
from ivr.web.desk.wording import FIELD_HINTS, FIELDS, FORMS
from ivr.web.staff.guard import require
from ivr.web.texts import gettext as _

Me = Annotated[Person, Depends(require(Role.AGENT))]
_Call = Annotated[str, Form(max_length=64)]
_DONE = 204


def paper_router(house: House) -> APIRouter:
    router = APIRouter()

    @router.post("/note", status_code=_DONE)
    async def note(
        me: Me, call: _Call, note: Annotated[str, Form(max_length=LONGEST_NOTE)] = ""
    ) -> None:
        if not await keep_note(house.of(me.name).premises, call, me.name, note):
            raise _not_yours()

    router.include_router(_form_router(house))
    return router


def _form_router(house: House) -> APIRouter:
    """The fields of a call's form, and what is made of them."""
    router = APIRouter()

    @router.post("/field", status_code=_DONE)
    async def field(
        me: Me,
        call: _Call,
        field: Annotated[str, Form(max_length=40)],
        value: Annotated[str, Form(max_length=500)] = "",
    ) -> None:
        if field not in FIELDS:
            raise HTTPException(422)
        talk = house.talk_of(me.name)
        with _explained():
            kept = await correct(house.of(me.name).premises, _sheet(me, call, talk), field, value)
        if kept is None:
            raise _not_yours()
        if talk is not None and talk.call_id == call:
            talk.correct(field, kept[0])
        house.glances.wake(me.name)

    @router.post("/take-down")
    async def down(
        me: Me, call: _Call, form: Annotated[str, Form(max_length=40)]
    ) -> dict[str, str]:
        """Make an order, a message and so on of the fields."""
        if form not in FORMS:
            raise HTTPException(422)
        sheet = _sheet(me, call, house.talk_of(me.name))
        with _explained():
            fact = await take_down(house.of(me.name).premises, sheet, form)
        if fact is None:
            raise _not_yours()
        return {"said": _said(form, fact)}

    return router


def _sheet(me: Person, call: str, talk: Conversation | None) -> Sheet:
    live = talk.start.call_id if talk is not None and talk.call_id == call else call
    return Sheet(call, me.name, (live,) if live == call else (live, call))


@contextmanager
def _explained() -> Iterator[None]:
    """Refusals become answers that say what to type instead."""
    try:
        yield
    except FieldRefused as error:
        raise HTTPException(422, _(FIELD_HINTS[error.field])) from error
    except FormIncomplete as error:
        missing = ", ".join(_(FIELDS[each]) for each in error.missing)
        raise HTTPException(422, _("Es fehlt noch: %(what)s") % {"what": missing}) from error
    except RecordRefused as error:
        raise HTTPException(409, _("Das ist schon aufgenommen.")) from error


def _said(form: str, fact: Fact) -> str:
    if isinstance(fact, Order) and fact.number:
        return _("Bestellung %(number)s ist aufgenommen.") % {"number": fact.number}
    return _("%(what)s: aufgenommen.") % {"what": _(FORMS[form])}


def _not_yours() -> HTTPException:
    return HTTPException(409, _("Dieser Anruf ist nicht (mehr) Ihrer."))
