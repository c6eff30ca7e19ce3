"""Lets an intent have a threshold of its own, above or below the one for all.

Runs inside Rasa (Python 3.10), after FallbackClassifier; the program puts it into the pipeline
of a training in which an admin has given an intent a threshold.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT
from rasa.shared.nlu.training_data.message import Message

RANKING = "intent_ranking"
FALLBACK = "nlu_fallback"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class IntentThresholds(GraphComponent, IntentClassifier):
    """Takes or refuses the best guess by its intent's own threshold."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._thresholds: dict[str, float] = config["thresholds"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"thresholds": {}}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "IntentThresholds":
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._decide(message)
        return messages

    def _decide(self, message: Message) -> None:
        guesses = [each for each in message.get(RANKING, []) if each["name"] != FALLBACK]
        if not guesses or guesses[0]["name"] not in self._thresholds:
            return
        best = guesses[0]
        threshold = self._thresholds[best["name"]]
        if best["confidence"] >= threshold:
            chosen, ranking = best, guesses
        else:
            # As sure of not having understood as it takes to be heard.
            chosen = {"name": FALLBACK, "confidence": max(threshold, 1 - best["confidence"])}
            ranking = [chosen, *guesses]
        message.set(INTENT, chosen, add_to_output=True)
        message.set(RANKING, ranking, add_to_output=True)
