"""Staff, their sessions and sign-in attempts."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Makes nothing yet."""
