"""The one place where a fault of the desk stops: the rest of the desk goes on."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.core.errors import HotlineError

_log = logging.getLogger(__name__)


@contextmanager
def contained(what: str) -> Iterator[None]:
    """Log whatever fails inside, with `what` it means, and go on."""
    try:
        yield
    except HotlineError as error:
        _log.error("the desk is hindered", extra={"meaning": what, "reason": str(error)})
    except Exception:  # noqa: BLE001 - whatever it is, other callers still want to be served
        _log.exception("a fault of the desk", extra={"meaning": what})
