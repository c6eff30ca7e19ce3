"""Signing in and out: who gets in, for how long, and when somebody must wait.

A name is locked for a quarter of an hour after five wrong passwords from one address, or twenty
from anywhere, and an address (of IPv6: its /64) after fifty for whatever names. Names that do not
exist are treated alike, in as much time, so that nobody learns which ones do.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from ivr.config.web import Web
from ivr.core.staff import Person
from ivr.store.staff import Failures, StaffStore
from ivr.web.addresses import network
from ivr.web.staff.passwords import Busy, Passwords, complaint
from ivr.web.texts import N_

log = logging.getLogger(__name__)

LOCKED_FOR = timedelta(minutes=15)
MOST_BY_NAME_AND_ADDRESS = 5
MOST_BY_NAME = 20
MOST_BY_ADDRESS = 50
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is known when a session was last used: not every page shall write."""


class Refused(StrEnum):
    WRONG = "wrong"
    LOCKED = "locked"
    """After too many wrong passwords; even the right one does not help for a while."""
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class SignedIn:
    person: Person
    token: str
    """For the cookie; kept nowhere."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Entrance:
    """All methods raise StoreUnavailable."""

    def __init__(
        self,
        store: StaffStore,
        settings: Web,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._store = store
        self._passwords = passwords or Passwords()
        self._clock = clock
        self._longest = timedelta(hours=settings.session_h)
        self._idle = timedelta(minutes=settings.idle_min)

    @property
    def longest_s(self) -> int:
        """Seconds that a session lasts at the most."""
        return int(self._longest.total_seconds())

    async def sign_in(self, name: str, password: str, address: str) -> SignedIn | Refused:
        name, now = tidy_name(name), self._clock()
        mark = name_hash(name)
        attempt = await self._attempt(mark, address, now)
        if attempt is None:
            log.warning("a sign-in was refused: too many wrong passwords")
            return Refused.LOCKED
        found = await self._store.find(name)
        usable = found is not None and not found.person.disabled
        try:
            fits = await self._passwords.fits(found.password if found else None, password)
        except Busy:
            await self._store.take_back(attempt)
            return Refused.BUSY
        if found is None or not usable or not fits:
            return Refused.WRONG
        token = secrets.token_urlsafe(32)
        await self._store.end_sessions_not_seen_since(now - max(self._idle, self._longest))
        await self._store.begin_session(found.person.id, _token_hash(token), now)
        await self._store.forgive(mark)
        log.info("somebody signed in", extra={"person": found.person.id})
        return SignedIn(found.person, token)

    async def who(self, token: str) -> Person | None:
        """Whose session this is; None if it is nobody's, has run out, or its person is barred."""
        now, mark = self._clock(), _token_hash(token)
        session = await self._store.session(mark)
        if session is None or session.person.disabled:
            return None
        if now - session.created_at > self._longest or now - session.seen_at > self._idle:
            await self._store.end_session(mark)
            return None
        if now - session.seen_at > _SEEN_EVERY:
            await self._store.seen(mark, now)
        return session.person

    async def id_of(self, name: str) -> int | None:
        """By which log messages know who signs in with this name; None if nobody does."""
        found = await self._store.find(tidy_name(name))
        return None if found is None else found.person.id

    async def sign_out(self, token: str) -> None:
        await self._store.end_session(_token_hash(token))

    async def change_password(
        self, person: Person, old: str, new: str, token: str, address: str
    ) -> str | None:
        """Give a person a password of their own choice; other sessions of theirs end.

        The answer is what is wrong, as a text of the catalog, or None if all is well.
        """
        now, mark = self._clock(), name_hash(person.name)
        attempt = await self._attempt(mark, address, now)
        if attempt is None:
            return N_("Zu viele falsche Passwörter. Bitte versuchen Sie es später noch einmal.")
        found = await self._store.by_id(person.id)
        try:
            if found is None or not await self._passwords.fits(found.password, old):
                return N_("Das bisherige Passwort stimmt nicht.")
            await self._store.forgive(mark)
            if old == new:
                return N_("Das neue Passwort muss ein anderes sein als das bisherige.")
            if (wrong := complaint(new, person.name)) is not None:
                return wrong
            hashed = await self._passwords.hash(new)
        except Busy:
            await self._store.take_back(attempt)
            return N_("Gerade ist viel los. Bitte versuchen Sie es gleich noch einmal.")
        await self._store.set_password(
            person.id, hashed, must_change=False, keep=_token_hash(token)
        )
        return None

    async def _attempt(self, mark: str, address: str, now: datetime) -> int | None:
        """Counted first and forgiven later: tries at the same time are as many tries. None if it
        is one too many."""
        return await self._store.attempt(mark, network(address), now, now - LOCKED_FOR, _few)


def _few(failures: Failures) -> bool:
    return (
        failures.name_and_address < MOST_BY_NAME_AND_ADDRESS
        and failures.name < MOST_BY_NAME
        and failures.address < MOST_BY_ADDRESS
    )


def tidy_name(name: str) -> str:
    """As names are kept: people type theirs with capitals and spaces around."""
    return name.strip().lower()[:100]


def name_hash(name: str) -> str:
    return sha256(name.encode("utf-8", "replace")).hexdigest()


def _token_hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
