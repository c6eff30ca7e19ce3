"""Which words an answer is written down beside."""

from ivr.call.minutes import MOST_HELD, Minutes
from ivr.core.actions import Say
from ivr.core.events import Heard, Understood
from ivr.core.records import Turn
from ivr.core.speech import Utterance
from ivr.core.understanding import Guess, Reply
from ivr.observe.metrics import Metrics
from ivr.store.journal import Journal
from ivr.store.memory import MemoryStore

FILLER = Say(1, "Einen Moment, bitte.", filler=True)
ANSWER = Say(2, "Heute haben wir bis 18 Uhr geöffnet.")


class Written:
    """The minutes of a call, and what they passed on."""

    def __init__(self) -> None:
        self.turns: list[Turn] = []
        self.minutes = Minutes("a", Journal(MemoryStore()), Metrics(), self.turns.append)

    def hears(self, at: float, text: str, turn: int | None) -> None:
        self.minutes.heard(Heard(at, Utterance(text, 1.0, at - 1, at)))
        self.minutes.asked(turn)

    def learns(self, at: float, turn: int, intent: str) -> None:
        self.minutes.understood(Understood(at, turn, Reply(Guess(intent, 1.0))))

    def says(self, at: float, say: Say) -> None:
        self.minutes.sounds(say, at)
        self.minutes.said(at + 1, interrupted=False)

    @property
    def lines(self) -> list[tuple[str, str | None]]:
        return [(turn.text, turn.intent) for turn in self.turns]


def test_a_late_answer_is_written_beside_the_words_it_was_asked_about() -> None:
    call = Written()
    call.hears(1, "Wo ist meine Bestellung?", 1)
    call.hears(3, "Wann haben Sie geöffnet?", 2)
    call.learns(4, 1, "order_status")
    call.learns(5, 2, "opening_hours")
    assert call.lines == [
        ("Wo ist meine Bestellung?", "order_status"),
        ("Wann haben Sie geöffnet?", "opening_hours"),
    ]


def test_an_answer_that_comes_after_a_filler_is_kept_and_the_order_stays() -> None:
    call = Written()
    call.hears(1, "Wann haben Sie geöffnet?", 1)
    call.says(3, FILLER)
    call.hears(5, "mhm", None)
    call.learns(6, 1, "opening_hours")
    call.says(7, ANSWER)
    assert call.lines == [
        ("Wann haben Sie geöffnet?", "opening_hours"),
        (FILLER.text, None),
        ("mhm", None),
        (ANSWER.text, None),
    ]


def test_words_that_were_answered_otherwise_take_no_later_answer() -> None:
    call = Written()
    call.hears(1, "Wann haben Sie geöffnet?", 1)
    call.says(3, ANSWER)
    call.learns(4, 1, "opening_hours")
    call.hears(5, "Ein Anliegen", None)
    call.learns(6, 2, "order_status")
    assert [intent for _, intent in call.lines] == [None, None, None]


def test_answers_that_never_come_do_not_hold_a_call_back_for_ever() -> None:
    call = Written()
    for number in range(MOST_HELD + 1):
        call.hears(number, f"Satz {number}", number)
    assert len(call.lines) == MOST_HELD + 1
