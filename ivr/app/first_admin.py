"""Sees to it that somebody can sign in: makes the first admin where there is no staff yet."""

from datetime import UTC, datetime

from ivr.core.staff import Role
from ivr.store.staff import StaffStore
from ivr.web.staff.passwords import Passwords, one_time

FIRST_ADMIN = "admin"


async def make_first_admin(store: StaffStore, passwords: Passwords) -> str | None:
    """The one-time password of the admin who was just made; None if there is staff already.

    Raises StoreUnavailable.
    """
    if await store.anybody():
        return None
    password = one_time()
    hashed = await passwords.hash(password)
    made = await store.add(FIRST_ADMIN, "Administration", Role.ADMIN, hashed, datetime.now(UTC))
    return None if made is None else password
