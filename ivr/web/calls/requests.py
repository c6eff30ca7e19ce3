"""Reads what strangers send to the call routes. Pure; total on any input."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_BYTES = 32_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class BadRequest(ValueError):
    """What came is no request of the call page."""


@dataclass(frozen=True, slots=True)
class CallRequest:
    sdp: str
    token: str | None = None
    """Of the call to come back to."""


def read_call(body: bytes) -> CallRequest:
    """Raises BadRequest."""
    data = _object(body)
    sdp, token = data.get("sdp"), data.get("token")
    if not isinstance(sdp, str):
        raise BadRequest("sdp must be text")
    return CallRequest(sdp, None if token is None else _token(token))


def read_token(body: bytes) -> str:
    """Raises BadRequest."""
    return _token(_object(body).get("token"))


def allowed_origin(origin: str | None, host: str, allowed: tuple[str, ...]) -> bool:
    """Whether a page from `origin` may call here.

    Programs that are no browsers name none, and pages of other sites cannot hide theirs.
    """
    if origin is None:
        return True
    if origin.lower() in allowed:
        return True
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower() != ""


def _object(body: bytes) -> Mapping[str, object]:
    if len(body) > MOST_BYTES:
        raise BadRequest("the request is too long")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the request is not JSON") from error
    if not isinstance(data, dict):
        raise BadRequest("the request must be an object")
    return data


def _token(value: object) -> str:
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise BadRequest("token must be one that was given out")
    return value
