"""Runs a module that ends with the program that started it, in whatever way that may end.

    python with_parent.py PID MODULE ARGUMENT...

PID is the program that starts this; the module is run as `python -m` would, from this folder too.
"""

import os
import runpy
import sys
import threading
import time

LOOK_EVERY_S = 0.5


def end_with(parent: int) -> None:
    """From now on: end at once when `parent`, which started this process, is no more."""
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_EVERY_S)
    os._exit(0)


def main() -> None:
    _, parent, module, *arguments = sys.argv
    end_with(int(parent))
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
