"""Clients, their calls with turns, and the business facts of calls."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _clients_and_calls()
    _turns()
    _facts(
        "hand_overs",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("caller_name", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("intent", sa.Text()),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("transcript", sa.JSON(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("form", sa.Text()),
    )
    _facts(
        "orders",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("product_name", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("client_id", "number", name="uq_orders_client_id_number"),
    )
    _facts(
        "messages",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("callback", sa.Boolean(), nullable=False),
        sa.Column("when", sa.Text(), nullable=False),
    )
    _facts(
        "appointments",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.Time(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
    )
    op.create_index("ix_appointments_day", "appointments", ["day"])
    _facts(
        "address_changes",
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
    )


def _clients_and_calls() -> None:
    op.create_table(
        "clients",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_order", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_clients"),
        sa.UniqueConstraint("name", name="uq_clients_name"),
    )
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(64), nullable=False),
        _client("calls"),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text()),
        sa.Column("called", sa.Text()),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.Text()),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("owner_host", sa.Text(), nullable=False),
        sa.Column("owner_pid", sa.Integer(), nullable=False),
        sa.Column("owner_started", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_client_id_started_at", "calls", ["client_id", "started_at"])
    op.create_index("ix_calls_started_at", "calls", ["started_at"])
    op.create_index("ix_calls_ended_at", "calls", ["ended_at"])


def _turns() -> None:
    op.create_table(
        "turns",
        sa.Column(
            "call_id",
            sa.String(64),
            sa.ForeignKey("calls.call_id", name="fk_turns_call_id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        _client("turns"),
        sa.Column("key", sa.String(64)),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("start_s", sa.Double(), nullable=False),
        sa.Column("end_s", sa.Double(), nullable=False),
        sa.Column("intent", sa.Text()),
        sa.Column("confidence", sa.Double()),
        sa.Column("asr_confidence", sa.Double()),
        sa.Column("response_s", sa.Double()),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "seq", name="pk_turns"),
        sa.UniqueConstraint("key", name="uq_turns_key"),
    )


def _facts(table: str, *own: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("id", _ID, nullable=False),
        _client(table),
        sa.Column(
            "call_id",
            sa.String(64),
            sa.ForeignKey("calls.call_id", name=f"fk_{table}_call_id", ondelete="SET NULL"),
        ),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(64)),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *own,
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("call_id", "seq", name=f"uq_{table}_call_id_seq"),
        sa.UniqueConstraint("key", name=f"uq_{table}_key"),
    )
    op.create_index(f"ix_{table}_client_id", table, ["client_id"])


def _client(table: str) -> sa.Column[Any]:
    key = sa.ForeignKey("clients.id", name=f"fk_{table}_client_id")
    return sa.Column("client_id", _ID, key, nullable=False)
