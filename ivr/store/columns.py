"""Column types that mean the same in every database."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, DateTime, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

RowId = BigInteger().with_variant(Integer, "sqlite")
"""Counts up by itself; SQLite does that for its own INTEGER only."""


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


class AnyText(TypeDecorator[str]):
    """Text of any length. What no database takes, NUL and halves of characters, becomes U+FFFD:
    better than to refuse what a caller ordered because of it."""

    impl = Text
    cache_ok = True

    @override
    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return None if value is None else _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", value)

    @override
    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value


class UtcMoment(TypeDecorator[datetime]):
    """A moment: goes in with any zone, comes out in UTC. A moment without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; others answer in the connection's.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Cents(TypeDecorator[Decimal]):
    """Euro, kept as whole cents: exact, where SQLite would make a float of a decimal."""

    impl = BigInteger
    cache_ok = True

    @override
    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        cents = value * 100
        if not cents.is_finite() or cents != cents.to_integral_value():
            raise ValueError("an amount of money has whole cents")
        return int(cents)

    @override
    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-2)
