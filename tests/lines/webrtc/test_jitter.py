"""Packets in whatever order become an even stream."""

from hypothesis import given
from hypothesis import strategies as st

from ivr.lines.webrtc.jitter import LEAST_HELD, MOST_AHEAD, JitterBuffer, Missing

packets = st.integers(0, 65_535)


def payload(number: int) -> bytes:
    return number.to_bytes(4, "big")


@given(packets)
def test_a_steady_stream_comes_out_as_it_went_in_across_the_end_of_the_numbers(first: int) -> None:
    buffer, out = JitterBuffer(), []
    for number in range(200):
        buffer.put((first + number) % 65_536, payload(number))
        out.append(buffer.take())
    said = [each for each in out if not isinstance(each, Missing)]
    assert said == [payload(number) for number in range(len(said))]
    assert len(said) == 200 - LEAST_HELD + 1


@given(packets, st.permutations(range(4)))
def test_neighbours_that_change_places_are_put_back(first: int, order: list[int]) -> None:
    buffer, out = JitterBuffer(), []
    for block in range(10):
        for place in order:
            number = block * 4 + place
            buffer.put((first + number) % 65_536, payload(number))
        out += [buffer.take() for _ in range(4)]
    assert out == [payload(number) for number in range(40)]


def test_one_lost_packet_costs_one_packet() -> None:
    buffer = JitterBuffer()
    out = []
    for number in range(20):
        if number != 10:
            buffer.put(number, payload(number))
        out.append(buffer.take())
    assert out.count(Missing.LOST) == 1
    assert [each for each in out if isinstance(each, bytes)] == [
        payload(number) for number in range(19) if number != 10
    ]


def test_a_pause_of_the_network_makes_it_more_patient_and_calm_less() -> None:
    buffer = JitterBuffer()
    delay = []
    sent = 0
    for tick in range(1500):
        if not 100 <= tick < 104:
            while sent <= tick:
                buffer.put(sent, payload(sent))
                sent += 1
        if isinstance(buffer.take(), bytes):
            delay.append(len(buffer))
    assert delay[50] == LEAST_HELD - 1
    assert max(delay) > LEAST_HELD
    assert delay[-1] <= LEAST_HELD


@given(st.lists(st.tuples(st.one_of(packets, st.none()), st.binary(max_size=3)), max_size=400))
def test_whatever_comes_it_stays_small_and_gives_nothing_twice(
    steps: list[tuple[int | None, bytes]],
) -> None:
    buffer, given_out = JitterBuffer(), 0
    taken_in = 0
    for number, data in steps:
        if number is None:
            given_out += isinstance(buffer.take(), bytes)
        else:
            taken_in += 1
            buffer.put(number, data)
        assert len(buffer) <= MOST_AHEAD
    assert given_out <= taken_in
