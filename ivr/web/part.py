"""What a package of pages hands to the web shell: its routes and its entries in the navigation."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter

from ivr.core.staff import Role


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A link at the top of every page, for those who may follow it."""

    path: str
    label: str
    """The German text; it is looked up in the catalog where it is shown, so mark it with `N_`."""
    role: Role


@dataclass(frozen=True, slots=True)
class Part:
    """A package of pages."""

    name: str
    router: APIRouter
    """Every request that changes something needs the CSRF token."""
    public: APIRouter | None = None
    """For strangers and their scripts: no CSRF token is asked for, so these routes must not act
    on a session's cookie."""
    nav: tuple[NavEntry, ...] = ()
    largest_bodies: Mapping[str, int] = field(default_factory=dict)
    """Bytes that a request may bring below a path, where the usual limit is not right."""
