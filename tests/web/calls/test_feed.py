"""What a call's page is told, and told again."""

from ivr.call.seating import Seating
from ivr.core.actions import Ask, Connect, Enqueue, PlayMusic, Say
from ivr.core.desk import PartingHow, Place
from ivr.core.events import AgentCame, AgentLeft, DeskSaid, Heard, Played
from ivr.core.records import HandOver, HandOverReason, Turn
from ivr.core.speech import Utterance
from ivr.web.calls.feed import MOST_CAPTIONS, Feed, Note


class Page:
    """What a page has been told."""

    def __init__(self) -> None:
        self.notes: list[Note] = []
        self.away = False
        self.feed = Feed(self.tell)
        self.observers = self.feed.observers()

    def tell(self, note: Note) -> bool:
        if not self.away:
            self.notes.append(note)
        return not self.away

    def sees(self, *happened: object) -> None:
        for each in happened:
            if isinstance(each, Heard | Played | DeskSaid | AgentCame | AgentLeft):
                assert self.observers.on_event is not None
                self.observers.on_event(each)
            elif isinstance(each, Turn):
                assert self.observers.on_turn is not None
                self.observers.on_turn(each)
            else:
                assert self.observers.on_action is not None
                self.observers.on_action(each)  # type: ignore[arg-type]

    @property
    def states(self) -> list[str]:
        return [note["state"] for note in self.notes if note["type"] == "state"]

    @property
    def captions(self) -> list[tuple[str, str]]:
        found = {note["n"]: note for note in self.notes if note["type"] == "caption"}
        return [(note["who"], note["text"]) for note in found.values()]


def heard(text: str) -> Heard:
    return Heard(1.0, Utterance(text, 1.0, 0.0, 1.0))


def test_a_question_and_its_answer() -> None:
    page = Page()
    page.sees(
        Say(1, "Guten Tag"),
        Played(1, 1, interrupted=False),
        heard("Wann?"),
        Ask(1, "Wann?"),
        Say(2, "Einen Moment", filler=True),
        Played(2, 2, interrupted=False),
        Say(3, "Bis 18 Uhr"),
    )
    assert page.states == ["speaking", "listening", "thinking", "speaking", "thinking", "speaking"]
    assert page.captions[1] == ("caller", "Wann?")


def test_waiting_and_talking_with_a_colleague_stay_so_whoever_speaks() -> None:
    page = Page()
    hand_over = HandOver(HandOverReason.ASKED, None, None, None)
    page.sees(
        Enqueue(1, hand_over),
        DeskSaid(1, 1, Place(2, 40)),
        Say(1, "Sie sind auf Platz zwei"),
        AgentCame(2, 1, "a1", "Frau Sommer"),
        Connect(),
        heard("Hallo"),
        Turn("agent", "Guten Tag, Sommer", 2, 3),
        AgentLeft(9, PartingHow.DONE),
    )
    assert [state for state in page.states if state in ("hold", "colleague")][-1] == "colleague"
    assert "speaking" not in page.states
    assert any(note.get("position") == 2 for note in page.notes)
    assert any(note.get("name") == "Frau Sommer" for note in page.notes)
    assert ("agent", "Guten Tag, Sommer") in page.captions
    assert page.states[-1] == "listening"


def test_the_page_tells_when_the_caller_is_held_and_when_not_any_more() -> None:
    page = Page()
    seated = page.observers.on_seating
    assert seated is not None
    page.sees(PlayMusic(), Connect(), AgentCame(2, 1, "a1", "Frau Sommer"))
    seated(Seating())
    page.notes.clear()
    seated(Seating(held=True))
    page.sees(Say(1, "Einen Moment bitte"), Played(1, 1, interrupted=False))
    assert page.states == ["held"], "whoever speaks meanwhile"
    seated(Seating())
    seated(Seating(colleague=True))  # The agent asks a colleague: the caller hears music.
    seated(Seating(colleague=True, three_way=True))
    assert page.states[1:] == ["colleague", "held", "colleague"]
    seated(Seating(lent=True))
    page.sees(Say(2, "Was möchten Sie bestellen?"), Played(2, 2, interrupted=False))
    seated(Seating())
    assert page.states[4:] == ["listening", "speaking", "listening", "colleague"]
    page.sees(AgentLeft(9, PartingHow.DROPPED))
    seated(Seating())  # The bridge is taken down after the agent has gone.
    assert page.states[-1] == "listening"
    page.sees(PlayMusic())
    assert page.states[-1] == "hold", "until somebody is found again"


def test_the_page_names_the_colleague_who_goes_on_after_the_agent() -> None:
    page = Page()
    page.sees(PlayMusic(), AgentCame(2, 1, "a1", "Frau Sommer"), Connect())
    page.sees(AgentCame(8, 1, "a2", "Herr Winter"))
    assert page.notes[-1] == {"type": "state", "state": "colleague", "name": "Herr Winter"}
    page.sees(AgentLeft(9, PartingHow.DROPPED, to="Frau Wolf"), Say(2, "Frau Wolf ist da."))
    page.sees(Played(11, 2, interrupted=False))
    assert page.states[-1] == "colleague", "to the end of the talk"
    assert page.notes[-2]["name"] == "Frau Wolf"


def test_who_comes_back_is_told_what_they_missed_once() -> None:
    page = Page()
    page.sees(Say(1, "Guten Tag"))
    page.away = True
    page.sees(heard("Wann?"), Say(2, "Bis 18 Uhr"))
    page.away = False
    page.feed.repeat()
    assert page.captions == [
        ("hotline", "Guten Tag"),
        ("caller", "Wann?"),
        ("hotline", "Bis 18 Uhr"),
    ]
    assert page.states[-1] == "speaking"


def test_an_endless_call_stays_small() -> None:
    page = Page()
    for number in range(500):
        page.sees(Say(number, "x" * 5000))
    page.notes.clear()
    page.feed.repeat()
    assert len(page.captions) == MOST_CAPTIONS
    assert all(len(text) == 2000 for _, text in page.captions)
