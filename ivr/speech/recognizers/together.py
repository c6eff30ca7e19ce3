"""Questions to a network that is busy are gathered, and those that are alike are asked together.

Each step of a network reads all its weights, however many questions it works on, so company is
cheap. Nobody waits for it: who finds the network free asks alone.
"""

import threading
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ivr.speech.workers import Dropped

Question = TypeVar("Question")
Answer = TypeVar("Answer")


@dataclass(slots=True, eq=False)
class _Asked(Generic[Question, Answer]):
    kind: Hashable
    question: Question
    wanted: Callable[[], bool]
    told: Future[Answer] = field(default_factory=Future)


class Together(Generic[Question, Answer]):
    """Asks `at_once` times at the same time at most, up to `most` questions each time.

    Who asked first is served first, with whom is like them. Threads that ask are as many as may
    wait: bound them.
    """

    def __init__(
        self,
        ask: Callable[[Sequence[Question]], Sequence[Answer]],
        *,
        at_once: int,
        most: int,
    ) -> None:
        """`ask` gets questions of one kind and gives an answer to each, in their order."""
        self._ask = ask
        self._most = most
        self._free = at_once
        self._waiting: list[_Asked[Question, Answer]] = []
        self._changed = threading.Condition()

    @property
    def waiting(self) -> int:
        """How many questions have not been asked yet."""
        return len(self._waiting)

    def ask(
        self, kind: Hashable, question: Question, wanted: Callable[[], bool] = lambda: True
    ) -> Answer:
        """Ask, maybe together with others of this kind. Blocks its thread until the answer is
        there. Raises what asking raised, or Dropped if the answer was not `wanted` any more when
        its turn came."""
        mine: _Asked[Question, Answer] = _Asked(kind, question, wanted)
        with self._changed:
            self._waiting.append(mine)
            self._changed.wait_for(lambda: mine.told.done() or self._is_next(mine))
            group = [] if mine.told.done() else self._take(mine)
        if group:
            self._answer(group)
        return mine.told.result()

    def _is_next(self, mine: _Asked[Question, Answer]) -> bool:
        return self._free > 0 and bool(self._waiting) and self._waiting[0] is mine

    def _take(self, mine: _Asked[Question, Answer]) -> list[_Asked[Question, Answer]]:
        """Those to be asked now; none if nobody waits for `mine`."""
        for each in self._waiting:
            if not each.wanted():
                each.told.set_exception(Dropped())
        self._waiting = [each for each in self._waiting if not each.told.done()]
        group = []
        if not mine.told.done():
            group = [each for each in self._waiting if each.kind == mine.kind][: self._most]
            self._waiting = [each for each in self._waiting if each not in group]
            self._free -= 1
        self._changed.notify_all()
        return group

    def _answer(self, group: Sequence[_Asked[Question, Answer]]) -> None:
        try:
            answers = self._ask([each.question for each in group])
            for each, answer in zip(group, answers, strict=True):
                each.told.set_result(answer)
        except Exception as error:  # noqa: BLE001 - all who asked are told
            for each in group:
                each.told.set_exception(error)
        finally:
            with self._changed:
                self._free += 1
                self._changed.notify_all()
