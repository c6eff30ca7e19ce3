"""Fills a form over the telephone: answers, several at once, corrections, confirmations, misses.

One machine serves all forms; `specs.py` says what each of them needs. A turn goes one of four
ways: it fills or changes slots, it is a question for somebody else (the form steps aside and asks
again afterwards), it is not understood (asked again with an example, then handed over), or it ends
the form.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from ivr.german.words import words
from ivr.understanding.actions.fields import Ear, Field, Heard
from ivr.understanding.actions.sdk import Say, Turn
from ivr.understanding.actions.words import asks_to_stop, corrected, says_no, says_yes

SURE = 0.6
"""Confidence from which a guessed intent may take an utterance away from the form."""
ANSWERS = frozenset(
    {"inform", "affirm", "deny", "correction", "stop_form", "out_of_scope", "nlu_fallback", ""}
)
"""Intents that never mean something outside of the form."""

MODE = "form_mode"
"""How the next question is put: the condition of its variants in the domain."""
MISS = "form_miss"
"""The slot whose last answer was not understood."""
GUESS = "form_guess"
"""What was perhaps meant, put to the caller: "Meinten Sie …"."""
AGAIN, CHANGE, OFFER, SUGGEST, BY_NAME = "again", "change", "offer", "guess", "name"
STEERING: Mapping[str, Any] = {MODE: None, MISS: None, GUESS: None}
"""What a turn that got on clears."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a turn does to a form."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    says: tuple[Say, ...] = ()
    aside: bool = False
    """Somebody else answers; the form asks again afterwards."""
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A heard value after a look at the company: kept as `slots`, or refused with words."""

    slots: Mapping[str, Any] = field(default_factory=dict)
    says: tuple[Say, ...] = ()


Check: TypeAlias = Callable[[Any, Turn, Ear], Awaitable[Taken]]


@dataclass(frozen=True, slots=True)
class Spec:
    """A form: its slots in the order in which they are asked for."""

    name: str
    fields: tuple[Field, ...]
    confirms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Confirmation slot → the slots that it reads back."""
    order: tuple[str, ...] = ()
    """All slots, confirmations included; the fields alone unless told otherwise."""
    fresh: frozenset[str] = frozenset()
    """Slots that are asked for anew each time; the others outlive the form within a call."""
    triggers: frozenset[str] = frozenset()
    """Intents that begin it: said within it, they are answers."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    without: Mapping[str, str] = field(default_factory=dict)
    """Slot → how the question goes on for callers who do not have what is asked for."""

    @property
    def slots(self) -> tuple[str, ...]:
        return self.order or tuple(each.slot for each in self.fields)

    def field(self, slot: str) -> Field | None:
        return next((each for each in self.fields if each.slot == slot), None)


class Filling:
    """Takes the turns of one form."""

    def __init__(self, spec: Spec, ear: Ear) -> None:
        self._spec = spec
        self._ear = ear

    async def step(self, turn: Turn) -> Step:
        if turn.resumed:
            return Step()
        requested = turn.requested
        if turn.begins or requested is None:
            return await self._begin(turn)
        if turn.intent == "stop_form" or asks_to_stop(turn.text):
            return Step(STEERING, (Say("utter_form_stopped"),), ends=True)
        if turn.slots.get(MODE) == OFFER and (settled := _offered(turn)):
            return settled
        if turn.slots.get(MODE) == SUGGEST and says_yes(turn.text):
            turn = replace(turn, text=str(turn.slots[GUESS]), intent="inform")
        if filled_in := self._filled_in(turn, requested):
            return filled_in
        if requested in self._spec.confirms:
            return await self._confirm(turn, requested)
        return await self._fill(turn, requested)

    async def _begin(self, turn: Turn) -> Step:
        # What a colleague has just filled in for this caller is not asked for again.
        fresh = self._spec.fresh - turn.given
        cleared = {slot: None for slot in self._spec.slots if slot in fresh}
        turn = replace(turn, slots={**turn.slots, **cleared, **STEERING})
        step = await self._take(turn, self._heard_unasked(turn, self._spec.fields))
        return replace(step, slots={**cleared, **STEERING, **step.slots})

    async def _fill(self, turn: Turn, requested: str) -> Step:
        asked = self._spec.field(requested)
        heard = asked.hear(turn, self._ear, True) if asked else None
        if self._is_for_others(turn) and not (heard and heard.firm):
            return Step(aside=True)
        if _corrects(turn) and (changed := await self._correct(turn, requested)):
            return changed
        found = self._heard_besides(turn, asked, heard)
        if asked and heard and not (asked.free and found and not heard.firm):
            found[requested] = heard
        if found:
            return await self._take(turn, found)
        without = self._spec.without.get(requested)
        if without and turn.slots.get(MODE) != without and _has_none(turn.text):
            return Step({**STEERING, MODE: without})
        return self._miss(turn, requested)

    def _heard_besides(
        self, turn: Turn, asked: Field | None, heard: Heard | None
    ) -> dict[str, Heard]:
        """What else the answer tells. Free words told nothing else: "es geht um zwei Toaster"."""
        dictated = asked is not None and asked.free and heard is not None
        others = [
            each
            for each in self._spec.fields
            if each is not asked
            and (turn.slots.get(each.slot) is None or not (each.free or dictated))
        ]
        found = self._heard_unasked(turn, others)
        return {slot: it for slot, it in found.items() if not _same(it, turn.slots.get(slot))}

    async def _correct(self, turn: Turn, requested: str) -> Step | None:
        """Something that was settled before is changed; None where nothing shows what."""
        filled = [each for each in self._spec.fields if turn.slots.get(each.slot) is not None]
        changed = await self._change(turn, filled)
        if changed or not filled:
            return changed
        before = self._last_before(requested, filled)
        again = None if before.free else before.hear(turn, self._ear, True)
        if again and not _same(again, turn.slots.get(before.slot)):
            return await self._take(turn, {before.slot: again})
        asked = self._spec.field(requested)
        if turn.intent != "correction" or (asked and asked.hear(turn, self._ear, True)):
            return None
        return self._clear(before.slot)

    async def _change(self, turn: Turn, fields: list[Field]) -> Step | None:
        """The values or the names of `fields` that the caller wants changed."""
        named = [each for each in fields if each.named_in(turn.text)]
        heard = {
            each.slot: value
            for each in fields
            if (value := each.hear(turn, self._ear, each in named and not each.free))
            and value.firm
            and not _same(value, turn.slots.get(each.slot))
        }
        if heard:
            return await self._take(turn, heard)
        return self._clear(named[0].slot) if named else None

    async def _confirm(self, turn: Turn, requested: str) -> Step:
        covered = [
            each for each in self._spec.fields if each.slot in self._spec.confirms[requested]
        ]
        if self._is_for_others(turn) and not self._heard_unasked(turn, covered):
            return Step(aside=True)
        if changed := await self._change(turn, covered):
            return changed
        if no_or_change := await self._change_bare(turn, covered):
            return no_or_change
        if turn.slots.get(MODE) == CHANGE:
            return self._miss(turn, requested)
        if says_yes(turn.text) or (turn.intent == "affirm" and not says_no(turn.text)):
            return Step({**STEERING, requested: True})
        if says_no(turn.text) or turn.intent in {"deny", "correction"}:
            if len(covered) == 1:
                return self._clear(covered[0].slot)
            return Step({**STEERING, MODE: CHANGE})
        return self._miss(turn, requested)

    async def _change_bare(self, turn: Turn, covered: list[Field]) -> Step | None:
        """A bare value where a change is due: "nein, drei". Taken if it fits one slot only."""
        changing = turn.slots.get(MODE) == CHANGE
        if not (changing or _corrects(turn)):
            return None
        strict = [each for each in covered if changing or not each.free]
        heard = {
            each.slot: value
            for each in strict
            if (value := each.hear(turn, self._ear, True)) and value.firm
        }
        return await self._take(turn, heard) if len(heard) == 1 else None

    async def _take(self, turn: Turn, found: Mapping[str, Heard]) -> Step:
        slots: dict[str, Any] = {}
        says: tuple[Say, ...] = ()
        for slot in self._spec.slots:
            if slot not in found:
                continue
            value = found[slot].value
            check = self._spec.checks.get(slot)
            seen = replace(turn, slots={**turn.slots, **slots})
            taken = await check(value, seen, self._ear) if check else Taken({slot: value})
            slots.update(taken.slots)
            says += taken.says
            slots.update(self._unconfirmed(slot))
        return Step({**STEERING, **slots}, says)

    def _filled_in(self, turn: Turn, requested: str) -> Step | None:
        """A colleague has answered the question, or changed what was just read back: whatever the
        caller has said, they have not said it to that."""
        asked = {requested, *self._spec.confirms.get(requested, ())} & turn.given
        slots = {slot: turn.slots[slot] for slot in asked if turn.slots.get(slot) is not None}
        if not slots:
            return None
        unconfirmed = {name: None for slot in slots for name in self._unconfirmed(slot)}
        return Step({**STEERING, **slots, **unconfirmed})

    def _clear(self, slot: str) -> Step:
        return Step(
            {**STEERING, slot: None, **self._unconfirmed(slot)}, (Say("utter_form_once_more"),)
        )

    def _unconfirmed(self, slot: str) -> dict[str, Any]:
        """What was confirmed of a slot is no longer, once the slot changes."""
        return {name: None for name, covered in self._spec.confirms.items() if slot in covered}

    def _miss(self, turn: Turn, requested: str) -> Step:
        if turn.slots.get(MISS) == requested:
            return Step(STEERING, (Say("utter_form_failed"),), ends=True)
        mode = turn.slots.get(MODE)
        return Step({MISS: requested, MODE: mode if mode in {CHANGE, OFFER, BY_NAME} else AGAIN})

    def _heard_unasked(
        self, turn: Turn, fields: list[Field] | tuple[Field, ...]
    ) -> dict[str, Heard]:
        """What `turn` tells unasked. A question tells nothing, unless the form begins with it:
        "Kann ich am Freitag kommen?"."""
        heard = ((each.slot, each.hear(turn, self._ear, False)) for each in fields)
        return {slot: it for slot, it in heard if it and (it.firm or turn.begins)}

    def _is_for_others(self, turn: Turn) -> bool:
        own = turn.intent in ANSWERS or turn.intent in self._spec.triggers
        return not own and turn.confidence >= SURE

    def _last_before(self, requested: str, filled: list[Field]) -> Field:
        """The field asked for before `requested`: what "das war falsch" is about."""
        place = {slot: at for at, slot in enumerate(self._spec.slots)}
        before = [each for each in filled if place[each.slot] < place[requested]]
        return before[-1] if before else filled[-1]


def _corrects(turn: Turn) -> bool:
    return turn.intent == "correction" or corrected(turn.text)


def _same(heard: Heard, current: Any) -> bool:
    return current is not None and str(heard.value) == str(current)


def _has_none(text: str) -> bool:
    """ "Die habe ich nicht", "weiß ich nicht", "ich bin noch kein Kunde"."""
    return bool({"nicht", "keine", "kein", "nein", "noch", "neukunde"} & set(words(text)))


def _offered(turn: Turn) -> Step | None:
    """What the caller makes of the offer to be put through."""
    if says_yes(turn.text) or turn.intent in {"affirm", "human_agent"}:
        return Step(STEERING, (Say("utter_form_handed_over"),), ends=True)
    if says_no(turn.text) or turn.intent == "deny":
        return Step(STEERING, (Say("utter_form_stopped"),), ends=True)
    return None
