"""The desk's tables. What is asked for has a column; the whole value is beside it, as JSON."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ivr.store.columns import RowId, UtcMoment
from ivr.store.tables import Base


class DeskRow(Base):
    __abstract__ = True

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"), index=True)


class AgentRow(DeskRow):
    __tablename__ = "desk_agents"
    __table_args__ = (UniqueConstraint("client_id", "agent"),)

    agent: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class WaitRow(DeskRow):
    """A caller's stay in the queue."""

    __tablename__ = "desk_waits"
    __table_args__ = (Index(None, "call_id"), Index(None, "ended_at"), Index(None, "caller"))

    call_id: Mapped[str] = mapped_column(String(64))
    queue: Mapped[str]
    state: Mapped[str]
    caller: Mapped[str | None]
    agent: Mapped[str | None]
    """Our agent's id, or the external site's."""
    site: Mapped[str | None]
    taken_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    handled_s: Mapped[float | None]
    version: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class SiteRow(DeskRow):
    __tablename__ = "desk_sites"
    __table_args__ = (UniqueConstraint("client_id", "site"),)

    site: Mapped[str]
    version: Mapped[int] = mapped_column(default=0)
    data: Mapped[dict[str, Any]] = mapped_column(JSON)


class OfferRow(DeskRow):
    __tablename__ = "desk_offers"
    __table_args__ = (Index(None, "made_at"),)

    call_id: Mapped[str] = mapped_column(String(64))
    queue: Mapped[str]
    agent: Mapped[str]
    site: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcMoment)
    outcome: Mapped[str]
    rang_s: Mapped[float]


class SpanRow(DeskRow):
    """A stretch of time that an agent was in one state."""

    __tablename__ = "desk_spans"
    __table_args__ = (Index(None, "ended_at"),)

    agent: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str]
    began_at: Mapped[datetime] = mapped_column(UtcMoment)
    ended_at: Mapped[datetime] = mapped_column(UtcMoment)


class TaskRow(DeskRow):
    """What became of a message or a call back; none yet where there is no row."""

    __tablename__ = "desk_tasks"
    __table_args__ = (UniqueConstraint("client_id", "kind", "fact"),)

    kind: Mapped[str] = mapped_column(String(20))
    fact: Mapped[int] = mapped_column(BigInteger)
    """The number in the table of that kind."""
    state: Mapped[str]
    agent: Mapped[str | None]
    due_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    done_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    note: Mapped[str] = mapped_column(default="")
    tries: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcMoment)
    tried_end: Mapped[str | None]


class LinkRow(DeskRow):
    """What a person elsewhere may look at, once."""

    __tablename__ = "desk_links"
    __table_args__ = (UniqueConstraint("digest"),)

    digest: Mapped[str] = mapped_column(String(64))
    call_id: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime] = mapped_column(UtcMoment)


class ProcessRow(DeskRow):
    """A process that works at the desk."""

    __tablename__ = "desk_processes"
    __table_args__ = (UniqueConstraint("client_id", "owner"),)

    owner: Mapped[str] = mapped_column(String(255))
    beat_at: Mapped[datetime] = mapped_column(UtcMoment)
    """When it has last said that it lives, by its own clock."""
