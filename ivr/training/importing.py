"""Takes over what others have made: Rasa projects, old Markdown, tables. All or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.csv_files import read_examples
from ivr.training.examples import key, marked
from ivr.training.markdown_in import read_markdown
from ivr.training.pieces import Content
from ivr.training.yaml_in import Reader, read_project

_OLD_DOMAIN = {"templates:": "responses:"}
"""What Rasa 1 called otherwise at the beginning of a line of its domain."""
_OLD_SLOT = "type: unfeaturized"


def read_any(files: Mapping[str, str]) -> Reader:
    """Pieces of files of any kind, told by their endings; `problems` if some cannot be read."""
    yaml = {
        file: _modern(text) if "domain" in file else text
        for file, text in files.items()
        if file.endswith((".yml", ".yaml"))
    }
    reader = read_project(yaml)
    for file, text in files.items():
        if file.endswith(".md"):
            read_markdown(reader, file, text)
        elif file.endswith(".csv"):
            read_examples(reader, file, text)
    for (kind, _), body in reader.found.items():
        if kind == p.INTENT and body["examples"]:
            body.setdefault("file", p.NLU_FILE)
            body.setdefault("domain_file", p.DOMAIN_FILE)
    return reader


def _modern(domain: str) -> str:
    """A domain of Rasa 1 as Rasa 3 reads it; the lines stay where they are."""
    lines = [_OLD_DOMAIN.get(line.rstrip(), line) for line in domain.splitlines()]
    text = "\n".join(lines) + "\n"
    if _OLD_SLOT in text:
        text = text.replace(_OLD_SLOT, "type: any")
    return text


def edits_of(content: Content, reader: Reader, *, replace: bool) -> list[Edit]:
    """The changes that take everything over, of the versions in `content`. `replace`: what is not
    in the files goes; else examples are added to what is there, and other pieces of the same name
    are replaced."""
    return [
        Edit(edit.kind, edit.name, edit.body, 0 if piece is None else piece.version)
        for edit in _edits(content, reader, replace=replace)
        for piece in (content.of(edit.kind).get(edit.name),)
    ]


def _edits(content: Content, reader: Reader, *, replace: bool) -> list[Edit]:
    edits = reader.edits()
    if replace:
        named = {(edit.kind, edit.name) for edit in edits}
        gone = [
            Edit(piece.kind, piece.name, None)
            for piece in content.pieces
            if piece.kind in p.RASA_KINDS and (piece.kind, piece.name) not in named
        ]
        return [*edits, *gone]
    return [_added(content, edit) for edit in edits]


@dataclass(frozen=True, slots=True)
class Effect:
    """What an import would do, in pieces of each kind."""

    gone: Mapping[str, int]
    changed: Mapping[str, int]
    new: Mapping[str, int]
    examples_gone: int
    """Examples of intents that would not be there any more."""


def effect_of(content: Content, edits: Sequence[Edit]) -> Effect:
    gone, changed, new = Counter[str](), Counter[str](), Counter[str]()
    lost = 0
    for edit in edits:
        piece = content.of(edit.kind).get(edit.name)
        if piece is None:
            new[edit.kind] += edit.body is not None
        elif edit.body is None:
            gone[edit.kind] += 1
        elif edit.body != piece.body:
            changed[edit.kind] += 1
        if piece is not None and edit.kind == p.INTENT:
            left = {key(marked(each)) for each in (edit.body or {}).get("examples", ())}
            lost += sum(key(marked(each)) not in left for each in piece.body["examples"])
    return Effect(+gone, +changed, +new, lost)


def _added(content: Content, edit: Edit) -> Edit:
    piece = content.of(edit.kind).get(edit.name)
    if piece is None or edit.body is None or edit.kind not in (p.INTENT, p.SYNONYM, p.TEST):
        return edit
    there = {key(marked(each)) for each in piece.body["examples"]}
    fresh = [each for each in edit.body["examples"] if key(marked(each)) not in there]
    body = {**piece.body, "examples": [*piece.body["examples"], *fresh]}
    body.setdefault("file", edit.body.get("file"))
    return Edit(edit.kind, edit.name, body)
