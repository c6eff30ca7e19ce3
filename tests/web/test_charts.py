"""Plots lie within their frame and say what the table says."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.web.charts import HEIGHT, WIDTH, Series, plot
from ivr.web.intents import intent_title

values = st.floats(0, 1e6, allow_nan=False)


@given(
    st.lists(st.tuples(values, values, st.none() | values), min_size=1, max_size=60),
)
def test_every_mark_is_inside_and_bars_stand_on_each_other(
    rows: Sequence[tuple[float, float, float | None]],
) -> None:
    labels = [str(at) for at in range(len(rows))]
    bars = [Series("a", [row[0] for row in rows]), Series("b", [row[1] for row in rows])]
    made = plot(labels, bars, [Series("c", [row[2] for row in rows])])
    for bar in made.bars:
        assert -0.2 <= bar.y <= HEIGHT
        assert bar.y + bar.height <= HEIGHT + 0.2
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 0.1
    marks = [mark for line in made.lines for piece in line.pieces for mark in piece]
    assert len(marks) == sum(row[2] is not None for row in rows)
    assert all(-0.2 <= mark.y <= HEIGHT and 0 <= mark.x <= WIDTH for mark in marks)
    assert len(made.labels) <= 12
    assert 2 <= len(made.ticks) <= 6
    assert made.empty == (not marks and not any(row[0] or row[1] for row in rows))


def test_a_line_is_interrupted_where_nothing_is_known() -> None:
    made = plot(list("abcd"), (), [Series("level", [0.5, None, 1.0, 0.0])], top=1.0)
    [line] = made.lines
    assert [len(piece) for piece in line.pieces] == [1, 2]
    assert [mark.y for mark in line.pieces[1]] == [0.0, HEIGHT]
    assert line.pieces[0][0].text == "a: level 0.5"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("order_status", "Bestellstatus"),
        ("ersatzteile_mixer", "Ersatzteile Mixer"),
        ("faq/versand", "Faq Versand"),
        (None, "–"),
    ],
)
def test_intents_are_named_for_people(name: str | None, title: str) -> None:
    assert intent_title(name) == title
