"""What a training is made of: the content as a whole Rasa project, and what is wrong with it."""

from collections.abc import Mapping
from io import StringIO

from ruamel.yaml import YAML

from ivr.training import pieces as p
from ivr.training.pieces import Content
from ivr.training.texts import say
from ivr.training.yaml_out import write_project

CONFIG = "config.yml"
_THRESHOLDS = "intent_thresholds.IntentThresholds"
"""The component in nlu/intent_thresholds.py."""


def training_files(content: Content, default_config: str) -> dict[str, str]:
    """The project's files in the places where a training looks for them; tests are left out."""
    files: dict[str, str] = {CONFIG: default_config}
    for name, text in write_project(content, for_training=True).items():
        if not name.startswith("tests/"):
            files[_placed(name)] = text
    files[CONFIG] = _with_thresholds(files[CONFIG], _thresholds(content))
    return files


def _placed(name: str) -> str:
    if name in (CONFIG, "endpoints.yml") or name.startswith(("data/", "domain/")):
        return name
    return f"domain/{name}" if name.startswith("domain") else f"data/{name}"


def _thresholds(content: Content) -> dict[str, float]:
    return {
        name: float(piece.body["threshold"])
        for name, piece in content.of(p.INTENT).items()
        if piece.body.get("threshold") is not None
    }


def _with_thresholds(config: str, thresholds: Mapping[str, float]) -> str:
    if not thresholds:
        return config
    yaml = YAML()
    read = yaml.load(config)
    read["pipeline"].append({"name": _THRESHOLDS, "thresholds": dict(thresholds)})
    stream = StringIO()
    yaml.dump(read, stream)
    return stream.getvalue()


def stories_of(content: Content) -> dict[str, str]:
    """The conversation tests by their files' names."""
    return {
        name: piece.body["text"]
        for name, piece in content.of(p.FILE).items()
        if name.startswith("tests/test_")
    }


def obstacles(content: Content) -> list[tuple[str, str]]:
    """Why a training would fail, each with its place (`kind/name`)."""
    on = {n: i for n, i in content.of(p.INTENT).items() if i.body.get("on", True)}
    if not on:
        return [(say("empty"), "")]
    found = []
    with_examples = [name for name, piece in on.items() if piece.body["examples"]]
    if len(with_examples) < 2:
        found.append((say("fail_one_intent"), ""))
    named = set(content.of(p.ANSWER)) | {str(each) for each in content.domain("actions")}
    named |= {str(each) for each in content.domain("forms")}
    for name, piece in content.of(p.RULE).items():
        for step in piece.body["steps"]:
            action = step.get("action") if isinstance(step, Mapping) else None
            if action and not action.startswith("action_") and action not in named:
                found.append((say("fail_unknown_action", name=action), f"{p.RULE}/{name}"))
    return found
