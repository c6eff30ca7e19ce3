"""What follows when an intent is understood: told from the rules, and made into rules.

The usual rule has one step after the intent: an answer, or a form. Rules of other shapes stay as
they are and are shown as such.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from ivr.core.training import Body, Change, Edit
from ivr.training import pieces as p
from ivr.training.pieces import Content

HINTS = "custom"
"""Where an answer tells the telephone what is to happen; see nlu/domain/answers.yml."""
HAND_OVER_REASON = "intent"


class Then(StrEnum):
    ANSWER = "answer"
    FORM = "form"
    HAND_OVER = "hand_over"
    """To a colleague, after the answer."""
    END = "end"
    """The call ends after the answer."""
    OTHER = "other"
    """A rule of its own making, or an action of the program."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Follow:
    then: Then
    target: str = ""
    """The answer, form or action."""
    queue: str = ""
    """For a hand-over: whose colleagues; the company's first queue if empty."""
    rule: str = ""


def follow_of(content: Content, intent: str) -> Follow:
    """What follows on an intent."""
    return all_follows(content).get(intent, Follow(Then.NOTHING))


def all_follows(content: Content) -> dict[str, Follow]:
    """What follows on every intent of which something does: `follow_of` for all at once."""
    found: dict[str, Follow] = {}
    for name, piece in content.of(p.RULE).items():
        steps = piece.body["steps"]
        intent = steps[0].get("intent") if steps and isinstance(steps[0], Mapping) else None
        if isinstance(intent, str) and not piece.body.get("condition") and intent not in found:
            found[intent] = _read(content, name, steps)
    for piece in _talks(content):
        for intent in intents_in(piece.body["steps"]):
            found.setdefault(intent, Follow(Then.OTHER))
    return found


def intents_in(steps: Any) -> Iterator[str]:
    """Every intent that the steps of a rule or story name."""
    if isinstance(steps, Mapping):
        if isinstance(steps.get("intent"), str):
            yield steps["intent"]
        for value in steps.values():
            yield from intents_in(value)
    elif isinstance(steps, list):
        for value in steps:
            yield from intents_in(value)


def _talks(content: Content) -> Iterator[Any]:
    yield from content.of(p.RULE).values()
    yield from content.of(p.STORY).values()


def _read(content: Content, rule: str, steps: Any) -> Follow:
    actions = [step["action"] for step in steps if isinstance(step, Mapping) and "action" in step]
    first = actions[0] if actions else ""
    if first.endswith("_form") or any("active_loop" in step for step in steps):
        return Follow(Then.FORM, first, rule=rule)
    if len(actions) != 1 or not first.startswith("utter_"):
        return Follow(Then.OTHER, first, rule=rule)
    for variant in content.body(p.ANSWER, first).get("variants", ()):
        hints = variant.get(HINTS) or {}
        if hints.get("hand_over"):
            return Follow(Then.HAND_OVER, first, str(hints.get("queue", "")), rule)
        if hints.get("end"):
            return Follow(Then.END, first, rule=rule)
    return Follow(Then.ANSWER, first, rule=rule)


def edits_for(content: Content, intent: str, follow: Follow) -> list[Edit]:
    """The changes that make `follow` come after the intent, of the versions in `content`; nothing
    where it does so already.

    The answer that it names is given the hints; a rule of the usual shape is changed, one of
    another shape is replaced.
    """
    found = []
    for edit in _edits(content, intent, follow):
        piece = content.of(edit.kind).get(edit.name)
        if edit.body != (None if piece is None else piece.body):
            found.append(replace(edit, version=0 if piece is None else piece.version))
    return found


def overtaken(
    changes: Iterable[Change], intent: str, answers: Collection[str], seen: int
) -> Change | None:
    """The change, made after number `seen`, by which somebody else decided what follows on the
    intent: of a rule about it, or of the hints of one of `answers`. Wordings do not count."""
    for each in changes:
        if each.number <= seen:
            continue
        if each.kind == p.RULE:
            bodies = [body["steps"] for body in (each.before, each.after) if body]
            if intent in intents_in(bodies):
                return each
        elif each.name in answers and _hints(each.before) != _hints(each.after):
            return each
    return None


def _hints(answer: Body | None) -> list[Any]:
    found: list[Any] = []
    for variant in (answer or {}).get("variants", ()):
        if (hints := variant.get(HINTS) or {}) not in found:
            found.append(hints)
    return found


def _edits(content: Content, intent: str, follow: Follow) -> list[Edit]:
    now = follow_of(content, intent)
    if follow.then is Then.NOTHING:
        return [Edit(p.RULE, now.rule, None)] if now.rule else []
    name = now.rule or f"answer {intent}"
    kept = content.body(p.RULE, name)
    steps: list[dict[str, Any]] = [{"intent": intent}, {"action": follow.target}]
    if follow.then is Then.FORM:
        steps.append({"active_loop": follow.target})
    rule = {"file": p.RULES_FILE, "title": name, **kept, "steps": steps}
    edits = [Edit(p.RULE, name, rule)]
    answer = content.of(p.ANSWER).get(follow.target)
    if follow.then is not Then.FORM and answer is not None:
        variants = [_hinted(variant, follow) for variant in answer.body["variants"]]
        edits.append(Edit(p.ANSWER, answer.name, {**answer.body, "variants": variants}))
    return edits


def _hinted(variant: Mapping[str, Any], follow: Follow) -> dict[str, Any]:
    hints = dict(variant.get(HINTS) or {})
    was = hints.pop("hand_over", HAND_OVER_REASON)
    hints.pop("end", None)
    hints.pop("queue", None)
    if follow.then is Then.HAND_OVER:
        hints["hand_over"] = was
        if follow.queue:
            hints["queue"] = follow.queue
    elif follow.then is Then.END:
        hints["end"] = True
    rest = {key: value for key, value in variant.items() if key != HINTS}
    return rest | ({HINTS: hints} if hints else {})
