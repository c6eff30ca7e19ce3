"""Questions gathered while a network is busy: who is asked with whom, and in what order."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ivr.speech.recognizers.together import Together
from ivr.speech.workers import Dropped


class Network:
    """Answers with the question in capitals, as soon as it may go on; fails on "bad"."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.busy = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def ask(self, questions: Sequence[str]) -> Sequence[str]:
        self.asked.append(list(questions))
        self.busy.release()
        assert self.go_on.acquire(timeout=10)
        if "bad" in questions:
            raise ValueError("bad")
        return [question.upper() for question in questions]


def asked_while_busy(
    network: Network, questions: Sequence[tuple[str, str]], most: int = 4
) -> tuple[Future[str], list[Future[str]]]:
    """A first question keeps the network busy until all the others wait."""
    together = Together(network.ask, at_once=1, most=most)
    threads = ThreadPoolExecutor(len(questions) + 1)
    first = threads.submit(together.ask, "a", "first")
    assert network.busy.acquire(timeout=10)
    others = []
    for number, (kind, question) in enumerate(questions, start=1):
        others.append(threads.submit(together.ask, kind, question))
        while together.waiting < number:
            pass
    for _ in range(len(questions) + 1):
        network.go_on.release()
    threads.shutdown(wait=True)
    return first, others


def test_who_finds_it_free_asks_alone_and_who_waits_asks_with_their_like() -> None:
    network = Network()
    questions = [("a", "one"), ("b", "two"), ("a", "three"), ("b", "four"), ("a", "five")]
    first, others = asked_while_busy(network, questions)
    assert network.asked == [["first"], ["one", "three", "five"], ["two", "four"]]
    assert first.result() == "FIRST"
    assert [each.result() for each in others] == ["ONE", "TWO", "THREE", "FOUR", "FIVE"]


def test_no_more_are_asked_together_than_is_good() -> None:
    network = Network()
    _, others = asked_while_busy(network, [("a", str(n)) for n in range(5)], most=2)
    assert network.asked == [["first"], ["0", "1"], ["2", "3"], ["4"]]
    assert [each.result() for each in others] == list("01234")


def test_what_goes_wrong_is_told_to_those_who_asked_together_only() -> None:
    network = Network()
    first, others = asked_while_busy(network, [("a", "bad"), ("b", "good"), ("a", "same")])
    assert first.result() == "FIRST"
    assert others[1].result() == "GOOD"
    for each in (others[0], others[2]):
        with pytest.raises(ValueError, match="bad"):
            each.result()


def test_what_nobody_waits_for_any_more_is_not_asked() -> None:
    network, gone = Network(), threading.Event()
    together = Together(network.ask, at_once=1, most=4)
    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(together.ask, "a", "first")
        assert network.busy.acquire(timeout=10)
        dropped = threads.submit(together.ask, "a", "dropped", lambda: not gone.is_set())
        while together.waiting < 1:
            pass
        wanted = threads.submit(together.ask, "a", "wanted")
        while together.waiting < 2:
            pass
        gone.set()
        for _ in range(2):
            network.go_on.release()
    assert (first.result(), wanted.result()) == ("FIRST", "WANTED")
    assert network.asked == [["first"], ["wanted"]]
    with pytest.raises(Dropped):
        dropped.result()
