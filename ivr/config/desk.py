"""How people are found for callers."""

from pathlib import Path

from pydantic import Field

from ivr.config.section import Section


class Desk(Section):
    """Agents, queues and sites."""

    plan: Path = Field(
        Path("desk.toml"),
        description="The queues and sites; without the file, the company itself is the only site.",
    )
    offer_s: float = Field(
        20,
        ge=5,
        le=120,
        description="Seconds an offered call rings before the next agent gets it.",
    )
    misses: int = Field(
        3, ge=1, le=20, description="Offers not taken in a row that make an agent not answering."
    )
    wrap_up_s: float = Field(
        60, ge=0, le=1800, description="Seconds of wrap-up after which an agent is free again."
    )
    away_s: float = Field(
        120,
        ge=10,
        le=3600,
        description="Seconds after which an agent whose browser is gone is signed out.",
    )
    retry_s: float = Field(
        60,
        ge=5,
        le=3600,
        description="Seconds after which a call may be offered again to an agent who did not take"
        " it.",
    )
    day_s: float = Field(
        36000,
        ge=3600,
        le=43200,
        description="Longest working time of an agent a day, in seconds (§ 3 ArbZG: ten hours).",
    )
    site_pause_s: float = Field(
        30,
        ge=1,
        le=3600,
        description="Seconds a failing site gets no calls; doubled at each further failure.",
    )
    site_check_s: float = Field(
        30, ge=5, le=3600, description="Seconds between two looks at whether a site answers."
    )
    listening_notice: str = Field(
        "Zur Schulung hört jetzt eine Kollegin oder ein Kollege mit.",
        description="What both sides are told when a supervisor listens in; nothing if empty,"
        " which needs the consent of both beforehand (§ 201 StGB).",
    )
