"""Where what agents write into the fields of their calls is checked and kept."""

from dataclasses import dataclass

from ivr.core.forms import Facts, Forms


@dataclass(frozen=True, slots=True)
class Papers:
    forms: Forms
    facts: Facts | None
    """Orders, messages and so on; None in practice: nothing there is real."""
