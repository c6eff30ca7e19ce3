import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.audio.spelled import read_spelled, spell

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1)


@given(TEXT, st.integers(0, 400), st.integers(0, 400))
def test_cut_audio_still_spells_its_text(text: str, before: int, after: int) -> None:
    letters = len(text.encode())
    pcm = spell(text, (8 * letters + 900) / 16_000)
    cut = pcm[2 * before : len(pcm) - 2 * after]
    assert read_spelled(bytes(640) + cut + bytes(640)) == text


def test_two_stretches_of_sound_are_two_texts() -> None:
    pcm = spell("Guten Tag", 0.5) + bytes(3_200) + spell("ich möchte bestellen", 0.5)
    assert read_spelled(pcm) == "Guten Tag ich möchte bestellen"


def test_other_audio_spells_nothing() -> None:
    assert read_spelled(bytes(3_200)) == ""
    assert read_spelled(b"\x10\x20" * 1_600) == ""


def test_a_text_too_long_for_its_time_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        spell("zu lang " * 100, 0.1)
