"""Nothing that callers say or are called gets into a log message.

Every call of a logger in the program must have a fixed text; what varies goes into `extra`, where
what is personal is named `personal_…` and so is dropped unless the admin asks for it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PROGRAM = Path(__file__).resolve().parents[2] / "ivr"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOGGERS = {"log", "_log", "logger", "_logger", "logging", "LOG", "LOGGER"}
PERSONAL = {
    "address", "caller", "caller_name", "called", "customer", "digits", "heard", "key", "keys",
    "name", "number", "order_number", "phone", "said", "slots", "text", "transcript", "utterance",
    "words",
}  # fmt: skip
HARMLESS = {"voice.name", "recognizer.name", "model.name", "engine.name", "product.number"}
"""Names of things, not of people."""


def complaints(source: str) -> Iterator[str]:
    """What is wrong with each logger call of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _logs(node):
            yield from (f"line {node.lineno}: {complaint}" for complaint in _wrong(node))


def _logs(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in LEVELS:
        return False
    of = call.func.value
    if isinstance(of, ast.Call):  # logging.getLogger(…).info(…)
        return isinstance(of.func, ast.Attribute) and of.func.attr == "getLogger"
    named = of.attr if isinstance(of, ast.Attribute) else of.id if isinstance(of, ast.Name) else ""
    return named in LOGGERS


def _wrong(call: ast.Call) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    arguments = call.args[1:] if call.func.attr == "log" else call.args
    if not arguments or not _fixed(arguments[0]):
        yield "the message is not a fixed text"
    if len(arguments) > 1:
        yield "the message takes arguments; put them into extra"
    for keyword in call.keywords:
        if keyword.arg == "extra":
            yield from _wrong_extra(keyword.value)
        elif keyword.arg not in ("exc_info", "stack_info", "stacklevel"):
            yield f"there is no place for {keyword.arg}"


def _fixed(message: ast.expr) -> bool:
    return isinstance(message, ast.Constant) and isinstance(message.value, str)


def _wrong_extra(extra: ast.expr) -> Iterator[str]:
    if not isinstance(extra, ast.Dict):
        yield "extra is not written out, so nobody can see what is in it"
        return
    for name, value in zip(extra.keys, extra.values, strict=True):
        if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
            yield "a name in extra is not a fixed text"
        elif not name.value.startswith("personal_"):
            personal = sorted({*_names(value), name.value} & PERSONAL)
            if personal:
                yield f"{personal} in extra must be named personal_{name.value}"


def _names(value: ast.expr) -> Iterator[str]:
    """Every variable and attribute that goes into a value, but for names of things."""
    if ast.unparse(value) in HARMLESS:
        return
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "len":
        return  # How many or how long tells nothing of what.
    if isinstance(value, ast.Name):
        yield value.id
    if isinstance(value, ast.Attribute):
        yield value.attr
    for child in ast.iter_child_nodes(value):
        if isinstance(child, ast.expr):
            yield from _names(child)


@pytest.mark.parametrize("module", sorted(PROGRAM.rglob("*.py")), ids=lambda path: path.stem)
def test_no_logger_call_tells_of_people(module: Path) -> None:
    assert list(complaints(module.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "log.info(f'heard {text}')",
        "log.info('heard %s', text)",
        "self._log.warning('heard ' + text)",
        "logging.getLogger(__name__).error(message)",
        "logger.log(10, 'called by {}'.format(caller))",
        "_log.error('failed', extra={'text': 'x'})",
        "_log.error('failed', extra={'what': turn.text})",
        "_log.error('failed', extra={'what': str(record.start.caller)})",
        "_log.error('failed', extra={'what': f'{digits}'})",
        "_log.error('failed', extra=fields)",
        "_log.error('failed', extra={**fields})",
    ],
)
def test_the_guard_sees(wrong: str) -> None:
    assert list(complaints(wrong)) != []


@pytest.mark.parametrize(
    "right",
    [
        "log.info('heard', extra={'personal_text': text, 'length': len(text)})",
        "log.exception('failed')",
        "log.warning('late', extra={'voice': voice.name, 'reason': str(error)}, exc_info=error)",
        "math.log(number)",
    ],
)
def test_the_guard_lets_pass(right: str) -> None:
    assert list(complaints(right)) == []
