"""How the program's pages are reached, and how long staff stay signed in."""

from ipaddress import ip_network
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator

from ivr.config.section import Section


class Web(Section):
    """The program's own web server."""

    host: str = Field(
        "127.0.0.1", description="Address to listen on; loopback unless told otherwise."
    )
    port: int = Field(8080, ge=1, le=65535, description="Port to listen on.")
    certificate: Path | None = Field(
        None, description="TLS certificate with its chain, as PEM; without one the pages are HTTP."
    )
    certificate_key: Path | None = Field(
        None, description="The certificate's private key, as PEM without a password."
    )
    trusted_proxies: str = Field(
        "",
        description="Addresses or networks of reverse proxies, separated by commas, whose"
        " X-Forwarded-For and X-Forwarded-Proto are believed; nobody's if empty.",
    )
    session_h: float = Field(
        12, ge=0.25, le=168, description="Hours after which staff must sign in again."
    )
    idle_min: float = Field(
        120, ge=5, le=1440, description="Minutes without a page after which they must, too."
    )
    public_url: str = Field(
        "",
        max_length=100,
        pattern=r"^(https://[^\s/?#]+(/[^\s?#]*)?|http://(localhost|127\.0\.0\.1)(:\d+)?)?$",
        description="Address at which people elsewhere reach these pages, `https://…`; links for"
        " call centres begin with it, and there are none if it is empty.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token for `/metrics`; without one only this machine may read them.",
    )

    @property
    def proxies(self) -> tuple[str, ...]:
        """The trusted proxies as networks, one by one."""
        each_one = (each.strip() for each in self.trusted_proxies.split(","))
        return tuple(str(ip_network(each, strict=False)) for each in each_one if each)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for each in value.split(","):
            if each.strip():
                ip_network(each.strip(), strict=False)
        return value

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.certificate is None) != (self.certificate_key is None):
            raise ValueError("[web] certificate and certificate_key must be given together")
        return self
