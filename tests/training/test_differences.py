"""What a change changed, and two admins' changes put together."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ivr.training.differences import differences, merged

TEXTS = st.lists(st.sampled_from([f"Satz {n}" for n in range(8)]), max_size=8, unique=True)


@given(TEXTS, TEXTS, TEXTS)
def test_both_sides_of_a_merge_get_their_way(
    base: list[str], mine: list[str], theirs: list[str]
) -> None:
    both = [str(each) for each in merged(base, mine, theirs)]
    assert set(mine) - set(base) <= set(both)
    assert set(theirs) - set(base) <= set(both)
    kept = set(base) & set(mine) & set(theirs)
    assert set(both) == kept | (set(mine) - set(base)) | (set(theirs) - set(base))
    assert max(Counter(both).values(), default=1) == 1


@given(TEXTS, TEXTS)
def test_who_changed_nothing_gets_what_the_other_made(base: list[str], theirs: list[str]) -> None:
    assert merged(base, base, theirs) == theirs


@given(TEXTS, TEXTS)
def test_a_difference_leads_from_one_to_the_other(before: list[str], after: list[str]) -> None:
    found = differences({"examples": before}, {"examples": after})
    if before == after:
        assert found == ()
    else:
        (examples,) = found
        left = [each for each in before if each not in examples.gone]
        assert sorted([*left, *examples.come]) == sorted(after)


def test_a_wording_is_shown_as_it_is_said() -> None:
    before = {"file": "a.yml", "variants": [{"text": "Ja."}]}
    after = {"file": "b.yml", "variants": [{"text": "Ja.", "channel": "sip"}]}
    (wording,) = differences(before, after)
    assert wording.gone == ("Ja.",)
    assert wording.come == ('Ja.  {"channel": "sip"}',)


def test_what_is_new_has_come_altogether() -> None:
    (only,) = differences(None, {"on": True})
    assert (only.gone, only.come) == ((), ("true",))


def test_what_comes_after_an_answer_is_told_in_words() -> None:
    before = {"variants": [{"text": "Um acht."}]}
    after = {"variants": [{"text": "Um acht.", "custom": {"hand_over": "intent", "queue": "a"}}]}
    (found,) = differences(before, after)
    assert found.come == ("Um acht.  (übergibt danach an „a“)",)
