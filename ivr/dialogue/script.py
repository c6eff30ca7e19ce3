"""What stays the same throughout a call: the company's words and the talk's limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.dialogue.phrasebook import Phrasebook


@dataclass(frozen=True, slots=True)
class Straight:
    """What is known of a caller who goes to a person at once."""

    intent: str | None = None
    slots: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Script:
    greeting: str
    """The company's standard phrase."""
    phrases: Phrasebook
    notice: str = ""
    """That a machine speaks: EU AI Act (Regulation 2024/1689), article 50. Said first."""
    notice_interruptible: bool = False
    offline_answers: Mapping[str, str] = field(default_factory=dict)
    """Answers that need no understanding, by topic: see `offline.TOPICS`."""
    filler_after_s: float = 1.2
    keep_company_s: float = 3.0
    max_call_s: float = 1800.0
    people: bool = False
    """Whether there is a desk that callers can wait for; else a colleague calls back."""
    straight: Straight | None = None
    """The caller is put through to a person at once, with this known of them; the assistant
    says nothing. Practice calls begin so."""
    queue_notice: str = ""
    """What must be said to callers who wait, of its price for instance (§ 115 TKG)."""
    recording: str = ""
    """Whether callers are `asked` if what they say may be recorded, or it is `announced`."""
    digits: Mapping[str, int] = field(default_factory=dict)
    """How many digits the number has that a form asks for, by the form's name."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """How many digits the company's numbers have at the most, by the words for them."""


MENU_KEYS = {"1": "opening_hours", "2": "address"}
"""Keys of the menu that works without speech. `0` is the hand-over, but in a number."""
SURE = 0.5
"""Confidence from which a guess counts for more than the wording."""
NO_MATCHES_TO_HAND_OVER = 2
"""In a row."""
REPETITIONS_TO_HAND_OVER = 3
"""The same words, so many times in a row."""
ANGER_TO_HAND_OVER = 2
SILENCES_TO_END = 4
SILENCES_GIVEN = 2
"""Silences that are left alone after the caller has asked for a moment."""
SLOW_PACE = 0.8
