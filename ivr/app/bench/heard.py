"""What training on what the phone hears brings: the held-out set spoken, before and after.

Speaking is slow, so what was heard is kept in a file and not spoken again; a run that is broken
off or out of time goes on where it was.
"""

import json
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import asdict
from pathlib import Path

from ivr.app.bench.figures import Report, at_least
from ivr.app.heard import ProcessEar, testing_ear
from ivr.app.hotline import open_company_store
from ivr.app.live_company import LiveCompany
from ivr.app.rasa import NLU, shipped_model
from ivr.app.training import TrainingRoom, open_training
from ivr.config.settings import Settings
from ivr.core.errors import MissingPiece
from ivr.core.training import Progress
from ivr.training.evaluation import report as scored
from ivr.training.evaluation import taken
from ivr.training.frozen import frozen_set
from ivr.training.heard import Heard
from ivr.training.hearing import HearingDesk
from ivr.training.in_turn import InTurn
from ivr.training.ports import Ear
from ivr.training.project import training_files

Say = Callable[[str], None]
TARGET = 93.0


class RememberingEar:
    """Implements `ivr.training.ports.Ear` over another one and a file of what it has heard.

    Where nothing is remembered and `until`, a moment of `time.monotonic`, is past, nothing is
    heard. `key` tells one voice, line and recognizer from another.
    """

    def __init__(self, ear: Ear, file: Path, key: str, until: float) -> None:
        self._ear = ear
        self._file = file
        self._key = key
        self._until = until
        self._known: dict[str, list[Heard]] = {}
        if file.exists():
            for line in file.read_text("utf-8").splitlines():
                kept = json.loads(line)
                if kept["key"] == key:
                    self._known[kept["said"]] = [Heard(**each) for each in kept["heard"]]

    async def hear(
        self, texts: Sequence[str], words: Sequence[str]
    ) -> AsyncGenerator[list[Heard], None]:
        fresh = [text for text in dict.fromkeys(texts) if text not in self._known]
        async with aclosing(self._ear.hear(fresh, words)) as readings:
            for text in texts:
                if text not in self._known and time.monotonic() < self._until:
                    self._keep(text, list(await anext(readings)))
                yield self._known.get(text, [])

    def _keep(self, text: str, heard: list[Heard]) -> None:
        self._known[text] = heard
        self._file.parent.mkdir(parents=True, exist_ok=True)
        kept = {"key": self._key, "said": text, "heard": [asdict(each) for each in heard]}
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")


async def bench_heard(
    settings: Settings, memory: Path, minutes: float, report: Report, say: Say
) -> None:
    """Fill `report`. Speaks for `minutes` at most, in halves: tests first, then examples; then
    trains a model. Raises MissingPiece, TrainingFailed."""
    live = LiveCompany(settings.hotline.company)
    store = await open_company_store(settings, live.current)
    try:
        room = open_training(settings, live, store)
        await room.seed()
        await _measure(room, memory, 60 * minutes, report, say)
    finally:
        await store.close()


async def _measure(
    room: TrainingRoom, memory: Path, limit_s: float, report: Report, say: Say
) -> None:
    words, settings = tuple(room.live.words), room.settings
    kind = f"{settings.speech.recognizer}, {len(words)} words"
    content = await room.content.content()
    began = time.monotonic()
    ear = RememberingEar(testing_ear(settings), memory, f"test, {kind}", began + limit_s / 2)
    tests = frozen_set(content)
    say(f"as the phone hears it: {len(tests)} test utterances are spoken")
    heard = [each async for each in ear.hear([text for text, _ in tests], words)]
    spoken = [(each[0].text, meant) for each, (_, meant) in zip(heard, tests, strict=True) if each]
    say("as the phone hears it: examples are spoken")
    ear = RememberingEar(ProcessEar(settings), memory, f"examples, {kind}", began + limit_s)
    turn, most = InTurn(), settings.training.heard_examples
    hearing = HearingDesk(room.content, ear, lambda: words, turn, most)
    await hearing.ask((), "bench")
    await turn.work_once()
    kept = hearing.state.kept if hearing.state is not None else 0
    say(f"as the phone hears it: a model is trained with {kept} variants")
    files = training_files(await room.content.content(), (NLU / "config.yml").read_text("utf-8"))
    model = room.workshop.file(await room.workshop.train(files, _nobody))
    before = shipped_model(settings)
    if model is None or not before.exists():
        raise MissingPiece("the shipped model is not trained yet: run `ivr nlu train`")
    written = [(text, meant) for text, meant in tests]
    for name, file in (("before", before), (f"after, {kept} variants", model)):
        for how, asked, target in (
            ("as written", written, None),
            ("by telephone", spoken, TARGET),
        ):
            answer = await room.workshop.guess(file, [text for text, _ in asked], {})
            right = 100 * scored(taken(asked, answer))["accuracy"]
            number = f"{len(asked)} utterances"
            report.add(f"as the phone hears it, {how}", at_least(name, right, "%", target, number))


async def _nobody(_: Progress) -> None:
    """The report tells enough."""
