"""Settings of the browser line."""

import re

from pydantic import Field, SecretStr, field_validator

from ivr.config.section import Section

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")


class WebRtc(Section):
    """Calls from a browser: the call page, and the button on the company's own pages."""

    enabled: bool = Field(True, description="Whether browsers may call.")
    max_calls: int = Field(
        20, ge=1, le=1000, description="Browser calls at once; who comes then is told so."
    )
    max_calls_per_address: int = Field(
        4, ge=1, le=1000, description="Browser calls at once from one network address."
    )
    offers_per_minute: int = Field(
        30,
        ge=1,
        le=10_000,
        description="Attempts to call from one network address in a minute, reconnections"
        " included.",
    )
    connect_s: float = Field(
        15,
        ge=2,
        le=60,
        description="Seconds that a browser is given to reach us after it has asked.",
    )
    reconnect_s: float = Field(
        10,
        ge=2,
        le=60,
        description="Seconds that a call waits for a browser whose network was lost.",
    )
    origins: tuple[str, ...] = Field(
        (),
        description="Web sites that may show the call button, such as"
        " `https://www.musterfirma.example`; only our own pages if the list is empty.",
    )
    stun: str | None = Field(
        None,
        description="STUN server, such as `stun:stun.example.com:3478`, where the hotline is"
        " behind address translation; none is asked if not given.",
    )
    turn: str | None = Field(
        None,
        description="TURN server that carries calls through strict firewalls, such as"
        " `turn:turn.example.com:3478?transport=udp`.",
    )
    turn_user: str | None = Field(None, description="User name at the TURN server.")
    turn_password: SecretStr | None = Field(
        None, description="Password at the TURN server. Browsers that call get to know it."
    )

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin: write it as https://www.example.com")
        return tuple(origin.lower() for origin in origins)
