"""Names made of questions."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.training.naming import name_for


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Haben Sie auch Ersatzteile?", "ersatzteile"),
        ("Wie lange hält die Batterie?", "wie_lange_haelt_batterie"),
        ("Groß- und Kleinschreibung", "gross_kleinschreibung"),
        ("3D-Druck?", "frage_3d_druck"),
        ("???", "frage"),
        ("Ist das?", "ist_das"),
    ],
)
def test_a_name_tells_what_it_is_about(question: str, name: str) -> None:
    assert name_for(question) == name


@given(st.text())
def test_any_question_makes_a_name_that_is_allowed(question: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]{0,60}", name_for(question))
