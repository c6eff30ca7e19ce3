"""Tables of practice calls. They refer to no call, and no call refers to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.store.columns import RowId, UtcMoment
from ivr.store.tables import Base


class ExerciseRow(Base):
    """An exercise that a supervisor wrote."""

    __tablename__ = "practice_exercises"
    __table_args__ = (UniqueConstraint("client_id", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    name: Mapped[str] = mapped_column(String(40))
    text: Mapped[str]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)


class RunRow(Base):
    """An exercise done, or to be done."""

    __tablename__ = "practice_runs"
    __table_args__ = (Index(None, "client_id", "agent"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    agent: Mapped[str] = mapped_column(String(64))
    exercise: Mapped[str] = mapped_column(String(40))
    title: Mapped[str]
    asked_by: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    code: Mapped[str]
    note: Mapped[str]
