"""Agents, sites, the queue and its work list."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Makes nothing yet."""
