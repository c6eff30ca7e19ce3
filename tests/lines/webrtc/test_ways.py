"""Which connection a leg goes on over, where its browser tries several."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.lines.webrtc.ways import MOST, Ways

FIRST = Ways().offered(1).opened(1)


def test_the_first_that_opens_is_used_whichever_was_offered_first() -> None:
    both = FIRST.offered(2).offered(3)
    assert both.used == 1, "until one of them opens, the old one may come back by itself"
    assert (both.opened(2).used, both.opened(3).used) == (2, 3)


def test_a_browser_that_speaks_has_done_with_all_before_and_keeps_what_came_later() -> None:
    ways = FIRST.offered(2).offered(3).offered(4).opened(4)
    settled = ways.spoken(3)
    assert settled.used == 3
    assert [number for number in range(1, 5) if number in settled] == [3, 4]


def test_who_speaks_over_the_old_one_does_not_give_up_the_attempts() -> None:
    """It may be that only one direction of it works."""
    ways = FIRST.offered(2).spoken(1)
    assert ways.opened(2).used == 2
    assert ways.opened(2).spoken(1).used == 1


def test_an_offer_that_a_later_one_overtook_is_none() -> None:
    ways = FIRST.offered(3).opened(3)
    assert 2 not in ways.offered(2)
    assert ways.spoken(2) == ways


def test_an_old_connection_that_moves_does_not_come_back_by_that() -> None:
    ways = FIRST.offered(2).opened(2)
    assert ways.opened(1) == ways
    assert ways.opened(2) == ways


STEPS = st.lists(st.tuples(st.sampled_from(["offered", "opened", "spoken"]), st.integers(1, 9)))


@given(STEPS)
def test_whatever_happens_there_are_few_and_none_is_lost_that_is_used(
    steps: list[tuple[str, int]],
) -> None:
    ways, offered = Ways(), 0
    for step, number in steps:
        if step == "offered":
            offered += 1
        ways = getattr(ways, step)(offered if step == "offered" else number)
        beside = (*ways.coming, *ways.left)
        assert len(set(beside)) == len(beside) <= 2 * MOST
        assert ways.used not in beside
        assert all(0 < each <= offered for each in beside)
