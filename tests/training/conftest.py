"""What tests of training share."""

from pathlib import Path

import pytest


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.timeout(60))])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """A database of either kind, empty."""
    if request.param == "postgresql":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return tmp_path / "h.sqlite"
