"""SIP over TLS: whose certificates are taken, and the files that say so."""

import ssl
from pathlib import Path

from ivr.config.sip import Sip
from ivr.core.errors import ConfigError


def tls_lines(settings: Sip) -> dict[str, str]:
    """The SIP stack's settings for TLS, as of files that `check_files` has found good."""
    lines = {"sip_verify_server": "yes" if settings.verify else "no"}
    if settings.certificate is not None:
        lines["sip_certificate"] = str(settings.certificate)
    # The stack brings its own OpenSSL, which does not know where this system has its authorities.
    known = ssl.get_default_verify_paths()
    lines["sip_cafile"] = str(settings.ca_file or known.cafile or "")
    if not lines["sip_cafile"]:
        lines["sip_capath"] = known.capath
    return {key: value for key, value in lines.items() if value}


def check_files(settings: Sip) -> None:
    """Raises ConfigError if a file with certificates is not there or holds something else: the
    stack would start all the same and reach nobody."""
    for file in (settings.certificate, settings.ca_file):
        if file is not None and " " in str(file):
            raise ConfigError(
                f"[sip] {file}: the SIP stack reads no file with a space in its path"
            )
    if (file := settings.certificate) is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
        except OSError as error:
            raise _unusable("certificate", file, "our certificate and its key", error) from error
    if (file := settings.ca_file) is not None:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
        except OSError as error:
            raise _unusable("ca_file", file, "certificates of authorities", error) from error


def _unusable(setting: str, file: Path, what: str, error: OSError) -> ConfigError:
    why = "it holds none" if isinstance(error, ssl.SSLError) else error.strerror
    return ConfigError(f"[sip] {setting}: {file} cannot be used as PEM file with {what}: {why}")
