"""Links that show a person elsewhere, once, what a call is about."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "desk_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column(
            "client_id",
            _ID,
            sa.ForeignKey("clients.id", name="fk_desk_links_client_id"),
            nullable=False,
        ),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_desk_links"),
        sa.UniqueConstraint("digest", name="uq_desk_links_digest"),
    )
    op.create_index("ix_desk_links_client_id", "desk_links", ["client_id"])
