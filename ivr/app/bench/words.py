"""Word errors of recognizers, counted on what was meant rather than how it is spelled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jiwer
from text_to_num import alpha2digit

from ivr.audio.resample import resample
from ivr.audio.wav import read_wav
from ivr.core.errors import ConfigError
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.core.ports import Recognizer
from ivr.core.speech import Transcript


@dataclass(frozen=True, slots=True)
class Clip:
    speech: Pcm
    text: str


def read_manifest(folder: Path) -> list[Clip]:
    """The recordings of a folder: `manifest.tsv` has `path` and `transcript`, tab-separated.

    Raises ConfigError naming the line, and BadRecording.
    """
    manifest = folder / "manifest.tsv"
    try:
        lines = manifest.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{manifest} cannot be read: {error}") from error
    clips = []
    for number, line in enumerate(lines, start=1):
        path, tab, text = line.partition("\t")
        if number == 1 and path == "path" or not line.strip():
            continue
        if not tab or not text.strip():
            raise ConfigError(f"{manifest}, line {number}: needs a path, a tab and a transcript")
        clips.append(Clip(read_wav(folder / path), text))
    if not clips:
        raise ConfigError(f"{manifest} names no recording")
    return clips


async def recognize(recognizer: Recognizer, speech: Pcm, words: Sequence[str] = ()) -> Transcript:
    """All of a recording as one utterance."""
    hearing = recognizer.listen(words=words)
    try:
        hearing.feed(resample(speech, LISTEN_RATE).data)
        return await hearing.transcribe()
    finally:
        hearing.close()


def word_errors(meant: Sequence[str], heard: Sequence[str]) -> float:
    """Word error rate in per cent: lower case, no punctuation, numbers in digits."""
    return 100 * float(jiwer.wer([_plain(text) for text in meant], [_plain(t) for t in heard]))


def _plain(text: str) -> str:
    bare = re.sub(r"[^\w\s]", " ", text.lower())
    return " ".join(str(alpha2digit(" ".join(bare.split()), "de")).split()) or "-"
