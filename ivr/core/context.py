"""Which call or request the running task works for, so that what it logs can be traced to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

current_call: ContextVar[str | None] = ContextVar("current_call", default=None)
"""Tasks and `asyncio.to_thread` inherit it from whoever starts them."""
current_request: ContextVar[str | None] = ContextVar("current_request", default=None)
"""The number of the web request that is being answered."""


@contextmanager
def call_context(call_id: str) -> Iterator[None]:
    """Whatever is done inside, by tasks started inside too, is done for this call."""
    token = current_call.set(call_id)
    try:
        yield
    finally:
        current_call.reset(token)
