"""Tables of what admins teach."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.store.columns import RowId, UtcMoment
from ivr.store.tables import Base


class PieceRow(Base):
    """A piece of content as it is now. One that was taken away stays, without a body: its
    versions go on counting if it comes back."""

    __tablename__ = "training_pieces"
    __table_args__ = (UniqueConstraint("client_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    body: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    changed_by: Mapped[str]


class ChangeRow(Base):
    __tablename__ = "training_changes"
    __table_args__ = (Index(None, "client_id", "kind", "name"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    kind: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    version: Mapped[int]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_at: Mapped[datetime] = mapped_column(UtcMoment)
    changed_by: Mapped[str]
    note: Mapped[str]


class DecisionRow(Base):
    """Without a key to the call: what was decided outlives the call's retention."""

    __tablename__ = "training_decisions"
    __table_args__ = (Index(None, "client_id", "call_id"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    call_id: Mapped[str] = mapped_column(String(64))
    seq: Mapped[int]
    verdict: Mapped[str]
    intent: Mapped[str | None]
    key: Mapped[str]
    transcript: Mapped[str | None]
    change: Mapped[int | None]
    decided_at: Mapped[datetime] = mapped_column(UtcMoment)
    decided_by: Mapped[str]


class JobRow(Base):
    __tablename__ = "training_jobs"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)
    asked_by: Mapped[str]
    change: Mapped[int]
    share: Mapped[float]
    step: Mapped[str]
    left_s: Mapped[float | None]
    started_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    cancel: Mapped[bool]
    reason: Mapped[str]
    places: Mapped[list[str]] = mapped_column(JSON)
    model: Mapped[str]


class ModelRow(Base):
    __tablename__ = "training_models"
    __table_args__ = (UniqueConstraint("client_id", "key"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    key: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    change: Mapped[int]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class ActivationRow(Base):
    __tablename__ = "training_activations"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)
    model: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(UtcMoment)
    asked_by: Mapped[str]
    note: Mapped[str]
