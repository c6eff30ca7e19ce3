"""What contracts of the store share."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ivr.store.sql import SqlStore, open_store


@pytest.fixture
async def store(place: Path | str) -> AsyncIterator[SqlStore]:
    """On SQLite and PostgreSQL."""
    opened = await open_store(place)
    yield opened
    await opened.close()
