"""How the synthetic customer takes what the agent says and does."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.practice.customer import Customer, Leave, Speak
from ivr.practice.exercise import Exercise
from ivr.practice.reading import read_exercise

TEXT = """\
title: Probe
about: Zum Prüfen.
customer: {name: Erika, mood: 40, patience_s: 5}
opening: [Wo bleibt mein Paket?]
answers:
  - {id: number, when: [bestellnummer], says: Eins zwei drei., again: Sagte ich schon.}
  - {id: street, when: [straße], says: Am Markt., after: [number]}
  - {id: promise, when: [rufe sie zurück], says: Gut., mood: -30}
digressions: [Früher war alles besser.]
goodbye: {needs: [promise], says: Danke., unsolved: Und mein Paket?}
checklist: [{point: Nummer, when: [bestellnummer]}]
"""


def exercise(mood: int = 40) -> Exercise:
    return read_exercise(TEXT.replace("mood: 40", f"mood: {mood}"), "probe")


class Talk:
    """An agent and a customer, with a clock."""

    def __init__(self, mood: int = 40) -> None:
        self.customer = Customer(exercise(mood))
        self.now = 0.0
        self.said: list[str] = []
        self.left = False

    def waits(self, seconds: float) -> list[str]:
        """What the customer says meanwhile; each line takes a second."""
        before, until = len(self.said), self.now + seconds
        while self.now < until and not self.left:
            self.now += 0.02
            deed = self.customer.tick(self.now)
            if isinstance(deed, Leave):
                self.left = True
            elif isinstance(deed, Speak):
                self.said.append(deed.text)
                self.now += 1.0
                self.customer.has_said(self.now)
        return self.said[before:]

    def says(self, text: str, then_s: float = 3.0) -> list[str]:
        self.customer.agent_begins(self.now)
        self.now += 1.0
        self.customer.agent_ends(self.now)
        self.now += 0.3
        self.customer.heard(self.now, text)
        return self.waits(then_s)


def test_what_is_asked_is_answered_and_what_is_solved_ends_with_thanks() -> None:
    talk = Talk()
    assert talk.says("Guten Tag!") == ["Wo bleibt mein Paket?"]
    assert talk.says("In welcher Straße?") == ["Früher war alles besser."], "not before the number"
    assert talk.says("Ihre Bestellnummer?") == ["Eins zwei drei."]
    assert talk.says("Und die Straße?") == ["Am Markt."]
    assert talk.says("Ich rufe Sie zurück.") == ["Gut."]
    assert talk.says("Auf Wiederhören!") == ["Danke."]
    assert talk.left
    assert talk.customer.solved


def test_a_customer_without_a_solution_is_not_got_rid_of_at_once() -> None:
    talk = Talk()
    talk.says("Guten Tag!")
    assert talk.says("Auf Wiederhören!") == ["Und mein Paket?"]
    talk.says("Tschüss!")
    assert talk.left
    assert not talk.customer.solved


def test_asking_the_same_again_annoys() -> None:
    talk = Talk()
    talk.says("Guten Tag!")
    talk.says("Ihre Bestellnummer?")
    calm = talk.customer.mood
    assert talk.says("Wie war die Bestellnummer?") == ["Sagte ich schon."]
    assert talk.customer.mood > calm


def test_silence_is_asked_into_and_an_announced_wait_is_borne_for_longer() -> None:
    talk = Talk()
    talk.says("Guten Tag!")
    assert talk.says("Einen Moment, ich schaue nach.", 15) == []
    assert talk.waits(6) == ["Hallo? Sind Sie noch dran?"]
    talk.waits(60)
    assert talk.left, "nobody waits for ever"
    assert [each.why for each in talk.customer.moods].count("waiting") >= 3


def test_who_is_interrupted_says_it_again_and_is_angrier() -> None:
    talk = Talk()
    talk.says("Guten Tag!")
    talk.customer.heard(talk.now, "Ihre Bestellnummer?")
    while not isinstance(talk.customer.tick(talk.now), Speak):
        talk.now += 0.02
    mood = talk.customer.mood
    talk.customer.agent_begins(talk.now)
    talk.customer.interrupted(talk.now, 0.3)
    assert talk.customer.mood > mood
    talk.customer.has_said(talk.now)
    assert talk.says("Ja?") == ["Lassen Sie mich bitte ausreden.", "Eins zwei drei."]


def test_an_angry_customer_does_not_give_way() -> None:
    assert not Talk(mood=80).customer.gives_way


def test_words_that_did_not_arrive_are_asked_for() -> None:
    talk = Talk()
    talk.customer.agent_begins(0)
    talk.customer.agent_ends(1)
    talk.now = 1
    assert talk.waits(4) == []
    assert talk.waits(3) == ["Entschuldigung, das habe ich akustisch nicht verstanden."]


def test_music_wears_patience_down_until_they_hang_up() -> None:
    talk = Talk(mood=70)
    talk.says("Guten Tag!")
    talk.customer.held(talk.now, on=True)
    assert talk.waits(200) == []
    assert talk.left
    assert talk.customer.mood == 100


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["Guten Tag", "Bestellnummer?", "Ja", "Moment", "Tschüss", "Hm?", ""]),
            st.floats(0.1, 30),
        ),
        max_size=25,
    )
)
def test_whatever_happens_the_mood_stays_in_its_range_and_the_call_ends(
    events: list[str | float],
) -> None:
    talk = Talk()
    for event in events:
        if isinstance(event, str):
            talk.says(event, 1.0)
        else:
            talk.waits(event)
        assert 0 <= talk.customer.mood <= 100
    talk.waits(200)
    assert talk.left
    moments = [each.at_s for each in talk.customer.moods]
    assert moments == sorted(moments)
