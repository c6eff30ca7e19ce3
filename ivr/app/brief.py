"""What an agent is told beyond the call itself: earlier calls, and answers that fit."""

from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from ivr.config.company import Company
from ivr.core.desk import EarlierCall
from ivr.core.ports import Store
from ivr.core.records import CallRecord, Fact, HandOver, Message, Order
from ivr.understanding.actions.facts import plain_facts

MOST_EARLIER = 5


def look_up_earlier(store: Store) -> Callable[[str], Awaitable[tuple[EarlierCall, ...]]]:
    """Finds the latest calls from a number. Raises StoreUnavailable."""

    async def look_up(caller: str) -> tuple[EarlierCall, ...]:
        return tuple(_earlier(call) for call in await store.calls_from(caller, MOST_EARLIER))

    return look_up


def suggestions(company: Callable[[], Company], domain: Path) -> Callable[[str], tuple[str, ...]]:
    """Answers by intent: those of the domain in the folder `domain`, filled in with the facts that
    the company has at the time. An intent whose answer depends on more than that has none."""
    responses = _responses(domain)
    answers = lru_cache(maxsize=1)(lambda now: _answers(responses, now))
    return lambda intent: answers(company()).get(intent, ())


def _answers(responses: Mapping[str, str], company: Company) -> Mapping[str, tuple[str, ...]]:
    answers: dict[str, tuple[str, ...]] = {}
    for response, text in responses.items():
        if "{" not in text:
            answers[response.removeprefix("utter_")] = (text,)
    for intent, say in plain_facts(company).items():
        text = responses.get(say.response, "")
        answers[intent] = (text.format(**say.values),) if text else ()
    return answers


def _responses(domain: Path) -> Mapping[str, str]:
    """The first variant of each response."""
    yaml = YAML(typ="safe", pure=True)
    first: dict[str, str] = {}
    for file in sorted(domain.glob("*.yml")):
        content: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"))
        for name, variants in content.get("responses", {}).items():
            first[name] = str(variants[0].get("text", "")).strip()
    return {name: text for name, text in first.items() if text}


def _earlier(call: CallRecord) -> EarlierCall:
    about = "; ".join(filter(None, (_about(fact) for fact in call.facts)))
    outcome = call.end.outcome.value if call.end else ""
    return EarlierCall(call.start.call_id, call.start.started_at, outcome, about)


def _about(fact: Fact) -> str:
    match fact:
        case HandOver():
            return fact.summary.split("\n", 1)[0]
        case Order():
            return f"{fact.quantity} × {fact.product_name}"
        case Message():
            return fact.about
        case _:
            return ""
