"""Tries a trained model on texts and conversation tests; the program reads what comes of it.

    python try_model.py --model FILE --ask ASK.json --answer ANSWER.json

ASK.json: {"texts": [...], "stories": FOLDER or null}. ANSWER.json: {"guesses": [[[intent,
confidence], ...] a text], "understood": [bool a text], "stories": {"total", "failed"} or null}.
"""

import argparse
import asyncio
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

FALLBACK = "nlu_fallback"
MOST_GUESSES = 5


async def guesses(agent: Any, texts: list[str]) -> tuple[list[list[Any]], list[bool]]:
    found, understood = [], []
    for text in texts:
        # A leading slash would make Rasa take the words for a command of its own.
        parsed = await agent.parse_message(text.lstrip("/ ") or "-")
        ranking = [each for each in parsed["intent_ranking"] if each["name"] != FALLBACK]
        found.append(
            [
                [each["name"], round(float(each["confidence"]), 4)]
                for each in ranking[:MOST_GUESSES]
            ]
        )
        understood.append(parsed["intent"]["name"] != FALLBACK)
    return found, understood


async def stories(agent: Any, folder: str) -> dict[str, Any]:
    from rasa.core.test import (  # noqa: PLC0415  # seconds to import
        _collect_story_predictions,
        _create_data_generator,
    )

    trackers = _create_data_generator(folder, agent, None, False).generate_story_trackers()
    outcome, _, _ = await _collect_story_predictions(trackers, agent, False, use_e2e=False)
    return {
        "total": len(trackers),
        "failed": sorted({tracker.sender_id for tracker in outcome.failed_stories}),
    }


async def answer(model: str, ask: dict[str, Any]) -> dict[str, Any]:
    from rasa.core.agent import Agent  # noqa: PLC0415  # after the environment is set
    from rasa.utils.log_utils import configure_structlog  # noqa: PLC0415

    configure_structlog(logging.WARNING)
    agent = Agent.load(model)
    found, understood = await guesses(agent, ask["texts"])
    told = await stories(agent, ask["stories"]) if ask["stories"] else None
    return {"guesses": found, "understood": understood, "stories": told}


def main() -> int:
    parser = argparse.ArgumentParser(description="Try a trained model.")
    parser.add_argument("--model", required=True)
    parser.add_argument("--ask", type=Path, required=True)
    parser.add_argument("--answer", type=Path, required=True)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Own components are imported by the names that config.yml gives them.
    sys.path.insert(0, str(Path(__file__).parent))
    ask = json.loads(options.ask.read_text("utf-8"))
    told = asyncio.run(answer(options.model, ask))
    options.answer.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
