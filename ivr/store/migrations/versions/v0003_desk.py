"""Agents, sites, the queue and its work list."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _table("desk_agents", _text("agent"), *_versioned(), _once("desk_agents", "agent"))
    _table(
        "desk_waits",
        sa.Column("call_id", sa.String(64), nullable=False),
        _text("queue"),
        _text("state"),
        _text("caller", nullable=True),
        _text("agent", nullable=True),
        _text("site", nullable=True),
        _moment("taken_at"),
        _moment("ended_at"),
        sa.Column("handled_s", sa.Double()),
        *_versioned(),
    )
    for column in ("call_id", "ended_at", "caller"):
        op.create_index(f"ix_desk_waits_{column}", "desk_waits", [column])
    _table("desk_sites", _text("site"), *_versioned(), _once("desk_sites", "site"))
    _table(
        "desk_offers",
        sa.Column("call_id", sa.String(64), nullable=False),
        _text("queue"),
        _text("agent"),
        _text("site"),
        _moment("made_at", nullable=False),
        _text("outcome"),
        sa.Column("rang_s", sa.Double(), nullable=False),
    )
    op.create_index("ix_desk_offers_made_at", "desk_offers", ["made_at"])
    _table(
        "desk_spans",
        _text("agent"),
        _text("state"),
        _text("reason"),
        _moment("began_at", nullable=False),
        _moment("ended_at", nullable=False),
    )
    op.create_index("ix_desk_spans_ended_at", "desk_spans", ["ended_at"])
    _table(
        "desk_tasks",
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("fact", sa.BigInteger(), nullable=False),
        _text("state"),
        _text("agent", nullable=True),
        _moment("due_at"),
        _moment("done_at"),
        _text("note"),
        _once("desk_tasks", "kind", "fact"),
    )


def _table(name: str, *columns: Any) -> None:
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "client_id",
            _ID,
            sa.ForeignKey("clients.id", name=f"fk_{name}_client_id"),
            nullable=False,
        ),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_client_id", name, ["client_id"])


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _moment(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _versioned() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
    )


def _once(table: str, *columns: str) -> sa.UniqueConstraint:
    name = "_".join(("uq", table, "client_id", *columns))
    return sa.UniqueConstraint("client_id", *columns, name=name)
