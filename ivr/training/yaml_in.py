"""Reads Rasa's files (nlu, domain, rules, stories, tests) into pieces, and names errors by line.

Nothing is applied here: the caller gets all pieces, or all problems.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarbool import ScalarBoolean
from typing_extensions import override

from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.examples import BadMark, Example, parse, tidy
from ivr.training.texts import say

_BLOCKS = {"intent": p.INTENT, "synonym": p.SYNONYM, "lookup": p.LOOKUP, "regex": p.REGEX}
_OWN = "hotline"
"""Key in the metadata of intents and examples under which stands what Rasa has no word for."""
_Found: TypeAlias = dict[tuple[str, str], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, where, in the admin's words."""

    file: str
    line: int
    """From 1; 0 where it concerns the whole file."""
    text: str

    @override
    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"
        )


@dataclass(slots=True)
class Reader:
    """Gathers pieces and problems from file after file."""

    found: _Found = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def edits(self) -> list[Edit]:
        return [Edit(kind, name, body) for (kind, name), body in self.found.items()]

    def wrong(self, file: str, line: int, key: str, **values: object) -> None:
        self.problems.append(Problem(file, line, say(key, **values)))


def read_project(files: Mapping[str, str]) -> Reader:
    """Pieces of a whole Rasa project, by paths relative to its folder."""
    reader = Reader()
    for file, text in files.items():
        if file.startswith("tests/test_") or file in ("config.yml", "endpoints.yml"):
            reader.found[p.FILE, file] = {"text": text}
        elif file.endswith((".yml", ".yaml")):
            read_yaml(reader, file, text)
    return reader


def read_yaml(reader: Reader, file: str, text: str) -> None:
    """One file; what it holds is told by its keys."""
    yaml = YAML(typ="rt")
    try:
        content = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reader.wrong(file, mark.line + 1 if mark else 0, "yaml", what=error.problem or "")
        return
    except YAMLError as error:
        reader.wrong(file, 0, "yaml", what=type(error).__name__)
        return
    if content is None:
        return
    if not isinstance(content, CommentedMap):
        reader.wrong(file, 1, "no_table")
        return
    test = file.startswith("tests/")
    readers: Mapping[str, Callable[[Reader, str, Any, int], None]] = {
        "nlu": _read_tests if test else _read_nlu,
        "rules": _read_steps(p.RULE, "rule"),
        "stories": _read_steps(p.STORY, "story"),
        "intents": _read_intents,
        "responses": _read_answers,
    }
    for key, value in content.items():
        line = content.lc.key(key)[0] + 1
        if key in readers:
            readers[key](reader, file, value, line)
        else:
            body = {"file": file, "key": str(key), "value": bare(value)}
            reader.found[p.PART, f"{file}#{key}"] = body


def bare(value: Any) -> Any:
    """What ruamel made, without its memory of how it was written."""
    if isinstance(value, Mapping):
        return {str(key): bare(each) for key, each in value.items()}
    if isinstance(value, list):
        return [bare(each) for each in value]
    if isinstance(value, bool | ScalarBoolean):
        return bool(value)
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None if value is None else str(value)


def _listed(reader: Reader, file: str, value: Any, line: int) -> Iterator[tuple[int, Any]]:
    """The entries of a list with their lines."""
    if value is None:
        return
    if not isinstance(value, list):
        reader.wrong(file, line, "no_list")
        return
    for at, entry in enumerate(value):
        yield value.lc.item(at)[0] + 1 if hasattr(value, "lc") else line, entry


def _read_nlu(reader: Reader, file: str, value: Any, line: int) -> None:
    for at, block in _listed(reader, file, value, line):
        kind = next((key for key in _BLOCKS if isinstance(block, Mapping) and key in block), None)
        if kind is None:
            reader.wrong(file, at, "no_block")
            continue
        name = str(block[kind])
        examples = _examples(reader, file, block, at, marks=kind == "intent")
        extra = {key: bare(block[key]) for key in block if key not in (kind, "examples")}
        body = reader.found.setdefault((_BLOCKS[kind], name), {"file": file, "examples": []})
        body.setdefault("file", file)
        if kind == "intent":
            _own(body, extra)
            examples = _heard_apart(body, examples)
        body["examples"] = [*body["examples"], *examples]
        if not isinstance(block.get("examples"), str):
            body["listed"] = True
        if extra:
            body["extra"] = {**body.get("extra", {}), **extra}


def _own(body: dict[str, Any], extra: dict[str, Any]) -> None:
    metadata = extra.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get(_OWN), dict):
        own = metadata.pop(_OWN)
        body |= {key: own[key] for key in ("on", "threshold") if key in own}
        if not metadata:
            del extra["metadata"]


def _heard_apart(body: dict[str, Any], examples: list[Example]) -> list[Example]:
    rest: list[Example] = []
    for example in examples:
        metadata = {} if isinstance(example, str) else example.get("metadata")
        own = metadata.get(_OWN) if isinstance(metadata, dict) else None
        if isinstance(own, dict) and "said" in own and not isinstance(example, str):
            body.setdefault("heard", []).append({"text": example["text"], **own})
        else:
            rest.append(example)
    return rest


def _examples(
    reader: Reader, file: str, block: Any, line: int, *, marks: bool = True
) -> list[Example]:
    given = block.get("examples")
    if given is None:
        reader.wrong(file, line, "no_examples")
        return []
    first = block.lc.key("examples")[0] + 1
    if isinstance(given, str):
        return list(_lines(reader, file, given, first, marks=marks))
    found: list[Example] = []
    for at, entry in _listed(reader, file, given, first):
        text = entry.get("text") if isinstance(entry, Mapping) else entry
        if not isinstance(text, str):
            reader.wrong(file, at, "no_text")
        elif _checked(reader, file, at, text, marks=marks):
            more = bare(entry) if isinstance(entry, Mapping) else {}
            text = _undashed(text)
            plain_text = set(more) <= {"text"}
            found.append(text if plain_text else {**more, "text": text})
    return found


def _undashed(text: str) -> str:
    """Rasa writes the text of its longer form as `- words` now and then."""
    return text.strip().removeprefix("- ").strip()


def _lines(reader: Reader, file: str, block: str, line: int, *, marks: bool) -> Iterator[str]:
    for at, each in enumerate(block.splitlines(), line + 1):
        text = each.strip()
        if not text or text.startswith("#"):
            continue
        if not text.startswith("-"):
            reader.wrong(file, at, "no_dash", text=text[:40])
        elif _checked(reader, file, at, text := text[1:].strip(), marks=marks):
            yield text


def _checked(reader: Reader, file: str, line: int, text: str, *, marks: bool) -> bool:
    try:
        parse(text if marks else "")
    except BadMark as error:
        reader.wrong(file, line, "bad_mark", mark=str(error))
        return False
    if not tidy(text).strip("- "):
        reader.wrong(file, line, "empty_example")
        return False
    return True


def _read_tests(reader: Reader, file: str, value: Any, line: int) -> None:
    for at, block in _listed(reader, file, value, line):
        if not (isinstance(block, Mapping) and "intent" in block):
            reader.wrong(file, at, "no_block")
            continue
        body = reader.found.setdefault(
            (p.TEST, f"{file}#{block['intent']}"),
            {"file": file, "intent": str(block["intent"]), "examples": []},
        )
        body["examples"] += _examples(reader, file, block, at)


def _read_steps(kind: str, key: str) -> Callable[[Reader, str, Any, int], None]:
    def read(reader: Reader, file: str, value: Any, line: int) -> None:
        for at, entry in _listed(reader, file, value, line):
            if not (isinstance(entry, Mapping) and key in entry and entry.get("steps")):
                reader.wrong(file, at, "no_steps")
                continue
            title = name = str(entry[key])
            count = 1
            while (kind, name) in reader.found:
                name = f"{title} ({(count := count + 1)})"
            body = {each: bare(entry[each]) for each in entry if each != key}
            reader.found[kind, name] = {"file": file, "title": title, **body}

    return read


def _read_intents(reader: Reader, file: str, value: Any, line: int) -> None:
    for at, entry in _listed(reader, file, value, line):
        options = None
        if isinstance(entry, Mapping) and len(entry) == 1:
            (name, options), *_ = entry.items()
        elif isinstance(entry, str):
            name = entry
        else:
            reader.wrong(file, at, "no_intent")
            continue
        body = reader.found.setdefault((p.INTENT, str(name)), {"examples": []})
        body["domain_file"] = file
        if options is not None:
            body["domain"] = bare(options)


def _read_answers(reader: Reader, file: str, value: Any, line: int) -> None:
    if not isinstance(value, CommentedMap):
        if value is not None:
            reader.wrong(file, line, "no_table")
        return
    for name, variants in value.items():
        at = value.lc.key(name)[0] + 1
        if not isinstance(variants, list) or not all(isinstance(v, Mapping) for v in variants):
            reader.wrong(file, at, "no_variants", name=str(name))
            continue
        reader.found[p.ANSWER, str(name)] = {"file": file, "variants": bare(variants)}
