"""What admins do with words: which mean the same, which are found wherever they are said
(https://rasa.com/docs/rasa/training-data-format), and which the recognizer is to expect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ivr.core.training import Edit, Piece
from ivr.training import pieces as p
from ivr.training.content import ContentDesk
from ivr.training.examples import key, marked, tidy
from ivr.training.outcomes import Outcome, Refused, Saved
from ivr.training.pieces import Content
from ivr.training.texts import say

WORD_KINDS = (p.SYNONYM, p.LOOKUP, p.REGEX)
LONGEST_NAME = 80
"""Characters."""
LONGEST_WORD, MOST_AT_ONCE = 40, 50
FROM_TRANSCRIPT, BY_HAND = "transcript", "admin"
"""Where an expected word is from: a transcript that was corrected, or an admin's own list."""
_SAMPLE = "Wort 12345, a-b"


@dataclass(frozen=True, slots=True)
class WordList:
    """`words` count as `name` (synonym), are values of the entity `name` (lookup), or are patterns
    for it (regex)."""

    kind: str
    name: str
    words: tuple[str, ...]
    version: int
    changed_by: str


@dataclass(frozen=True, slots=True)
class ExpectedWord:
    word: str
    source: str
    """`FROM_TRANSCRIPT` or `BY_HAND`."""
    added_by: str


class WordLists:
    """The use-cases, on the content that `desk` keeps."""

    def __init__(self, desk: ContentDesk) -> None:
        self._desk = desk

    async def listed(self, search: str = "") -> tuple[WordList, ...]:
        """All of them, or those with these words in them or in their name."""
        content, wanted = await self._desk.content(), key(search)
        return tuple(
            each
            for each in _all(content)
            if not wanted or any(wanted in key(text) for text in (each.name, *each.words))
        )

    async def one(self, kind: str, name: str) -> WordList | None:
        content = await self._desk.content()
        piece = content.of(kind).get(name) if kind in WORD_KINDS else None
        return None if piece is None else _list(piece)

    async def save(
        self,
        kind: str,
        name: str,
        words: Sequence[str],
        version: int,
        by: str,
        *,
        new_entity: bool = False,
    ) -> Outcome:
        """A new one where `version` is 0. Without words nothing is left of it. `new_entity`: what
        no example marks and no list names yet is meant, and not a slip of the pen."""
        content, name = await self._desk.content(), tidy(name)
        kept = tuple(dict.fromkeys(_tidied(kind, words)))
        if version and not kept and name not in content.of(kind):
            # Somebody else has taken it away already.
            return Saved(())
        wrong = _wrong(content, kind, name, kept, new=not version)
        if wrong is None and not version and kind != p.SYNONYM:
            wrong = _no_entity(content, name, new_entity=new_entity)
        if wrong is not None:
            return wrong
        body = {**content.body(kind, name), "examples": list(kept)}
        body.setdefault("file", p.NLU_FILE)
        edits = [Edit(kind, name, body if kept else None, version)]
        if kept and kind != p.SYNONYM:
            edits += p.new_entities(content, [name])
        return await self._desk.save(edits, by)

    async def expected(self, search: str = "") -> tuple[ExpectedWord, ...]:
        """What the recognizer expects because admins want it to, the newest first."""
        content, wanted = await self._desk.content(), key(search)
        return tuple(
            ExpectedWord(piece.name, piece.body.get("from", BY_HAND), piece.changed_by)
            for piece in reversed(list(content.of(p.WORD).values()))
            if not wanted or wanted in key(piece.name)
        )

    async def expect(self, words: Sequence[str], by: str) -> Outcome:
        """More words for the recognizer; calls use them a few seconds later."""
        listed = [text for word in words if (text := tidy(word))]
        if not listed:
            return Refused(say("no_words"), "words")
        if (long := next((word for word in listed if len(word) > LONGEST_WORD), "")) != "":
            return Refused(say("long_word", word=long, most=LONGEST_WORD), "words")
        if len(listed) > MOST_AT_ONCE:
            return Refused(say("many_words", most=MOST_AT_ONCE), "words")
        edits = expecting(await self._desk.content(), listed, BY_HAND)
        return await self._desk.save(edits, by)

    async def expect_no_more(self, word: str, by: str) -> Outcome:
        return await self._desk.save([Edit(p.WORD, word, None)], by)


def expecting(content: Content, words: Iterable[str], source: str) -> tuple[Edit, ...]:
    """What adds those of the words to the expected ones that are not there yet."""
    known = {name.casefold() for name in content.of(p.WORD)}
    fresh: dict[str, str] = {}
    for word in words:
        bare = word.strip(".,!?;: ")
        if bare and bare.casefold() not in known:
            fresh.setdefault(bare.casefold(), bare)
    return tuple(Edit(p.WORD, word, {"from": source}, 0) for word in fresh.values())


def _all(content: Content) -> Iterator[WordList]:
    for kind in WORD_KINDS:
        for _, piece in sorted(content.of(kind).items(), key=lambda each: each[0].casefold()):
            yield _list(piece)


def _list(piece: Piece) -> WordList:
    words = tuple(marked(each) for each in piece.body["examples"])
    return WordList(piece.kind, piece.name, words, piece.version, piece.changed_by)


def _tidied(kind: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        # Spaces count in a pattern.
        text = word.strip() if kind == p.REGEX else tidy(word)
        if text := text.removeprefix("- ").strip():
            yield text


def _wrong(
    content: Content, kind: str, name: str, words: Sequence[str], *, new: bool
) -> Refused | None:
    if not name or len(name) > LONGEST_NAME:
        return Refused(say("word_name", most=LONGEST_NAME), "name")
    if new and name in content.of(kind):
        return Refused(say("exists", name=name), "name")
    if new and not words:
        return Refused(say("no_words"), "words")
    if kind == p.REGEX:
        return _no_pattern(words)
    return _elsewhere(content.of(p.SYNONYM), name, words) if kind == p.SYNONYM else None


def _no_entity(content: Content, name: str, *, new_entity: bool) -> Refused | None:
    if name in content.entities():
        return None
    if not p.ENTITY_NAME.fullmatch(name):
        return Refused(say("entity_name"), "name")
    return None if new_entity else Refused(say("no_entity", name=name), "new_entity")


def _no_pattern(words: Sequence[str]) -> Refused | None:
    for pattern in words:
        try:
            read = re.compile(pattern)
        except re.error as error:
            return Refused(say("pattern", pattern=pattern, what=error), "words")
        if any(not found.group() for found in read.finditer(_SAMPLE)):
            # It would be found between any two letters of whatever is said.
            return Refused(say("pattern_of_nothing", pattern=pattern), "words")
    return None


def _elsewhere(synonyms: Mapping[str, Piece], name: str, words: Sequence[str]) -> Refused | None:
    """A word that counts as two things would count as either, at Rasa's choice."""
    for other, piece in synonyms.items():
        theirs = {marked(each).casefold() for each in piece.body["examples"]}
        for word in words:
            if other != name and word.casefold() in theirs:
                return Refused(say("synonym_twice", word=word, other=other), "words")
    return None
