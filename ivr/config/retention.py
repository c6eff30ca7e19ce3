"""Settings of how long things are kept."""

from pydantic import Field

from ivr.config.section import Section

_LONGEST = 36_500


class Retention(Section):
    """How long things are kept. Once a day what is older is removed for good."""

    keep_days: int = Field(
        90,
        ge=1,
        le=_LONGEST,
        description="Days that a call is kept after its end: who called, what was said and"
        " understood, recordings, hand-overs.",
    )
    keep_notes_days: int = Field(
        180,
        ge=1,
        le=_LONGEST,
        description="Days that messages, appointments and changes of address are kept.",
    )
    keep_orders_days: int = Field(
        2557,
        ge=1,
        le=_LONGEST,
        description="Days that orders are kept; seven years, because German law wants business"
        " letters for six from the end of the year (§ 257 HGB, § 147 AO).",
    )
    keep_staff_days: int = Field(
        365,
        ge=1,
        le=_LONGEST,
        description="Days that agents' offers and working times are kept.",
    )
