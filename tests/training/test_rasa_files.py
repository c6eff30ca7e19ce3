"""Rasa's files in and out: nothing that Rasa can express is lost, and errors name their line."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from ivr.config.loading import PROGRAM_FOLDER
from ivr.core.training import Edit
from ivr.training import pieces as p
from ivr.training.csv_files import read_examples, read_products, write_examples, write_products
from ivr.training.examples import Mark, parse, plain, tidy, write
from ivr.training.markdown_in import read_markdown
from ivr.training.pieces import content_of
from ivr.training.yaml_in import Reader, read_project
from ivr.training.yaml_out import write_project

NLU = PROGRAM_FOLDER / "nlu"


def shipped() -> dict[str, str]:
    return {
        file.relative_to(NLU).as_posix(): file.read_text("utf-8")
        for folder in ("data", "domain", "tests")
        for file in sorted((NLU / folder).rglob("*.yml"))
    }


def meaning(document: Any) -> Any:
    """What Rasa sees: examples as lists, intents in any order, no comments."""
    if isinstance(document, dict):
        return {
            key: [line.strip()[1:].strip() for line in value.splitlines() if line.strip()]
            if key == "examples" and isinstance(value, str)
            else sorted(map(str, value))
            if key == "intents"
            else meaning(value)
            for key, value in document.items()
        }
    if isinstance(document, list):
        return [meaning(each) for each in document]
    return document


def test_the_shipped_project_comes_back_as_it_was() -> None:
    files = shipped()
    reader = read_project(files)
    assert reader.problems == []
    written = write_project(content_of(reader.edits()))
    assert set(written) == set(files)
    for file, text in files.items():
        assert meaning(yaml.safe_load(written[file])) == meaning(yaml.safe_load(text)), file


WORDS = st.text(
    st.characters(
        codec="utf-8",
        exclude_categories=["Cc", "Cs", "Zl", "Zp"],
        exclude_characters="[]\ufffe\uffff",
    ),
    min_size=1,
    max_size=30,
).filter(lambda text: text.strip(" -#") == text and " ".join(text.split()) == text != "")
NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
HEARD = st.fixed_dictionaries({"text": WORDS, "said": WORDS, "voice": NAMES})
INTENTS = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {"examples": st.lists(WORDS, min_size=1, max_size=5)},
        optional={
            "on": st.booleans(),
            "threshold": st.floats(0, 1),
            "heard": st.lists(HEARD, min_size=1, max_size=2),
        },
    ),
    min_size=1,
    max_size=4,
)


def put_in_order(body: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key not in ("listed", "domain_file")}


@given(INTENTS, st.dictionaries(NAMES, st.lists(WORDS, min_size=1), max_size=3))
def test_whatever_is_written_is_read_again(
    intents: dict[str, dict[str, Any]], answers: dict[str, list[str]]
) -> None:
    edits = [Edit(p.INTENT, name, p.new_intent(**body)) for name, body in intents.items()] + [
        Edit(p.ANSWER, name, {"file": p.DOMAIN_FILE, "variants": [{"text": t} for t in texts]})
        for name, texts in answers.items()
    ]
    reader = read_project(write_project(content_of(edits)))
    assert reader.problems == []
    again = content_of(reader.edits())
    for edit in edits:
        body = again.body(edit.kind, edit.name)
        assert edit.body is not None
        assert put_in_order(dict(body)) == put_in_order(dict(edit.body))


def test_for_a_training_what_is_off_is_left_out_with_its_rules() -> None:
    content = content_of(
        [
            Edit(
                p.INTENT, "an", p.new_intent(examples=["ja"], heard=[{"text": "da", "said": "ja"}])
            ),
            Edit(p.INTENT, "aus", p.new_intent(examples=["nein"], on=False)),
            Edit(p.RULE, "r", {"file": "r.yml", "title": "r", "steps": [{"intent": "aus"}]}),
        ]
    )
    written = write_project(content, for_training=True)
    nlu = yaml.safe_load(written[p.NLU_FILE])["nlu"]
    assert [(each["intent"], each["examples"]) for each in nlu] == [("an", "- ja\n- da\n")]
    assert "r.yml" not in written


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("nlu:\n  - intent: a\n    examples: |\n      - gut\n      schlecht\n", 5),
        ('nlu:\n  - intent: a\n    examples: |\n      - gut\n\n      - [x]{"entity": }\n', 6),
        ("nlu:\n  - intent: a\n    examples: |\n      - a\n  - intnt: b\n", 5),
        ("rules:\n  - rule: a\n    steps:\n      - intent: a\n  - rule: b\n", 5),
        ("responses:\n  utter_a:\n    - text: a\n  utter_b: Hallo\n", 4),
        ("nlu:\n  - intent: a\n   examples: x\n", 3),
        ("nlu:\n  - intent: a\n", 2),
        ("- a\n", 1),
    ],
)
def test_errors_name_their_line(text: str, line: int) -> None:
    reader = read_project({"data/nlu.yml": text})
    assert [problem.line for problem in reader.problems] == [line]


OLD_NLU = """
## intent:oeffnungszeiten
- Wann habt ihr auf?
<!-- eine
     Anmerkung -->
- Ist [heute](tag) offen
* Haben Sie [Samstag](tag:samstag) auf

## synonym:samstag
- Sonnabend

## lookup:stadt
- Kassel

## regex:plz
- [0-9]{5}
"""
OLD_STORIES = """
## auskunft
* oeffnungszeiten{"tag": "samstag"} OR gruss
  - utter_zeiten
  - slot{"tag": "samstag"}
> weiter

## auskunft
* gruss
  - bestell_form
  - form{"name": "bestell_form"}
  - form{"name": null}
"""


def test_old_markdown_becomes_what_rasa_reads_today() -> None:
    reader = Reader()
    read_markdown(reader, "nlu.md", OLD_NLU)
    read_markdown(reader, "stories.md", OLD_STORIES)
    assert reader.problems == []
    content = content_of(reader.edits())
    examples = content.body(p.INTENT, "oeffnungszeiten")["examples"]
    assert [plain(each) for each in examples] == [
        "Wann habt ihr auf?",
        "Ist heute offen",
        "Haben Sie Samstag auf",
    ]
    assert parse(examples[2])[1] == (Mark(10, 17, "tag", {"value": "samstag"}),)
    assert content.body(p.REGEX, "plz")["examples"] == ["[0-9]{5}"]
    first, second = (piece.body["steps"] for piece in content.of(p.STORY).values())
    assert first[0]["or"][0] == {"intent": "oeffnungszeiten", "entities": [{"tag": "samstag"}]}
    assert first[1:] == [
        {"action": "utter_zeiten"},
        {"slot_was_set": [{"tag": "samstag"}]},
        {"checkpoint": "weiter"},
    ]
    assert second[2:] == [{"active_loop": "bestell_form"}, {"active_loop": None}]


def test_errors_in_old_markdown_name_their_line() -> None:
    reader = Reader()
    read_markdown(reader, "nlu.md", "## intent:a\n- gut\n## intnt:b\n- schlecht\nfrei\n")
    assert [problem.line for problem in reader.problems] == [3, 4, 5]


@pytest.mark.timeout(60)
def test_a_strangers_bot_of_hundreds_of_intents_is_read_quickly(tmp_path: Path) -> None:
    intents = {
        f"frage_{at}": [f"Beispiel {at} Wort {n} Ende" for n in range(44)] for at in range(215)
    }
    old = "\n".join(
        f"## intent:{name}\n" + "\n".join(f"- {text}" for text in texts)
        for name, texts in intents.items()
    )
    began = time.process_time()
    reader = Reader()
    read_markdown(reader, "nlu.md", old)
    content = content_of(reader.edits())
    written = write_project(content)
    again = content_of(read_project(written).edits())
    took_s = time.process_time() - began
    assert {name: list(piece.body["examples"]) for name, piece in again.of(p.INTENT).items()} == (
        intents
    )
    # A guard against quadratic work, which would take minutes; not a measurement.
    assert took_s < 30


@given(st.lists(st.tuples(NAMES, WORDS), min_size=1, max_size=6))
def test_examples_as_a_table_come_back(rows: list[tuple[str, str]]) -> None:
    rows = [(name, text) for name, text in rows if not text.startswith(("=", "+", "@", "'", "-"))]
    reader = Reader()
    for name, text in rows:
        body = reader.found.setdefault((p.INTENT, name), p.new_intent())
        body["examples"].append(text)
    again = Reader()
    read_examples(again, "x.csv", write_examples(content_of(reader.edits())))
    assert again.problems == []
    assert again.found == reader.found


def test_products_as_a_table() -> None:
    text = (
        "Number;Name;Article;Price;Stock;Synonyms\n1;Toaster;der;1.029,90 €;3;Röster, Brotröster\n"
    )
    products, problems = read_products(text)
    assert problems == []
    assert products == [
        {
            "number": "1",
            "name": "Toaster",
            "article": "der",
            "price": "1029.90",
            "stock": 3,
            "synonyms": ["Röster", "Brotröster"],
        }
    ]
    assert read_products(write_products(products)) == (products, [])


def test_a_wrong_table_names_every_line() -> None:
    text = "number,name,article,price,stock\n1,A,der,billig,3\n2,,dem,1,x\n1,B,die,1,1\n"
    products, problems = read_products(text)
    assert [problem.line for problem in problems] == [2, 3, 3, 3, 4]
    assert products == []
    _, missing = read_products("number,name\n")
    assert [problem.line for problem in missing] == [1]


@given(st.lists(st.tuples(WORDS, st.none() | NAMES), min_size=1, max_size=5))
def test_marks_are_found_where_they_were_put(words: list[tuple[str, str | None]]) -> None:
    text, marks = "", []
    for said, entity in words:
        start = len(text)
        text += said + " "
        if entity is not None:
            marks.append(Mark(start, start + len(said), entity))
    if "(" not in text and "{" not in text:
        assert parse(write(text, tuple(marks))) == (text, tuple(marks))


@given(st.text(min_size=1))
def test_no_text_that_is_typed_breaks_the_file_it_is_written_to(text: str) -> None:
    example = tidy(text).strip(" -#[]")
    assume(example)
    edit = Edit(p.INTENT, "odd", p.new_intent(examples=[example]))
    assert read_project(write_project(content_of([edit]))).problems == []
