"""The list of answers that the program gives, against the code that gives them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ivr import understanding
from ivr.understanding.actions.given import GIVEN

CODE = [
    file
    for file in sorted(Path(understanding.__path__[0]).rglob("*.py"))
    if file.name != "given.py"
]


def named(tree: ast.AST) -> Iterator[str]:
    """Names of answers; of those that are put together, the beginning with a `*`."""
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for text in joined for part in text.values}
    for text in joined:
        if isinstance(first := text.values[0], ast.Constant):
            yield str(first.value) + "*"
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in inside:
            yield str(node.value)


def test_every_answer_that_the_code_gives_is_listed_and_no_other() -> None:
    found = {
        name
        for file in CODE
        for name in named(ast.parse(file.read_text("utf-8")))
        if name.startswith("utter_")
    }
    begun = tuple(name.removesuffix("*") for name in found if name.endswith("*"))
    whole = {name for name in found if not name.endswith("*")}
    assert whole <= GIVEN
    assert all(name in whole or name.startswith(begun) for name in GIVEN)
    assert all(any(name.startswith(begin) for name in GIVEN) for begin in begun)
