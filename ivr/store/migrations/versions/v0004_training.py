"""What admins teach: content with versions, the inbox, trainings."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes nothing yet."""
