"""What admins teach: content with versions, the inbox, trainings; and what turns tell of it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _turns()
    _content()
    _decisions()
    _trainings()


def _turns() -> None:
    op.add_column("turns", sa.Column("guesses", sa.JSON()))
    op.add_column("turns", sa.Column("understood", sa.Boolean()))
    op.add_column("turns", sa.Column("form", sa.Text()))
    op.add_column("turns", sa.Column("model", sa.Text()))
    op.add_column("turns", sa.Column("audio", sa.Text()))


def _content() -> None:
    _table(
        "training_pieces",
        sa.Column("kind", sa.String(32), nullable=False),
        _text("name"),
        sa.Column("body", sa.JSON()),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("changed_at"),
        _text("changed_by"),
        sa.UniqueConstraint(
            "client_id", "kind", "name", name="uq_training_pieces_client_id_kind_name"
        ),
    )
    _table(
        "training_changes",
        sa.Column("kind", sa.String(32), nullable=False),
        _text("name"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        _moment("changed_at"),
        _text("changed_by"),
        _text("note"),
    )
    op.create_index(
        "ix_training_changes_client_id_kind_name",
        "training_changes",
        ["client_id", "kind", "name"],
    )


def _decisions() -> None:
    _table(
        "training_decisions",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        _text("verdict"),
        sa.Column("intent", sa.Text()),
        _text("key"),
        sa.Column("transcript", sa.Text()),
        sa.Column("change", sa.Integer()),
        _moment("decided_at"),
        _text("decided_by"),
    )
    op.create_index(
        "ix_training_decisions_client_id_call_id",
        "training_decisions",
        ["client_id", "call_id"],
    )


def _trainings() -> None:
    _table(
        "training_jobs",
        _text("state"),
        _moment("asked_at"),
        _text("asked_by"),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        _text("step"),
        sa.Column("left_s", sa.Double()),
        _moment("started_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("cancel", sa.Boolean(), nullable=False),
        _text("reason"),
        sa.Column("places", sa.JSON(), nullable=False),
        _text("model"),
    )
    _table(
        "training_models",
        sa.Column("key", sa.String(64), nullable=False),
        _moment("made_at"),
        sa.Column("change", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.UniqueConstraint("client_id", "key", name="uq_training_models_client_id_key"),
    )
    _table(
        "training_activations",
        _text("model"),
        _text("state"),
        _moment("asked_at"),
        _text("asked_by"),
        _text("note"),
    )
    for table in ("training_jobs", "training_activations"):
        op.create_index(f"ix_{table}_client_id", table, ["client_id"])


def _table(name: str, *own: sa.schema.SchemaItem) -> None:
    client = sa.ForeignKey("clients.id", name=f"fk_{name}_client_id")
    op.create_table(
        name,
        sa.Column("id", _ID, nullable=False),
        sa.Column("client_id", _ID, client, nullable=False),
        *own,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
