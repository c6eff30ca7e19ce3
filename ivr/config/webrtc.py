"""Settings of the browser line."""

from pydantic import Field, SecretStr, field_validator

from ivr.config.section import Section


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
    origins: str = Field(
        "",
        description="Web sites that may show the call button, such as"
        " `https://www.musterfirma.example`, separated by spaces.",
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
    def _origins_are_origins(cls, value: str) -> str:
        for origin in value.split():
            scheme, mark, host = origin.partition("://")
            if (
                scheme not in ("http", "https")
                or not mark
                or not host
                or set(host) & set("/?#*;,")
            ):
                raise ValueError(
                    f"[webrtc] origins: {origin} is no origin; write it as https://www.example.com"
                )
        return value

    @property
    def origin_list(self) -> tuple[str, ...]:
        """`origins`, one by one, as browsers write them."""
        return tuple(origin.lower() for origin in self.origins.split())
