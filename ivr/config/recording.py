"""Settings of recording what callers say."""

from typing import Literal

from pydantic import Field

from ivr.config.section import Section


class Recording(Section):
    """The sound of what callers say to the assistant, for admins to listen to in the inbox."""

    consent: Literal["off", "asked", "announced"] = Field(
        "off",
        description="`off`: nothing is recorded. `asked`: callers are asked first, and only a"
        " clear yes counts, as German law wants it (§ 201 StGB, GDPR article 6 (1) a)."
        " `announced`: callers are told, and may refuse at any time; only where that is lawful.",
    )
    keep_days: int = Field(
        30,
        ge=1,
        le=365,
        description="Days after which a recording is removed; with its call, if that goes sooner.",
    )
