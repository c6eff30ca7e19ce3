"""A change of model disturbs no call."""

import asyncio
from collections.abc import Mapping

from ivr.core.ports import NOTHING
from ivr.core.understanding import BotMessage, Guess, Reply
from ivr.understanding.switching import Model, SwitchingUnderstanding


class Rasa:
    def __init__(self, key: str) -> None:
        self.key = key
        self.forgotten: list[str] = []
        self.stopped = asyncio.Event()

    async def reply(
        self,
        call_id: str,
        text: str,
        *,
        caller: str | None = None,
        given: Mapping[str, str] = NOTHING,
    ) -> Reply:
        return Reply(Guess(self.key, 1.0), (BotMessage("Hier ist ⟦firma⟧."),))

    async def forget(self, call_id: str) -> None:
        self.forgotten.append(call_id)

    async def ready(self) -> bool:
        return not self.stopped.is_set()

    async def close(self) -> None:
        """Nothing to let go of."""

    async def stop(self) -> None:
        self.stopped.set()

    def model(self) -> Model:
        return Model(self.key, self, self.stop)


def filled(text: str) -> str:
    return text.replace("⟦firma⟧", "Musterfirma")


async def test_calls_finish_with_the_model_they_began_with() -> None:
    old, new = Rasa("old"), Rasa("new")
    understanding = SwitchingUnderstanding(old.model(), filled)
    assert (await understanding.reply("a", "x")).model == "old"
    understanding.switch(new.model())
    assert (await understanding.reply("a", "x")).guess.intent == "old"
    fresh = await understanding.reply("b", "x")
    assert (fresh.guess.intent, fresh.model) == ("new", "new")
    assert fresh.messages[0].text == "Hier ist Musterfirma."
    assert not old.stopped.is_set()
    await understanding.forget("a")
    await old.stopped.wait()
    assert old.forgotten == ["a"]
    assert await understanding.ready()
    await understanding.forget("b")
    assert understanding.calls == 0
    await understanding.close()
    assert new.stopped.is_set()


async def test_a_call_that_outlasts_the_change_by_far_goes_on_with_the_new_model() -> None:
    old, new = Rasa("old"), Rasa("new")
    understanding = SwitchingUnderstanding(old.model(), finish_s=0)
    await understanding.reply("a", "x")
    understanding.switch(new.model())
    await old.stopped.wait()
    assert (await understanding.reply("a", "x")).model == "new"
    await understanding.close()


async def test_the_end_of_the_program_ends_every_rasa() -> None:
    rasas = [Rasa(str(at)) for at in range(3)]
    understanding = SwitchingUnderstanding(rasas[0].model())
    for at, rasa in enumerate(rasas[1:]):
        await understanding.reply(f"call {at}", "x")
        understanding.switch(rasa.model())
    await understanding.close()
    assert all(rasa.stopped.is_set() for rasa in rasas)
