"""Who works with the program, and what they may do in it."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Each role may do what those before it may, too."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"

    def covers(self, other: "Role") -> bool:
        """Whether somebody in this role may do what `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


@dataclass(frozen=True, slots=True)
class Person:
    """One of the staff."""

    id: int
    name: str
    """What they sign in with: lower case, unique."""
    full_name: str
    role: Role
    must_change: bool = False
    """Their password was given by somebody else and opens nothing but its own change."""
    disabled: bool = False
