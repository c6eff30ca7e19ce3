"""The tables of staff. They work for whoever runs the program, not for one client of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from ivr.store.columns import RowId, UtcMoment
from ivr.store.tables import Base


class StaffRow(Base):
    __tablename__ = "staff"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    full_name: Mapped[str]
    role: Mapped[str]
    password: Mapped[str]
    """Argon2's own text, with its salt and parameters."""
    must_change: Mapped[bool]
    disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)


class StaffSessionRow(Base):
    """A browser somebody is signed in with."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256: whoever reads the database cannot take a session over."""
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcMoment)
    seen_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)


class SignInFailureRow(Base):
    """A wrong password, kept for as long as it counts."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index(None, "name_hash", "failed_at"), Index(None, "address", "failed_at"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    name_hash: Mapped[str] = mapped_column(String(64))
    """What was typed may have been a password."""
    address: Mapped[str] = mapped_column(String(64))
    failed_at: Mapped[datetime] = mapped_column(UtcMoment, index=True)
