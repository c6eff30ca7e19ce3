"""The pages' TLS certificate: whether it can be used, and for how long still."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from ivr.app.checks.finding import Finding, missing, ok, warning
from ivr.config.settings import Settings

_SOON = timedelta(days=14)
"""Whatever renews certificates by itself has done so before."""
_NAME = "certificate"


def check_certificate(settings: Settings, now: datetime | None = None) -> list[Finding]:
    """One line, or none where the pages come by HTTP."""
    web = settings.web
    if web.certificate is None or web.certificate_key is None:
        return []
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            web.certificate, web.certificate_key, password=""
        )
        ends = x509.load_pem_x509_certificate(web.certificate.read_bytes()).not_valid_after_utc
    except (OSError, ssl.SSLError, ValueError):
        text = f"{web.certificate} with the key {web.certificate_key} cannot be used"
        cure = "both must be readable PEM files that fit each other, the key without a password"
        return [missing(_NAME, text, cure)]
    return [_valid(web.certificate, ends, now or datetime.now(UTC))]


def _valid(file: Path, ends: datetime, now: datetime) -> Finding:
    cure = "renew it: a running hotline uses the new files within the hour"
    if ends <= now:
        return missing(_NAME, f"{file} has run out on {ends:%Y-%m-%d}", cure)
    if ends - now < _SOON:
        return warning(_NAME, f"{file} runs out on {ends:%Y-%m-%d}", cure)
    return ok(_NAME, f"{file} is valid until {ends:%Y-%m-%d}")
