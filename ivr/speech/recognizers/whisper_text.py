"""What can be told from Whisper's text alone: whether it loops, and whether nobody said it.

Whisper was trained on subtitles. On noise it writes their closing credits, and on audio shorter
than it is used to it says things twice.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

_LOOPS = 3
"""A phrase this often in a row is a loop, however long the audio is."""
_LONGEST_PHRASE = 12
"""Words in the longest phrase that is looked at for repetition."""
_FASTEST_WORDS_S = 4.5
"""Words a second that hardly anybody exceeds: a phrase repeated at that speed was said once."""

_CREDITS = re.compile(
    r"""untertitel | amara\.?org | copyright | ^\W*zdf | \bard\b.*\b(text|funk) | \bswr\b | \bwdr\b
      | vielen\ dank\ f(ü|ue)rs?\ (das\ )?(zuschauen|zuh(ö|oe)ren|anschauen|einschalten)
      | danke\ f(ü|ue)rs\ (zuschauen|zuh(ö|oe)ren)
      | bis\ zum\ n(ä|ae)chsten\ (mal|video) | abonnier | ^\W*(im\ auftrag\ des|eine\ produktion)
      | ^\W*(musik|applaus|lachen|gel(ä|ae)chter|st(ö|oe)hnen|schreie?n?)\W*$
      | ^\W*[\[(*♪].*[\])*♪]\W*$""",
    re.IGNORECASE | re.VERBOSE,
)


def is_hallucination(text: str) -> bool:
    """Whether the text is one that Whisper writes of noise and that no caller says."""
    return not re.search(r"\w", text) or bool(_CREDITS.search(text))


def repeats(text: str, audio_s: float) -> bool:
    """Whether a phrase comes three times in a row, or twice though the audio is too short.

    A second time that breaks off counts too.
    """
    words = _bare(text)
    if any(times >= _LOOPS for _, _, times in _runs(words)):
        return True
    hurried = len(words) > _FASTEST_WORDS_S * max(audio_s, 0.5)
    return hurried and (any(_is_loop(run) for run in _runs(words)) or _begun_again(words) > 0)


def echoes(text: str, hints: Sequence[str]) -> bool:
    """Whether two hints come one after the other, as only the list of hints has them: Whisper
    writes on what it was told before where it understands nothing."""
    seams = {(_bare(hint)[-1], _bare(after)[0]) for hint, after in pairwise(hints)}
    return any(all(pair) and pair in seams for pair in pairwise(_bare(text)))


def collapse(text: str) -> str:
    """Keep one of every phrase that is repeated in a row, and nothing of one begun again."""
    written = text.split()
    words = _bare(text)
    kept = list(range(len(words)))
    kept = kept[: len(kept) - _begun_again(words)]
    while run := next((run for run in _runs([words[i] for i in kept]) if _is_loop(run)), None):
        start, size, times = run
        del kept[start + size : start + size * times]
    return " ".join(written[i] for i in kept)


def _begun_again(words: list[str]) -> int:
    """How many words at the end repeat what came directly before them, without finishing it.

    The last of them may be cut off. Fewer than three are no sign of anything.
    """
    for size in range(len(words) // 2, 2, -1):
        tail = words[-size:]
        for start in range(len(words) - 2 * size + 1):
            head = words[start : start + size]
            if head[:-1] == tail[:-1] and head[-1].startswith(tail[-1]):
                return size
    return 0


def _is_loop(run: tuple[int, int, int]) -> bool:
    _, size, times = run
    return times >= _LOOPS or size >= 2


def _runs(words: list[str]) -> list[tuple[int, int, int]]:
    """Every phrase that follows upon itself: where it begins, its words, how often it comes."""
    found = []
    for size in range(1, min(_LONGEST_PHRASE, len(words) // 2) + 1):
        start = 0
        while start + 2 * size <= len(words):
            times = _times(words, start, size)
            if times > 1:
                found.append((start, size, times))
            start += size * times if times > 1 else 1
    return found


def _times(words: list[str], start: int, size: int) -> int:
    phrase = words[start : start + size]
    times = 1
    while words[start + times * size : start + (times + 1) * size] == phrase:
        times += 1
    return times


def _bare(text: str) -> list[str]:
    return [_bare_word(word) for word in text.split()]


def _bare_word(word: str) -> str:
    return re.sub(r"\W", "", word).casefold()
