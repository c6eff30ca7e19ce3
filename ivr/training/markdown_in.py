"""Reads Rasa's old Markdown: training data and stories as they were written before Rasa 2."""

import json
import re
from collections.abc import Callable
from typing import Any

from ivr.training import pieces as p
from ivr.training.examples import BadMark, parse
from ivr.training.yaml_in import Reader

_HEADING = re.compile(r"^##\s*(intent|synonym|lookup|regex)\s*:\s*(.+?)\s*$", re.IGNORECASE)
_STORY = re.compile(r"^##\s*(.+?)\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_OLD_MARK = re.compile(r"\[([^\]]+)\]\(([^:)]+):([^)]+)\)")
"""`[Kocher](product:Wasserkocher)`, which Rasa 3 writes in braces."""
_STEP = re.compile(r"^(?P<name>[^{]+?)\s*(?P<more>\{.*\})?$")


def is_stories(text: str) -> bool:
    """Whether an old Markdown file holds stories; else it holds training data."""
    return not any(_HEADING.match(line) for line in text.splitlines()) and any(
        line.startswith("* ") for line in text.splitlines()
    )


def read_markdown(reader: Reader, file: str, text: str) -> None:
    """Add what a file holds to the reader. What comes of it is kept in files of today."""
    # Comments keep their lines, so that problems name the right ones.
    text = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), text)
    (_read_stories if is_stories(text) else _read_nlu)(reader, file, text)


def _read_nlu(reader: Reader, file: str, text: str) -> None:
    add: Callable[[str], None] | None = None
    kind = ""
    for line, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if heading := _HEADING.match(words):
            kind = heading[1].lower()
            add = _block(reader, kind, heading[2])
        elif words.startswith("##"):
            add = None
            reader.wrong(file, line, "md_heading", text=words[:40])
        elif words[:1] in ("-", "*", "+") and words[1:2] in (" ", ""):
            _add_example(reader, file, line, words[1:].strip(), add, marks=kind == p.INTENT)
        elif words and not words.startswith("#"):
            # A lookup may name a file of its own, which is not ours to read.
            reader.wrong(file, line, "md_stray", text=words[:40])


def _block(reader: Reader, kind: str, name: str) -> Callable[[str], None]:
    # What an old synonym heading may carry besides: `synonym:Kocher`.
    body = reader.found.setdefault((kind, name), {"examples": []})
    body.setdefault("file", p.NLU_FILE)
    if kind == p.INTENT:
        body.setdefault("domain_file", p.DOMAIN_FILE)
    examples: list[str] = body["examples"]
    return examples.append


def _add_example(
    reader: Reader,
    file: str,
    line: int,
    text: str,
    add: Callable[[str], None] | None,
    *,
    marks: bool,
) -> None:
    modern = _OLD_MARK.sub(_in_braces, text)
    try:
        parse(modern if marks else "")
    except BadMark as error:
        reader.wrong(file, line, "bad_mark", mark=str(error))
        return
    if add is None:
        reader.wrong(file, line, "md_stray", text=text[:40])
    elif not text:
        reader.wrong(file, line, "empty_example")
    else:
        add(modern if marks else text)


def _in_braces(found: re.Match[str]) -> str:
    mark = {"entity": found[2].strip(), "value": found[3].strip()}
    return f"[{found[1]}]{json.dumps(mark, ensure_ascii=False)}"


def _read_stories(reader: Reader, file: str, text: str) -> None:
    steps: list[Any] | None = None
    for line, raw in enumerate(text.splitlines(), 1):
        words = raw.strip()
        if story := _STORY.match(words):
            steps = _story(reader, story[1])
        elif not words:
            continue
        elif steps is None:
            reader.wrong(file, line, "md_stray", text=words[:40])
        elif words.startswith(">"):
            steps.append({"checkpoint": words[1:].strip()})
        elif words.startswith("*"):
            _said(reader, file, line, words[1:].strip(), steps)
        elif words.startswith("-"):
            _done(reader, file, line, words[1:].strip(), steps)
        else:
            reader.wrong(file, line, "md_stray", text=words[:40])
    for kind, name in [key for key in reader.found if key[0] == p.STORY]:
        if not reader.found[kind, name]["steps"]:
            del reader.found[kind, name]


def _story(reader: Reader, title: str) -> list[Any]:
    name, count = title, 1
    while (p.STORY, name) in reader.found:
        name = f"{title} ({(count := count + 1)})"
    steps: list[Any] = []
    reader.found[p.STORY, name] = {"file": "data/stories.yml", "title": title, "steps": steps}
    return steps


def _said(reader: Reader, file: str, line: int, words: str, steps: list[Any]) -> None:
    intents = []
    for one in words.split(" OR "):
        step = _STEP.match(one)
        more = None if step is None else _json(reader, file, line, step["more"])
        if step is None or more is None:
            return
        entities = [{name: value} for name, value in more.items()]
        intents.append(
            {"intent": step["name"], "entities": entities} if more else {"intent": step["name"]}
        )
    steps.append({"or": intents} if len(intents) > 1 else intents[0])


def _done(reader: Reader, file: str, line: int, words: str, steps: list[Any]) -> None:
    step = _STEP.match(words)
    more = None if step is None else _json(reader, file, line, step["more"])
    if step is None or more is None:
        return
    match step["name"]:
        case "slot":
            steps.append({"slot_was_set": [{name: value} for name, value in more.items()]})
        case "form" | "active_loop":
            steps.append({"active_loop": more.get("name")})
        case action:
            steps.append({"action": action})


def _json(reader: Reader, file: str, line: int, text: str | None) -> dict[str, Any] | None:
    """What stands in braces; None, and a problem, where it is broken."""
    if text is None:
        return {}
    try:
        found: dict[str, Any] = json.loads(text)
    except ValueError:
        reader.wrong(file, line, "bad_mark", mark=text[:40])
        return None
    return found
