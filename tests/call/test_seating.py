"""Who hears whom: what must hold in every arrangement of a call."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.call.seating import (
    AGENT,
    CALLER,
    COLLEAGUE,
    MUSIC,
    VOICE,
    Seating,
    Supervision,
    hearing,
    listened_to,
)

seatings = st.builds(
    Seating,
    watchers=st.dictionaries(
        st.sampled_from(["supervisor-1", "supervisor-2"]), st.sampled_from(Supervision)
    ),
)


@given(seatings)
def test_nobody_hears_themselves(seating: Seating) -> None:
    assert all(listener not in heard for listener, heard in hearing(seating).items())


@given(seatings)
def test_who_listens_in_is_heard_by_nobody(seating: Seating) -> None:
    silent = {seat for seat, watch in seating.watchers.items() if watch is Supervision.LISTEN}
    assert all(not heard & silent for heard in hearing(seating).values())


@given(seatings)
def test_whispers_never_reach_the_caller(seating: Seating) -> None:
    heard = hearing(seating)
    for seat, watch in seating.watchers.items():
        if watch is Supervision.WHISPER:
            assert seat in heard[AGENT]
            assert seat not in heard[CALLER]
            assert seat not in heard.get(COLLEAGUE, frozenset())


@given(seatings)
def test_a_caller_who_is_away_hears_music_and_no_person_and_nobody_hears_them(
    seating: Seating,
) -> None:
    heard = hearing(seating)
    people = {AGENT, COLLEAGUE, *seating.watchers}
    assert (MUSIC in heard[CALLER]) == seating.away
    if seating.away:
        assert not heard[CALLER] & people
        assert all(CALLER not in each for each in heard.values())


@given(seatings)
def test_a_muted_agent_is_heard_by_nobody(seating: Seating) -> None:
    if seating.muted:
        assert all(AGENT not in heard for heard in hearing(seating).values())


@given(seatings)
def test_supervisors_hear_what_the_agent_hears(seating: Seating) -> None:
    heard = hearing(seating)
    for seat in seating.watchers:
        assert heard[AGENT] - {seat} <= heard[seat]


def test_two_people_talk() -> None:
    heard = hearing(Seating())
    assert AGENT in heard[CALLER]
    assert CALLER in heard[AGENT]


@given(seatings)
def test_whom_supervisors_hear_must_be_told(seating: Seating) -> None:
    if not seating.watchers or seating.lent:
        return
    heard = hearing(seating)
    people = {CALLER, AGENT, COLLEAGUE}
    audible = set[str]().union(*(heard[seat] for seat in seating.watchers)) & people
    assert audible <= listened_to(seating)


@given(seatings)
def test_while_somebody_is_consulted_the_voice_is_for_them(seating: Seating) -> None:
    heard = hearing(seating)
    if seating.away and seating.colleague:
        assert VOICE not in heard[CALLER]
        assert VOICE in heard[COLLEAGUE]
        assert VOICE in heard[AGENT]
