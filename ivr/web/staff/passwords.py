"""Passwords: how they are kept, what makes a good one, and those that are given out once."""

import asyncio
import secrets
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ivr.web.texts import N_

_T = TypeVar("_T")

SHORTEST = 12
LONGEST = 200
_MOST_WAITING = 16
_ONE_TIME = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on a terminal."""

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For tests only: a good hash takes a tenth of a second."""


class Busy(Exception):
    """Too many people sign in at this very moment."""


class Passwords:
    """Argon2id as RFC 9106 recommends it for servers with little memory (64 MiB a hash).

    One is worked out at a time, in a thread, so that signing in never holds up a call's audio;
    more than 16 that wait are refused with Busy.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._one_by_one = asyncio.Semaphore(1)
        self._waiting = 0
        # What a name that does not exist is checked against, so that it takes as long.
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    async def hash(self, password: str) -> str:
        """Raises Busy."""
        return await self._work(lambda: self._hasher.hash(_bytes(password)))

    async def fits(self, hashed: str | None, password: str) -> bool:
        """Whether it is the password; never for None, but in the same time. Raises Busy."""

        def verify() -> bool:
            try:
                self._hasher.verify(hashed or self._nobody, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False
            return hashed is not None

        return await self._work(verify)

    async def _work(self, work: Callable[[], _T]) -> _T:
        if self._waiting >= _MOST_WAITING:
            raise Busy
        self._waiting += 1
        try:
            async with self._one_by_one:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def complaint(password: str, name: str) -> str | None:
    """What is wrong with a new password, as a text of the catalog; None if it is good enough.

    Length is what counts; rules on kinds of characters make people choose worse ones (NIST
    SP 800-63B, 3.1.1.2).
    """
    if len(password) < SHORTEST:
        return N_("Das neue Passwort braucht mindestens 12 Zeichen.")
    if len(password) > LONGEST:
        return N_("Das neue Passwort darf höchstens 200 Zeichen haben.")
    if len(set(password)) < 5 or (name and name in password.lower()):
        return N_("Das neue Passwort ist zu leicht zu erraten.")
    return None


def one_time() -> str:
    """A password to be read out or typed once: 79 bits in four groups."""
    letters = [secrets.choice(_ONE_TIME) for _ in range(16)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, 16, 4))


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "replace")
