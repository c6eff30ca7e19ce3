"""Measures how well a trained model understands callers, and what each threshold would do.

Runs in Rasa's environment, over the utterances of nlu/tests that the model was not trained on, as
they are written and with a recognizer's errors put in:

    .venv-nlu/bin/python nlu/measure.py --model MODEL.tar.gz [--only NAME] [--json FILE] [--wrong]

The figures that docs/understanding.md gives come from here.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TESTS = Path(__file__).parent / "tests"
FALLBACK = "nlu_fallback"
MARK = re.compile(r"\[([^\]]+)\]\((\w+)\)")
ERROR_RATE = 0.06
"""Share of letters that are misheard: together with words split, joined or lost about every fourth
word comes out wrong, as with a small recognizer on a bad line."""
SEED = 7
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
MARGINS = (0.0, 0.1, 0.2)

# What German recognizers confuse: voiced and voiceless, vowels and their umlauts, endings.
_MISHEARD = {
    "b": "p", "p": "b", "d": "t", "t": "d", "g": "k", "k": "g", "f": "w", "w": "f", "v": "f",
    "s": "z", "z": "s", "m": "n", "n": "m", "l": "r", "r": "l", "ä": "e", "ö": "o", "ü": "i",
    "a": "o", "e": "a", "i": "ü", "o": "u", "u": "o", "h": "", "c": "k", "ß": "s",
}  # fmt: skip


@dataclass(frozen=True)
class Example:
    intent: str
    text: str
    entities: tuple[tuple[str, str], ...]
    """Name and words of each."""


@dataclass(frozen=True)
class Guess:
    intent: str
    confidence: float
    margin: float
    """Distance to the second best."""
    entities: tuple[tuple[str, str], ...]


def examples(path: Path) -> Iterator[Example]:
    """The utterances of one of Rasa's NLU files."""
    for block in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
        for line in block["examples"].splitlines():
            marked = line.strip()[2:]
            if marked:
                found = tuple((name, words) for words, name in MARK.findall(marked))
                yield Example(block["intent"], MARK.sub(r"\1", marked), found)


def misheard(text: str, chance: random.Random) -> str:
    """`text` as a recognizer might write it: letters confused, words split, joined or lost."""
    words: list[str] = []
    for word in text.lower().split():
        letters = [
            _MISHEARD.get(letter, letter) if chance.random() < ERROR_RATE else letter
            for letter in word
        ]
        heard = "".join(letters) or word
        if len(heard) > 8 and chance.random() < 0.15:
            cut = chance.randrange(3, len(heard) - 3)
            heard = f"{heard[:cut]} {heard[cut:]}"
        elif len(heard) > 4 and heard[-1] in "entr" and chance.random() < 0.08:
            heard = heard[:-1]
        if words and len(heard) < 4 and chance.random() < 0.04:
            words[-1] += heard
        elif not (len(heard) < 4 and len(text.split()) > 3 and chance.random() < 0.04):
            words.append(heard)
    return " ".join(words) or text


async def guess(agent: Any, text: str) -> Guess:
    parsed = await agent.parse_message(text)
    ranking = [each for each in parsed["intent_ranking"] if each["name"] != FALLBACK]
    best, second = ranking[0], ranking[1]
    found = {
        (entity["entity"], text[entity["start"] : entity["end"]]) for entity in parsed["entities"]
    }
    return Guess(
        best["name"],
        best["confidence"],
        best["confidence"] - second["confidence"],
        tuple(sorted(found)),
    )


def accuracy(wanted: Sequence[Example], got: Sequence[Guess]) -> float:
    return sum(w.intent == g.intent for w, g in zip(wanted, got, strict=True)) / len(wanted)


def sweep(wanted: Sequence[Example], got: Sequence[Guess]) -> list[dict[str, float]]:
    """For each pair of thresholds: shares answered rightly, answered wrongly, and asked again."""
    rows = []
    for margin in MARGINS:
        for threshold in THRESHOLDS:
            taken = [g.confidence >= threshold and g.margin >= margin for g in got]
            right = sum(
                t and w.intent == g.intent for t, w, g in zip(taken, wanted, got, strict=True)
            )
            rows.append(
                {
                    "threshold": threshold,
                    "ambiguity_threshold": margin,
                    "right": right / len(got),
                    "wrong": (sum(taken) - right) / len(got),
                    "asked_again": 1 - sum(taken) / len(got),
                }
            )
    return rows


def entity_scores(wanted: Sequence[Example], got: Sequence[Guess]) -> dict[str, dict[str, float]]:
    """Precision and recall of each kind, the words exactly as marked."""
    hit: Counter = Counter()
    asked: Counter = Counter()
    said: Counter = Counter()
    for w, g in zip(wanted, got, strict=True):
        for name, words in w.entities:
            asked[name] += 1
            hit[name] += (name, words) in g.entities
        said.update(name for name, _ in g.entities)
    return {
        name: {
            "marked": asked[name],
            "precision": hit[name] / said[name] if said[name] else 0.0,
            "recall": hit[name] / asked[name],
        }
        for name in sorted(asked)
    }


async def measure(
    model: str, only: str | None
) -> tuple[dict[str, Any], list[tuple[Example, Guess, str]]]:
    # After the environment is set.
    from rasa.core.agent import Agent  # noqa: PLC0415
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_structlog(logging.WARNING)
    agent = Agent.load(model)
    report: dict[str, Any] = {}
    wrong = []
    every: dict[str, tuple[list[Example], list[Guess]]] = {}
    for path in sorted(TESTS.glob("*.yml")):
        if path.name.startswith("test_") or path.stem != (only or path.stem):
            continue
        wanted = list(examples(path))
        chance = random.Random(SEED)  # noqa: S311  (repeatable, not secret)
        for kind, texts in (
            ("as written", [each.text for each in wanted]),
            ("misheard", [misheard(each.text, chance) for each in wanted]),
        ):
            got = [await guess(agent, text) for text in texts]
            entry = report.setdefault(path.stem, {"utterances": len(wanted)})
            entry[kind] = accuracy(wanted, got)
            if kind == "as written":
                entry["entities"] = entity_scores(wanted, got)
            texts_kind = every.setdefault(kind, ([], []))
            texts_kind[0].extend(wanted)
            texts_kind[1].extend(got)
            wrong += [
                (w, g, text)
                for w, g, text in zip(wanted, got, texts, strict=True)
                if w.intent != g.intent
            ]
    report["thresholds"] = {kind: sweep(*pair) for kind, pair in every.items()}
    return report, wrong


def table(report: dict[str, Any]) -> Iterator[str]:
    for name, entry in report.items():
        if name == "thresholds":
            continue
        yield (
            f"{name}: {entry['utterances']} utterances, intents right"
            f" {entry['as written']:.1%} as written, {entry['misheard']:.1%} misheard"
        )
        for kind, score in entry["entities"].items():
            yield (
                f"    {kind:16} {score['marked']:4} marked, precision {score['precision']:.0%},"
                f" recall {score['recall']:.0%}"
            )
    for kind, rows in report["thresholds"].items():
        yield ""
        yield f"{kind}: threshold, ambiguity: right, wrong, asked again"
        for row in rows:
            yield (
                f"    {row['threshold']:.1f}  {row['ambiguity_threshold']:.1f}"
                f"  {row['right']:6.1%} {row['wrong']:6.1%} {row['asked_again']:6.1%}"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure a trained NLU model.")
    parser.add_argument("--model", required=True, help="the trained model, a .tar.gz file")
    parser.add_argument("--only", help="one of the files in nlu/tests, such as held_out")
    parser.add_argument("--json", type=Path, help="write all figures here")
    parser.add_argument("--wrong", action="store_true", help="list what was taken wrongly")
    options = parser.parse_args(arguments)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Own components are imported by the names that config.yml gives them.
    sys.path.insert(0, str(Path(__file__).parent))
    report, wrong = asyncio.run(measure(options.model, options.only))
    lines = list(table(report))
    if options.wrong:
        lines += ["", "taken wrongly: meant, taken for, confidence, heard"]
        lines += [f"    {w.intent} > {g.intent} {g.confidence:.2f}  {t}" for w, g, t in wrong]
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        options.json.write_text(json.dumps(report, indent=1), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
