"""Writes pieces as Rasa's files, each where it came from.

For people, everything is kept, also what Rasa has no word for (as metadata that it ignores). For a
training, intents that are switched off are left out with their rules, and what recognizers made of
examples is trained on like any other example.
"""

from collections.abc import Iterable
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import LiteralScalarString

from ivr.core.training import Body
from ivr.training import pieces as p
from ivr.training.answers import for_rasa
from ivr.training.examples import Example, key, marked
from ivr.training.follows import intents_in
from ivr.training.frozen import words_of_tests
from ivr.training.pieces import Content

_Document = dict[str, Any]
_OWN = "hotline"
_VERSION = "3.1"


def write_project(content: Content, *, for_training: bool = False) -> dict[str, str]:
    """The files by their paths, relative to the project's folder."""
    off = _off(content) if for_training else frozenset()
    tests = words_of_tests(content) if for_training else frozenset()
    files: dict[str, _Document] = {}
    for piece in content.of(p.PART).values():
        files.setdefault(piece.body["file"], {})[piece.body["key"]] = piece.body["value"]
    for name, piece in content.of(p.INTENT).items():
        if name not in off:
            body = _trained(piece.body, tests) if for_training else _kept(piece.body)
            _put_intent(files, name, body)
    for kind in (p.SYNONYM, p.LOOKUP, p.REGEX):
        for name, piece in content.of(kind).items():
            _at(files, piece.body["file"], "nlu", []).append(_block(kind, name, piece.body))
    for name, piece in content.of(p.ANSWER).items():
        variants = piece.body["variants"]
        if for_training:
            variants = [_for_rasa(variant) for variant in variants]
        _at(files, piece.body["file"], "responses", {})[name] = variants
    _put_steps(files, content, off)
    for piece in content.of(p.TEST).values():
        block = _block(p.INTENT, piece.body["intent"], piece.body)
        _at(files, piece.body["file"], "nlu", []).append(block)
    written = {file: _yaml(document) for file, document in files.items()}
    return written | {name: piece.body["text"] for name, piece in content.of(p.FILE).items()}


def _off(content: Content) -> frozenset[str]:
    return frozenset(
        name for name, piece in content.of(p.INTENT).items() if not piece.body.get("on", True)
    )


def _at(files: dict[str, _Document], file: str, key: str, empty: Any) -> Any:
    return files.setdefault(file, {}).setdefault(key, empty)


def _put_steps(files: dict[str, _Document], content: Content, off: frozenset[str]) -> None:
    for kind, part in ((p.RULE, "rules"), (p.STORY, "stories")):
        for piece in content.of(kind).values():
            if not off.intersection(intents_in(piece.body["steps"])):
                _at(files, piece.body["file"], part, []).append(_steps(kind, piece.body))


def _put_intent(files: dict[str, _Document], name: str, body: Body) -> None:
    if body.get("file"):
        _at(files, body["file"], "nlu", []).append(_block(p.INTENT, name, body))
    if body.get("domain_file"):
        entry = {name: body["domain"]} if body.get("domain") is not None else name
        _at(files, body["domain_file"], "intents", []).append(entry)


def _trained(body: Body, tests: frozenset[str]) -> Body:
    """With what was heard of it, unless that became a test since: nothing is trained on tests."""
    texts = [each["text"] for each in body.get("heard", ())]
    heard = [text for text in texts if key(text) not in tests]
    return {**body, "examples": [*body["examples"], *heard]}


def _kept(body: Body) -> Body:
    """With what Rasa has no word for as metadata."""
    own = {key: body[key] for key in ("on", "threshold") if body.get(key) is not None}
    extra = dict(body.get("extra", {}))
    if own:
        extra["metadata"] = {**extra.get("metadata", {}), _OWN: own}
    heard = [
        {
            "text": each["text"],
            "metadata": {_OWN: {key: each[key] for key in each if key != "text"}},
        }
        for each in body.get("heard", ())
    ]
    return {**body, "examples": [*body["examples"], *heard], "extra": extra}


def _block(kind: str, name: str, body: Body) -> _Document:
    listed = bool(body.get("listed"))
    return {
        kind: name,
        **body.get("extra", {}),
        "examples": _written(body["examples"], listed=listed),
    }


def _written(examples: Iterable[Example], *, listed: bool) -> Any:
    every = list(examples)
    if listed or any(not isinstance(each, str) or "\n" in each for each in every):
        return [each if not isinstance(each, str) else {"text": each} for each in every]
    return LiteralScalarString("".join(f"- {marked(each)}\n" for each in every))


def _for_rasa(variant: _Document) -> _Document:
    return variant | ({"text": for_rasa(variant["text"])} if "text" in variant else {})


def _steps(kind: str, body: Body) -> _Document:
    rest = {key: body[key] for key in body if key not in ("file", "title")}
    return {kind: body["title"], **rest}


def _yaml(document: _Document) -> str:
    writer = YAML()
    writer.width = 10_000
    writer.allow_unicode = True
    writer.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    writer.dump({"version": _VERSION} | document, stream)
    return stream.getvalue()
