"""The forms, for people who type: the same values pass, and become the same facts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias

from ivr.core.records import CallRecord, Fact, HandOver

Change: TypeAlias = Callable[[Fact], Fact | None]
"""What becomes of a fact; None leaves it as it is."""


class Forms(Protocol):
    """Reads what is typed into the fields of a call."""

    async def read(self, field: str, text: str, slots: Mapping[str, str]) -> str:
        """The value as the forms keep it, beside what `slots` hold; empty for nothing.

        Raises FieldRefused for what the assistant would not take from a caller either, and
        StoreUnavailable.
        """
        ...

    def revised(self, fact: Fact, field: str, before: str, after: str) -> Fact | None:
        """The fact with a new value, if it was made of the one before; else None."""
        ...

    def filled(self, form: str, slots: Mapping[str, str]) -> Fact:
        """What this form keeps. Raises FormIncomplete."""
        ...

    def fields(self, form: str) -> tuple[str, ...]:
        """What must be known for it; empty for a form that keeps nothing."""
        ...


class Facts(Protocol):
    """Where the facts of calls are kept. Raises StoreUnavailable, and RecordRefused for a call
    that is not known."""

    async def add_fact(self, call_id: str, fact: Fact, *, key: str | None = None) -> Fact: ...
    async def revise(self, call_id: str, change: Change) -> Sequence[Fact]: ...
    async def call(self, call_id: str) -> CallRecord | None: ...


def shown(fact: HandOver, field: str) -> str:
    """What a hand-over says of a field of the forms."""
    known = fact.slots.get(field)
    if not known and field == "name":
        known = fact.caller_name
    if not known and field == "phone":
        known = fact.phone
    return known or ""


def put_right(fact: HandOver, field: str, value: str) -> HandOver:
    """The hand-over with this value; without any if it is empty."""
    slots = {name: it for name, it in fact.slots.items() if name != field}
    if value:
        slots[field] = value
    return replace(
        fact,
        slots=slots,
        caller_name=value or None if field == "name" else fact.caller_name,
        phone=value or None if field == "phone" else fact.phone,
    )
