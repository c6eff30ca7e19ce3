"""Near-duplicates after changes, against a search that begins anew."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.training.near import NearSearch

WORDS = ["bestellung", "lieferung", "rechnung", "kocher", "garantie", "filiale", "termin", "preis"]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=4, max_size=7).map(" ".join)
CONTENT = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.lists(TEXTS, min_size=1, max_size=4), max_size=3
)


@settings(max_examples=60)
@given(st.lists(CONTENT, min_size=2, max_size=5))
def test_what_is_remembered_changes_nothing(states: list[dict[str, list[str]]]) -> None:
    search = NearSearch()
    for state in states:
        found = search.pairs(state)
        places = [(label, at) for label in state for at in range(len(state[label]))]
        for one, two in found:
            assert one[0] != two[0]
            assert places.index(one) < places.index(two)
        # A search that has seen nothing else may differ only in how rare a word was.
        same = {
            (one, two)
            for number, one in enumerate(places)
            for two in places[number + 1 :]
            if one[0] != two[0] and state[one[0]][one[1]] == state[two[0]][two[1]]
        }
        assert same <= set(found)


def test_a_changed_example_is_compared_again() -> None:
    search = NearSearch()
    one = {"a": ["wann kommt meine neue bestellung an"], "b": ["was kostet der kocher"]}
    assert search.pairs(one) == []
    two = {**one, "b": ["wann kommt denn meine neue bestellung an"]}
    assert search.pairs(two) == [(("a", 0), ("b", 0))]
    assert search.pairs(one) == []
    assert search.pairs({"b": one["b"]}) == []
