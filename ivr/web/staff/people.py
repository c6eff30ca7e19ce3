"""Who works here: what admins do with staff, on their page and by `ivr users`."""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.core.staff import Person, Role
from ivr.store.staff import StaffStore
from ivr.web.staff.entrance import name_hash, tidy_name
from ivr.web.staff.passwords import Passwords, one_time
from ivr.web.texts import N_

log = logging.getLogger(__name__)

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,39}")
_LONGEST_FULL_NAME = 80


@dataclass(frozen=True, slots=True)
class Handed:
    """A one-time password to be handed to a person; kept nowhere in clear."""

    person: Person
    password: str


@dataclass(frozen=True, slots=True)
class Declined:
    """Why it was not done, as a text of the catalog."""

    reason: str


class People:
    """All methods raise StoreUnavailable; those that make a password raise Busy."""

    def __init__(self, store: StaffStore, passwords: Passwords) -> None:
        self._store = store
        self._passwords = passwords

    async def all(self) -> Sequence[Person]:
        return await self._store.people()

    async def add(self, name: str, full_name: str, role: Role) -> Handed | Declined:
        name, full_name = tidy_name(name), " ".join(full_name.split())
        if not _NAME.fullmatch(name):
            return Declined(
                N_(
                    "Ein Anmeldename hat 2 bis 40 Zeichen: Kleinbuchstaben, Ziffern, Punkt,"
                    " Bindestrich, Unterstrich oder @."
                )
            )
        if not full_name or len(full_name) > _LONGEST_FULL_NAME or not full_name.isprintable():
            return Declined(N_("Bitte geben Sie den vollen Namen an (höchstens 80 Zeichen)."))
        password = one_time()
        hashed = await self._passwords.hash(password)
        person = await self._store.add(name, full_name, role, hashed, datetime.now(UTC))
        if person is None:
            return Declined(N_("Diesen Anmeldenamen gibt es schon."))
        log.info("somebody was added to the staff", extra={"person": person.id, "role": role})
        return Handed(person, password)

    async def reset(self, person: Person) -> Handed | Declined:
        """A new one-time password; all sessions end, and a locked name is open again."""
        password = one_time()
        hashed = await self._passwords.hash(password)
        await self._store.set_password(person.id, hashed, must_change=True)
        await self._store.forgive(name_hash(person.name))
        log.info("a password was reset", extra={"person": person.id})
        return Handed(person, password)

    async def find(self, name: str) -> Person | None:
        found = await self._store.find(tidy_name(name))
        return None if found is None else found.person

    async def by_id(self, person_id: int) -> Person | None:
        found = await self._store.by_id(person_id)
        return None if found is None else found.person

    async def set_disabled(self, person: Person, disabled: bool) -> Declined | None:
        if await self._store.change(person.id, disabled=disabled):
            log.info("a person's access was changed", extra={"person": person.id})
            return None
        return Declined(N_("Mindestens eine Person muss die Administration behalten."))

    async def set_role(self, person: Person, role: Role) -> Declined | None:
        if await self._store.change(person.id, role=role):
            log.info("a person's role was changed", extra={"person": person.id, "role": role})
            return None
        return Declined(N_("Mindestens eine Person muss die Administration behalten."))
