"""The frozen test set: what is said and what is meant. No model is trained on any of it."""

from ivr.training import pieces as p
from ivr.training.evaluation import OUT_OF_SCOPE
from ivr.training.examples import key, marked, plain
from ivr.training.pieces import Content


def frozen_set(content: Content) -> list[tuple[str, str]]:
    """Utterances with their intents. Left out is what an admin has made an example since, and what
    no model learns any more because its intent is switched off or gone."""
    trained = {
        key(marked(example))
        for piece in content.of(p.INTENT).values()
        for example in piece.body["examples"]
    }
    return [
        (plain(marked(example)), piece.body["intent"])
        for piece in content.of(p.TEST).values()
        if piece.body["file"] == p.TEST_FILE and _learned(content, piece.body["intent"])
        for example in piece.body["examples"]
        if key(marked(example)) not in trained
    ]


def words_of_tests(content: Content) -> frozenset[str]:
    """The words of all tests, as `examples.key` has them."""
    return frozenset(
        key(marked(example))
        for piece in content.of(p.TEST).values()
        for example in piece.body["examples"]
    )


def _learned(content: Content, intent: str) -> bool:
    # What is out of scope must not be acted on, whether or not it is taught as an intent.
    piece = content.of(p.INTENT).get(intent)
    return intent == OUT_OF_SCOPE or (piece is not None and bool(piece.body.get("on", True)))
