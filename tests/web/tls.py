"""Certificates for tests."""

import subprocess
from pathlib import Path


def certificate(folder: Path, days: int = 2) -> tuple[Path, Path]:
    """A certificate of its own authority, and its key."""
    folder.mkdir(exist_ok=True)
    made, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", str(days), "-subj", "/CN=localhost", "-addext",
            "subjectAltName=IP:127.0.0.1", "-out", str(made), "-keyout", str(key),
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return made, key
