"""Settings of the browser line."""

import re
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from ivr.config.section import Section

_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[1-9][0-9]{0,4})?"
_STUN = re.compile(rf"stun:{_HOST}")
_TURN = re.compile(rf"turn:{_HOST}(?:\?transport=(?:udp|tcp))?|turns:{_HOST}(?:\?transport=tcp)?")
"""RFC 7064 and RFC 7065, as far as both browsers and aiortc understand them."""
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

    @field_validator("stun")
    @classmethod
    def _is_stun(cls, stun: str | None) -> str | None:
        if stun is not None and not _names_server(_STUN, stun):
            raise ValueError(f"{stun} is no STUN server: write it as stun:stun.example.com:3478")
        return stun

    @field_validator("turn")
    @classmethod
    def _is_turn(cls, turn: str | None) -> str | None:
        if turn is not None and not _names_server(_TURN, turn):
            raise ValueError(
                f"{turn} is no TURN server: write it as"
                " turn:turn.example.com:3478?transport=udp, or turns:turn.example.com:5349"
            )
        return turn

    @model_validator(mode="after")
    def _turn_lets_us_in(self) -> Self:
        """Browsers refuse to call at all with a TURN server that lacks either."""
        if self.turn is not None and (self.turn_user is None or self.turn_password is None):
            raise ValueError("[webrtc] turn needs turn_user and turn_password, too")
        return self

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} is no origin: write it as https://www.example.com")
        return tuple(origin.lower() for origin in origins)


def _names_server(form: re.Pattern[str], uri: str) -> bool:
    port = uri.partition("?")[0].rpartition(":")[2]
    return form.fullmatch(uri) is not None and not (port.isdigit() and int(port) >= 1 << 16)
