"""The tables. Every row belongs to a client: the company its call was answered for.

A call's turns go when the call goes; what was taken down in it (orders, messages and so on) stays
then, without a call: bookkeeping has other periods than conversations. Moments are UTC;
`day` and `at` of an appointment are the company's own clock.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, MetaData, String, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from ivr.store.columns import AnyText, Cents, RowId, UtcMoment

FIRST_ORDER = 600_001
"""Order numbers have six digits and count up from here, for each client."""
LAST_ORDER = 999_999


class Base(DeclarativeBase):
    # No lengths: what callers say may be long, and a record must not be refused for that.
    type_annotation_map: ClassVar[dict[type, object]] = {str: AnyText}
    # Names for what would be anonymous: a later migration can only drop what has a name.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ClientRow(Base):
    """A company that calls are answered for."""

    __tablename__ = "clients"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    next_order: Mapped[int] = mapped_column(default=FIRST_ORDER)


class CallRow(Base):
    """A call; open while it has no end."""

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "client_id", "started_at"),
        Index(None, "started_at"),
        Index(None, "ended_at"),
    )

    call_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    line: Mapped[str]
    caller: Mapped[str | None]
    called: Mapped[str | None]
    outbound: Mapped[bool] = mapped_column(default=False)
    """Whether we called: each such call is one in which somebody was reached."""
    trace: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """What the call is called elsewhere: the line's headers, by name."""
    started_at: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    outcome: Mapped[str | None]
    cause: Mapped[str] = mapped_column(default="")
    slots: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    turns: Mapped[int] = mapped_column(default=0)
    """How many there are: the next one's place."""
    facts: Mapped[int] = mapped_column(default=0)
    owner_host: Mapped[str]
    """The process that leads the call: see `owner`."""
    owner_pid: Mapped[int]
    owner_started: Mapped[str]


class TurnRow(Base):
    __tablename__ = "turns"

    call_id: Mapped[str] = mapped_column(
        ForeignKey("calls.call_id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    who: Mapped[str]
    text: Mapped[str]
    start_s: Mapped[float]
    end_s: Mapped[float]
    intent: Mapped[str | None]
    confidence: Mapped[float | None]
    asr_confidence: Mapped[float | None]
    response_s: Mapped[float | None]
    interrupted: Mapped[bool] = mapped_column(default=False)
    guesses: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    """The best intents with their confidences, best first."""
    understood: Mapped[bool | None]
    form: Mapped[str | None]
    model: Mapped[str | None]
    """Which model understood it."""
    audio: Mapped[str | None]
    """Where its sound is kept, if the caller has consented to recording."""


def _now() -> datetime:
    return datetime.now(UTC)


class FactRow(Base):
    """What every business fact has: its client, its call and its place among the call's facts."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    call_id: Mapped[str | None] = mapped_column(ForeignKey("calls.call_id", ondelete="SET NULL"))
    seq: Mapped[int]
    key: Mapped[str | None] = mapped_column(String(64), unique=True)
    recorded_at: Mapped[datetime] = mapped_column(UtcMoment, default=_now)


class HandOverRow(FactRow):
    __tablename__ = "hand_overs"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    reason: Mapped[str]
    caller_name: Mapped[str | None]
    phone: Mapped[str | None]
    intent: Mapped[str | None]
    slots: Mapped[dict[str, str]] = mapped_column(JSON)
    transcript: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The turns as the colleague was shown them."""
    summary: Mapped[str]
    form: Mapped[str | None]


class OrderRow(FactRow):
    __tablename__ = "orders"
    __table_args__ = (UniqueConstraint("call_id", "seq"), UniqueConstraint("client_id", "number"))

    number: Mapped[str]
    product: Mapped[str]
    product_name: Mapped[str]
    quantity: Mapped[int]
    customer: Mapped[str]
    unit_price: Mapped[Decimal] = mapped_column(Cents)


class MessageRow(FactRow):
    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    name: Mapped[str]
    phone: Mapped[str]
    about: Mapped[str]
    callback: Mapped[bool]
    when: Mapped[str]


class AppointmentRow(FactRow):
    __tablename__ = "appointments"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    name: Mapped[str]
    day: Mapped[date] = mapped_column(index=True)
    at: Mapped[time]
    about: Mapped[str]


class AddressChangeRow(FactRow):
    __tablename__ = "address_changes"
    __table_args__ = (UniqueConstraint("call_id", "seq"),)

    customer: Mapped[str]
    address: Mapped[str]
