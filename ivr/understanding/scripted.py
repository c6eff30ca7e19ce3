"""A fake of the understanding: a keyword table instead of Rasa, for fast tests and demos."""

from collections.abc import Mapping
from dataclasses import replace

from ivr.core.errors import UnderstandingUnavailable
from ivr.core.ports import NOTHING
from ivr.core.speech import Expect
from ivr.core.understanding import BotMessage, Guess, Reply

Table = Mapping[str, Reply]
"""Keyword, in lower case → answer. The first keyword that occurs in the utterance wins."""


def say(intent: str, *texts: str, expect: Expect = Expect.ANYTHING, end: bool = False) -> Reply:
    """A sure answer for a table."""
    guess = Guess(intent, 1.0)
    messages = tuple(BotMessage(text) for text in texts)
    return Reply(guess, messages, ranking=(guess,), expect=expect, end=end)


DEFAULT_TABLE: Table = {
    "tschüss": say("goodbye", "Vielen Dank für Ihren Anruf. Auf Wiederhören!", end=True),
    "wiederhören": say("goodbye", "Vielen Dank für Ihren Anruf. Auf Wiederhören!", end=True),
    "mitarbeiter": replace(say("human_agent"), hand_over="intent"),
    "geöffnet": say("opening_hours", "Heute haben wir bis 18 Uhr geöffnet."),
    "öffnungszeit": say("opening_hours", "Heute haben wir bis 18 Uhr geöffnet."),
    "versand": say("shipping_cost", "Der Versand kostet 4,90 Euro."),
    "bestellung": say("order_status", "Wie lautet Ihre Bestellnummer?", expect=Expect.DIGITS),
    "rückruf": say("callback", "Unter welcher Nummer erreichen wir Sie?", expect=Expect.PHONE),
    "danke": say("thank", "Gern geschehen. Kann ich sonst noch etwas für Sie tun?"),
    "guten tag": say("greeting", "Guten Tag! Was kann ich für Sie tun?"),
    "ja": say("affirm", "Gut."),
    "nein": say("deny", "In Ordnung."),
}

NOT_UNDERSTOOD = Reply(Guess("out_of_scope", 0.2), understood=False)


class ScriptedUnderstanding:
    """Answers by `table`; remembers what it was asked; fails while `available` is false."""

    def __init__(self, table: Table = DEFAULT_TABLE) -> None:
        self.available = True
        self.asked: list[tuple[str, str]] = []
        """Every (call, utterance), oldest first."""
        self.given: dict[str, str] = {}
        """What people have filled in, in any call."""
        self._table = table

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        if not self.available:
            raise UnderstandingUnavailable("the scripted understanding is switched off")
        self.asked.append((call_id, text))
        self.given.update(given)
        heard = text.lower()
        found = (answer for keyword, answer in self._table.items() if keyword in heard)
        return next(found, NOT_UNDERSTOOD)

    async def forget(self, call_id: str) -> None:
        pass

    async def ready(self) -> bool:
        return self.available

    async def close(self) -> None:
        self.available = False
