"""Log messages: for people on the terminal, as JSON lines in a file, nothing personal in either.

A message is a fixed text; what varies goes into `extra`. There, whatever tells something of a
person is named `personal_…` and is dropped unless the setting `log.personal` is on. Error texts of
foreign code may repeat what a caller said, so only the kind of such an error is told. Messages of
other libraries below a warning are not written at all: several log whole requests.

Writing happens in a thread: a slow disk does not hold up the audio. Its queue is bounded; what
does not fit is dropped, and how much was dropped is told.
"""

import copy
import json
import logging
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener, RotatingFileHandler
from pathlib import Path
from queue import Full, Queue
from typing import Any, TextIO

from typing_extensions import override

from ivr.config.settings import Log
from ivr.core.context import current_call, current_request
from ivr.core.errors import ConfigError, HotlineError

PERSONAL = "personal_"
_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; all else came in as `extra`."""
_OWN = "ivr"


@contextmanager
def logging_set_up(
    settings: Log,
    file: Path | None = None,
    terminal: TextIO | None = sys.stderr,
    *,
    largest: int = 5_000_000,
    files: int = 5,
    bound: int = 10_000,
) -> Iterator[None]:
    """Write log messages while inside; everything is written when it is left.

    At most `files` of at most `largest` bytes each are kept, `bound` messages wait to be written.
    Raises ConfigError if the file cannot be written.
    """
    handlers: list[logging.Handler] = []
    if terminal is not None:
        handlers.append(_Terminal(terminal))
    if file is not None:
        handlers.append(_open_file(file, largest, files))
    waiting: Queue[logging.LogRecord | None] = Queue(bound)
    entrance = _Entrance(waiting, personal=settings.personal)
    writer = _Writer(waiting, *handlers)
    root, own = logging.getLogger(), logging.getLogger(_OWN)
    before = root.level, own.level
    root.setLevel(logging.WARNING)
    own.setLevel(settings.level.upper())
    root.addHandler(entrance)
    writer.start()
    try:
        yield
    finally:
        root.removeHandler(entrance)
        root.setLevel(before[0])
        own.setLevel(before[1])
        writer.stop()
        for handler in handlers:
            handler.close()


def _open_file(file: Path, largest: int, files: int) -> logging.Handler:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return _File(file, maxBytes=largest, backupCount=files - 1, encoding="utf-8")
    except OSError as error:
        raise ConfigError(
            f"the log file {file} cannot be written ({error.strerror}): make its folder writable,"
            " or choose another with [hotline] data_dir"
        ) from error


class _Entrance(QueueHandler):
    """Takes records where they arise: there the call is known, and there personal data stays."""

    def __init__(self, waiting: "Queue[logging.LogRecord | None]", *, personal: bool) -> None:
        super().__init__(waiting)
        self._waiting = waiting
        self._personal = personal
        self._dropped = 0

    @override
    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        ready = copy.copy(record)
        ready.msg, ready.args = record.getMessage(), None
        if record.exc_info and record.exc_info[1] is not None:
            ready.exc_text = "".join(_traceback(record.exc_info[1], personal=self._personal))
        ready.exc_info = None
        for what, of in (("call", current_call.get()), ("request", current_request.get())):
            if of is not None and not hasattr(ready, what):
                ready.__dict__[what] = of
        if not self._personal:
            for name in [name for name in vars(ready) if name.startswith(PERSONAL)]:
                delattr(ready, name)
        return ready

    @override
    def enqueue(self, record: logging.LogRecord) -> None:
        # Called under the handler's lock, so the count is right.
        try:
            if self._dropped:
                self._waiting.put_nowait(_dropped(self._dropped))
                self._dropped = 0
            self._waiting.put_nowait(record)
        except Full:
            self._dropped += 1


def _dropped(messages: int) -> logging.LogRecord:
    return logging.makeLogRecord(
        {
            "name": __name__,
            "levelno": logging.WARNING,
            "levelname": "WARNING",
            "msg": "log messages were dropped",
            "messages": messages,
        }
    )


class _Writer(QueueListener):
    def __init__(self, waiting: "Queue[logging.LogRecord | None]", *to: logging.Handler) -> None:
        super().__init__(waiting, *to)
        self._waiting = waiting

    @override
    def enqueue_sentinel(self) -> None:
        self._waiting.put(None)  # Waits for room, where the usual one gives up.


class _Terminal(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(LineFormatter())

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        """A terminal that has gone takes nothing, and there is nobody to tell."""


class _File(RotatingFileHandler):
    def __init__(self, file: Path, **options: Any) -> None:
        self._failing = False
        super().__init__(file, **options)
        self.setFormatter(JsonFormatter())

    @override
    def _open(self) -> Any:
        # As private as the database, for the case that `log.personal` is on.
        return open(
            self.baseFilename,
            self.mode,
            encoding=self.encoding,
            opener=lambda path, flags: os.open(path, flags, 0o600),
        )

    @override
    def emit(self, record: logging.LogRecord) -> None:
        failing, self._failing = self._failing, False
        super().emit(record)
        if self._failing and not failing:
            sys.stderr.write(f"ivr: the log file {self.baseFilename} cannot be written\n")

    @override
    def handleError(self, record: logging.LogRecord) -> None:
        self._failing = True

    @override
    def close(self) -> None:
        # A full disk was told of already; it must not keep the program from ending.
        with suppress(OSError):
            super().close()


class JsonFormatter(logging.Formatter):
    """One JSON object a line: at, level, logger, message, the extras, traceback."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in _extras(record).items() if name not in fields}
        if record.exc_text:
            fields["traceback"] = record.exc_text
        text = json.dumps(fields, ensure_ascii=False, default=str)
        # JSON lets Unicode's line ends through, at which other programs would cut the line.
        return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)


class LineFormatter(logging.Formatter):
    """One line for people: local time, level, call, message, extras; a traceback below."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        extras = _extras(record)
        call = extras.pop("call", None)
        parts = [
            datetime.fromtimestamp(record.created, UTC).astimezone().strftime("%H:%M:%S"),
            f"{record.levelname:<7}",
            record.name.removeprefix(f"{_OWN}."),
            *([f"[{_plain(str(call))}]"] if call is not None else []),
            _plain(record.getMessage()),
            *(f"{name}={_value(value)}" for name, value in extras.items()),
        ]
        line = " ".join(parts)
        return f"{line}\n{record.exc_text.rstrip()}" if record.exc_text else line


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _USUAL}


def _value(value: object) -> str:
    if isinstance(value, (int, float)):
        return str(value)
    return _plain(json.dumps(str(value), ensure_ascii=False))


def _plain(text: str) -> str:
    """Nobody may forge a line of the log, or steer the terminal, by what they say."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _traceback(
    error: BaseException, *, personal: bool, indent: str = "", seen: frozenset[int] = frozenset()
) -> Iterator[str]:
    if id(error) in seen:
        return
    seen |= {id(error)}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _traceback(cause, personal=personal, indent=indent, seen=seen)
        yield f"{indent}which led to:\n"
    for place in traceback.format_tb(error.__traceback__):
        yield "".join(f"{indent}{line}\n" for line in place.splitlines())
    kind = type(error).__qualname__
    # The house's own errors and the system's are about things, not about people.
    telling = personal or isinstance(error, (HotlineError, OSError))
    yield f"{indent}{kind}: {error}\n" if telling else f"{indent}{kind}\n"
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _traceback(inner, personal=personal, indent=indent + "  | ", seen=seen)
