"""One speech engine in a process of its own: `python -m ivr.speech.voices.engine NAME OPTIONS`.

Native engines hold the interpreter's lock, print to the console, and crash; here that hurts
nobody. The process reads requests from its standard input and writes sound to its standard output,
after one line that says that the engine is loaded:

    ←  {"ready": true}\\n
    →  {"text": …, "pace": …}\\n
    ←  {"bytes": N}\\n and N bytes of 16-bit mono PCM, or {"error": …}\\n

It ends when its input does, so it never outlives the program.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from typing import BinaryIO, TypeAlias

Synthesize: TypeAlias = Callable[[str, float], bytes]
"""Makes sound of a text at a pace; raises what it likes."""

ENGINES = ("pico", "piper", "pyttsx3")


def main() -> None:
    # Ctrl-C in a terminal reaches the whole group; the program decides when its voices end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    name, options = sys.argv[1], json.loads(sys.argv[2])
    if name not in ENGINES:
        raise SystemExit(f"no such engine: {name}")
    synthesize: Synthesize = import_module(f"ivr.speech.voices.{name}").load(**options)
    serve(synthesize, sys.stdin.buffer, answers)


def serve(synthesize: Synthesize, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more. What an engine raises is an answer."""
    answers.write(b'{"ready": true}\n')
    answers.flush()
    for line in requests:
        request = json.loads(line)
        try:
            sound = synthesize(request["text"], request["pace"])
            head: dict[str, int | str] = {"bytes": len(sound)}
        except Exception as error:  # noqa: BLE001 - the engine may raise anything; the text fails
            sound = b""
            head = {"error": repr(error)}
        answers.write(json.dumps(head).encode() + b"\n" + sound)
        answers.flush()


if __name__ == "__main__":
    main()
