"""Records to rows and back."""

from collections.abc import Mapping
from typing import assert_never

from ivr.core.jsonable import jsonable, restore
from ivr.core.records import (
    AddressChange,
    Appointment,
    CallEnd,
    CallStart,
    Fact,
    HandOver,
    HandOverReason,
    Message,
    Order,
    Outcome,
    Turn,
)
from ivr.core.understanding import Guess
from ivr.store.owner import Owner
from ivr.store.tables import (
    AddressChangeRow,
    AppointmentRow,
    CallRow,
    FactRow,
    HandOverRow,
    MessageRow,
    OrderRow,
    TurnRow,
)

FACT_ROWS: Mapping[type[Fact], type[FactRow]] = {
    HandOver: HandOverRow,
    Order: OrderRow,
    Message: MessageRow,
    Appointment: AppointmentRow,
    AddressChange: AddressChangeRow,
}


def call_row(start: CallStart, client_id: int, owner: Owner) -> CallRow:
    return CallRow(
        call_id=start.call_id,
        client_id=client_id,
        line=start.line,
        caller=start.caller,
        called=start.called,
        outbound=start.outbound,
        trace=dict(start.trace) or None,
        started_at=start.started_at,
        cause="",
        slots={},
        turns=0,
        facts=0,
        owner_host=owner.host,
        owner_pid=owner.pid,
        owner_started=owner.started,
    )


def start_of(row: CallRow, client: str) -> CallStart:
    return CallStart(
        call_id=row.call_id,
        client=client,
        line=row.line,
        started_at=row.started_at,
        caller=row.caller,
        called=row.called,
        outbound=row.outbound,
        trace=row.trace or {},
    )


def end_of(row: CallRow) -> CallEnd | None:
    if row.ended_at is None or row.outcome is None:
        return None
    return CallEnd(Outcome(row.outcome), row.ended_at, row.slots, row.cause)


def turn_row(turn: Turn, call_id: str, seq: int, client_id: int, key: str | None) -> TurnRow:
    return TurnRow(
        call_id=call_id,
        seq=seq,
        client_id=client_id,
        key=key,
        who=turn.who,
        text=turn.text,
        start_s=turn.start_s,
        end_s=turn.end_s,
        intent=turn.intent,
        confidence=turn.confidence,
        asr_confidence=turn.asr_confidence,
        response_s=turn.response_s,
        interrupted=turn.interrupted,
        guesses=jsonable(turn.guesses) or None,
        understood=turn.understood,
        form=turn.form,
        model=turn.model,
        audio=turn.audio,
    )


def turn_of(row: TurnRow) -> Turn:
    return Turn(
        who=row.who,
        text=row.text,
        start_s=row.start_s,
        end_s=row.end_s,
        intent=row.intent,
        confidence=row.confidence,
        asr_confidence=row.asr_confidence,
        response_s=row.response_s,
        interrupted=row.interrupted,
        guesses=tuple(restore(Guess, guess) for guess in row.guesses or ()),
        understood=row.understood,
        form=row.form,
        model=row.model,
        audio=row.audio,
    )


def fact_row(fact: Fact) -> FactRow:
    """The fact's own columns; client, call and place are the caller's to fill in."""
    match fact:
        case HandOver():
            return HandOverRow(
                reason=fact.reason.value,
                caller_name=fact.caller_name,
                phone=fact.phone,
                intent=fact.intent,
                slots=dict(fact.slots),
                transcript=jsonable(fact.transcript),
                summary=fact.summary,
                form=fact.form,
            )
        case Order():
            return OrderRow(
                number=fact.number,
                product=fact.product,
                product_name=fact.product_name,
                quantity=fact.quantity,
                customer=fact.customer,
                unit_price=fact.unit_price,
            )
        case Message():
            return MessageRow(
                name=fact.name,
                phone=fact.phone,
                about=fact.about,
                callback=fact.callback,
                when=fact.when,
            )
        case Appointment():
            return AppointmentRow(name=fact.name, day=fact.day, at=fact.at, about=fact.about)
        case AddressChange():
            return AddressChangeRow(customer=fact.customer, address=fact.address)
        case _:
            assert_never(fact)


def fact_of(row: FactRow) -> Fact:
    match row:
        case HandOverRow():
            return HandOver(
                reason=HandOverReason(row.reason),
                caller_name=row.caller_name,
                phone=row.phone,
                intent=row.intent,
                slots=row.slots,
                transcript=tuple(restore(Turn, turn) for turn in row.transcript),
                summary=row.summary,
                form=row.form,
            )
        case OrderRow():
            return order_of(row)
        case MessageRow():
            return Message(row.name, row.phone, row.about, row.callback, row.when)
        case AppointmentRow():
            return Appointment(row.name, row.day, row.at, row.about)
        case AddressChangeRow():
            return AddressChange(row.customer, row.address)
        case _:
            raise TypeError(f"{type(row).__name__} is no fact")


def order_of(row: OrderRow) -> Order:
    return Order(
        product=row.product,
        product_name=row.product_name,
        quantity=row.quantity,
        customer=row.customer,
        unit_price=row.unit_price,
        number=row.number,
    )
