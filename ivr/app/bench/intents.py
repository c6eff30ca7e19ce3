"""The held-out utterances, spoken by a synthetic caller: what is heard, and what is understood."""

import os
import re
import secrets
from asyncio import gather
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ruamel.yaml import YAML

from ivr.app.bench.words import recognize, word_errors
from ivr.app.calling import Channel, spoken, through
from ivr.core.ports import Recognizer, Understanding, Voice

_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\([^)]*\)|\{[^}]*\})")


@dataclass(frozen=True, slots=True)
class Example:
    intent: str
    text: str


@dataclass(slots=True)
class Score:
    """How a set of examples fared."""

    meant: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    right: int = 0
    decode_s: list[float] = field(default_factory=list)
    confused: list[tuple[str, str, str]] = field(default_factory=list)
    """What was meant, what was understood, and from which words."""

    @property
    def accuracy(self) -> float:
        """Per cent of the examples whose intent was understood."""
        return 100 * self.right / len(self.meant) if self.meant else float("nan")

    @property
    def word_errors(self) -> float:
        return word_errors(self.meant, self.heard)


def read_examples(file: Path) -> list[Example]:
    """The examples of a Rasa NLU file, without their annotations."""
    content = YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    return [
        Example(entry["intent"], _ANNOTATION.sub(r"\1", line.removeprefix("- ").strip()))
        for entry in content["nlu"]
        if "intent" in entry
        for line in entry["examples"].splitlines()
        if line.strip()
    ]


async def score_text(examples: Sequence[Example], understanding: Understanding) -> Score:
    """The examples as they are written."""
    score = Score()
    for example in examples:
        await _understand(example, example.text, understanding, score)
    return score


async def score_spoken(
    examples: Sequence[Example],
    channel: Channel,
    voice: Voice,
    recognizer: Recognizer,
    understanding: Understanding,
    words: Sequence[str],
) -> Score:
    """The examples through a voice, a channel and a recognizer, one for each core at a time."""
    rng = np.random.default_rng(1)
    score = Score()
    for some in _batched(examples, os.cpu_count() or 1):
        sounds = [through(channel, await spoken(voice, each.text), rng) for each in some]
        transcripts = await gather(*(recognize(recognizer, sound, words) for sound in sounds))
        for example, heard in zip(some, transcripts, strict=True):
            score.decode_s.append(heard.decode_s)
            await _understand(example, heard.text, understanding, score)
    return score


def _batched(examples: Sequence[Example], size: int) -> Iterator[Sequence[Example]]:
    """`size` at a time."""
    return (examples[at : at + size] for at in range(0, len(examples), size))


async def _understand(
    example: Example, text: str, understanding: Understanding, score: Score
) -> None:
    call = f"bench-{secrets.token_hex(4)}"
    reply = await understanding.reply(call, text or "-")
    await understanding.forget(call)
    score.meant.append(example.text)
    score.heard.append(text)
    understood = reply.guess.intent
    # A fallback is the right answer to what is out of scope.
    same = {understood, example.intent} == {"out_of_scope", "nlu_fallback"}
    if understood == example.intent or same:
        score.right += 1
    else:
        score.confused.append((example.intent, understood, text))
