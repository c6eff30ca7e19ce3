"""Guards on what Rasa is trained on and what it says: read as plain YAML, no Rasa needed."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.config.company import Company, load_company

ROOT = Path(__file__).parents[2]
NLU = ROOT / "nlu"
DATA = sorted((NLU / "data" / "nlu").glob("*.yml"))
RULES = sorted((NLU / "data" / "rules").glob("*.yml"))
DOMAIN = sorted((NLU / "domain").glob("*.yml"))
ACTIONS = ROOT / "ivr" / "understanding" / "actions"
HELD_OUT = NLU / "tests" / "held_out.yml"
DEVELOPMENT = NLU / "tests" / "development.yml"

MARK = re.compile(r"\[([^\]]+)\](?:\((\w+)\))?")
FEW = 25
"""Examples that the least trained intent has at least: below that, letters decide by chance."""
FEW_OUT_OF_SCOPE = 120
FEW_HELD_OUT = 6
FEW_HELD_OUT_OUT_OF_SCOPE = 40
LONGEST_ANSWER = 220
"""Characters: more than twelve seconds of speech, and callers begin to interrupt."""
TOO_MANY_DIGITS = re.compile(r"\d{3,}")
ABBREVIATION = re.compile(r"\b(?:z\. ?B|d\. ?h|u\. ?a|bzw|ca|Nr|Str|Tel|inkl|zzgl|usw|evtl|ggf)\b")
UNSPEAKABLE = re.compile(r"[()\[\]/*_#<>|\\%&€+=]|\w:\w|https?|\s-\s|^\s*[-•]")


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return content


def _lines(path: Path) -> Iterator[tuple[str, str]]:
    """Intent and marked text of each example in a file."""
    for block in _read(path)["nlu"]:
        if "intent" in block:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield block["intent"], line.strip().removeprefix("- ")


def _said(marked: str) -> str:
    """What is heard of an example: no marks, no capitals, no punctuation."""
    return " ".join(re.findall(r"\w+", MARK.sub(r"\1", marked).lower()))


def _domain(part: str) -> Any:
    found = [_read(path)[part] for path in DOMAIN if part in _read(path)]
    if isinstance(found[0], list):
        return [each for some in found for each in some]
    return {name: each for some in found for name, each in some.items()}


TRAINED = [example for path in DATA for example in _lines(path)]
INTENTS: list[str] = _domain("intents")
RESPONSES: dict[str, list[dict[str, Any]]] = _domain("responses")
PLAIN: dict[str, list[dict[str, Any]]] = _read(NLU / "domain" / "answers.yml")["responses"]


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company(ROOT / "company.toml")


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_enough_examples(intent: str) -> None:
    trained = sum(name == intent for name, _ in TRAINED)
    held_out = sum(name == intent for name, _ in _lines(HELD_OUT))
    is_out_of_scope = intent == "out_of_scope"
    assert trained >= (FEW_OUT_OF_SCOPE if is_out_of_scope else FEW)
    assert held_out >= (FEW_HELD_OUT_OUT_OF_SCOPE if is_out_of_scope else FEW_HELD_OUT)


def test_examples_name_known_intents_and_entities() -> None:
    entities = set(_domain("entities"))
    for path in (*DATA, HELD_OUT, DEVELOPMENT):
        for intent, marked in _lines(path):
            assert intent in INTENTS, marked
            for words, entity in MARK.findall(marked):
                assert entity in entities, f"{words} in {marked!r} of {path.name}"


def test_no_utterance_means_two_things() -> None:
    meanings: dict[str, set[str]] = {}
    for path in (*DATA, HELD_OUT, DEVELOPMENT):
        for intent, marked in _lines(path):
            meanings.setdefault(_said(marked), set()).add(intent)
    assert {said: intents for said, intents in meanings.items() if len(intents) > 1} == {}


def test_no_example_is_there_twice() -> None:
    twice = [said for said, n in Counter(_said(text) for _, text in TRAINED).items() if n > 1]
    assert twice == []


@pytest.mark.parametrize("path", [HELD_OUT, DEVELOPMENT], ids=lambda path: path.stem)
def test_what_measures_is_not_trained_on(path: Path) -> None:
    trained = {_said(marked) for _, marked in TRAINED}
    assert [marked for _, marked in _lines(path) if _said(marked) in trained] == []


def test_what_is_held_out_was_never_looked_at() -> None:
    looked_at = {_said(marked) for _, marked in _lines(DEVELOPMENT)}
    assert [marked for _, marked in _lines(HELD_OUT) if _said(marked) in looked_at] == []


def test_most_of_what_is_held_out_is_in_words_of_its_own() -> None:
    trained: dict[str, list[frozenset[str]]] = {}
    for intent, marked in TRAINED:
        trained.setdefault(intent, []).append(frozenset(_said(marked).split()))

    def is_near(intent: str, marked: str) -> bool:
        words = frozenset(_said(marked).split())
        return any(len(words & other) >= 0.9 * len(words | other) for other in trained[intent])

    held_out = list(_lines(HELD_OUT))
    near = [marked for intent, marked in held_out if is_near(intent, marked)]
    assert len(near) <= 0.03 * len(held_out), near


def test_every_intent_is_acted_on() -> None:
    acted_on = {
        step["intent"]
        for path in RULES
        for rule in _read(path)["rules"]
        for step in rule["steps"]
        if "intent" in step
    }
    assert set(INTENTS) - acted_on == set()


def test_rules_use_what_exists() -> None:
    known = {*RESPONSES, *_domain("actions"), *_domain("forms")}
    for path in RULES:
        for rule in _read(path)["rules"]:
            for step in rule["steps"]:
                assert step.get("intent", INTENTS[0]) in {*INTENTS, "nlu_fallback"}, rule["rule"]
                action = step.get("action", "utter_greet")
                assert action in known or action.startswith("action_deactivate"), rule["rule"]


def test_plain_answers_are_used() -> None:
    used = {
        step["action"]
        for path in RULES
        for rule in _read(path)["rules"]
        for step in rule["steps"]
        if "action" in step
    }
    actions = "".join(path.read_text("utf-8") for path in ACTIONS.rglob("*.py"))
    assert {name for name in PLAIN if name not in used and name not in actions} == set()


@pytest.mark.parametrize("name", PLAIN)
def test_plain_answers_vary(name: str) -> None:
    texts = {variant["text"] for variant in PLAIN[name]}
    assert len(texts) >= 2
    # Variants differ in words alone: what happens next must not depend on chance.
    assert len({str(variant.get("custom")) for variant in PLAIN[name]}) == 1


@pytest.mark.parametrize("name", PLAIN)
def test_plain_answers_can_be_spoken(name: str) -> None:
    for variant in PLAIN[name]:
        text = variant["text"]
        assert len(text) <= LONGEST_ANSWER
        assert not TOO_MANY_DIGITS.search(text), text
        assert not ABBREVIATION.search(text), text
        assert not UNSPEAKABLE.search(text), text
        assert text.endswith((".", "?", "!")), text
        assert len(re.findall(r"[.?!](?:\s|$)", text)) <= 3, text


@pytest.mark.parametrize("name", PLAIN)
def test_callers_are_addressed_formally(name: str) -> None:
    for variant in PLAIN[name]:
        assert not re.search(r"\b(?:du|dir|dich|dein\w*|euch|euer)\b", variant["text"], re.I)


def test_hints_are_ones_the_telephone_knows() -> None:
    known = {"expect", "interruptible", "hand_over", "end"}
    for name, variants in RESPONSES.items():
        for variant in variants:
            assert set(variant.get("custom") or {}) <= known, name


def test_every_article_of_the_company_is_looked_up(company: Company) -> None:
    entries = [each for path in DATA for each in _read(path)["nlu"]]
    listed = {
        line.strip().removeprefix("- ").lower()
        for each in entries
        if each.get("lookup") == "product"
        for line in each["examples"].splitlines()
    }
    names = {name for product in company.products for name in (product.name, *product.synonyms)}
    assert {name for name in names if name.lower() not in listed} == set()


def test_synonyms_lead_to_the_name_in_the_profile(company: Company) -> None:
    articles = {product.name for product in company.products}
    leads_to = {
        line.strip().removeprefix("- ").lower(): each["synonym"]
        for path in DATA
        for each in _read(path)["nlu"]
        if "synonym" in each
        for line in each["examples"].splitlines()
    }
    assert set(leads_to.values()) <= articles
    for product in company.products:
        for name in product.synonyms:
            assert leads_to.get(name.lower(), product.name) == product.name
