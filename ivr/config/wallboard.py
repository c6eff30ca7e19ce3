"""When the supervisors' wallboard sounds an alarm."""

from pydantic import Field

from ivr.config.section import Section


class Wallboard(Section):
    """Alarms on the supervisors' wallboard; 0 switches an alarm off."""

    late_factor: float = Field(
        3,
        ge=0,
        le=100,
        description="Alarm when somebody waits for so many targets of their queue.",
    )
    waiting: int = Field(
        10, ge=0, le=1000, description="Alarm when so many callers wait at the same time."
    )
    nobody_free: bool = Field(
        True, description="Whether it is an alarm that somebody waits and nobody is free."
    )
    level_margin: float = Field(
        0.1,
        ge=0,
        le=1,
        description="Alarm when today's service level is so much below the first queue's promise.",
    )
    level_calls: int = Field(
        10,
        ge=1,
        le=10_000,
        description="Callers today before the service level can set off an alarm.",
    )
    abandoned: float = Field(
        0.15, ge=0, le=1, description="Alarm when this share of today's callers has given up."
    )
    lines: float = Field(
        0.9, ge=0, le=1, description="Alarm when this share of a site's lines is in use."
    )
    not_answering: int = Field(
        1, ge=0, le=1000, description="Alarm when so many agents are not answering."
    )
