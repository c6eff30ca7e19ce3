"""Set-up of the hotline: both environments, the speech models and Rasa's model.

Standard library only, and fit for Python 3.9: it runs before anything is installed, on whatever
Python the machine has, and finds or fetches the newer and older ones that the hotline needs.
"""

import sys

if sys.version_info < (3, 9):  # noqa: UP036  (said rather than shown as a stack trace)
    sys.exit(
        f"Set-up stopped: it begins on Python 3.9 or newer, and this is {sys.version.split()[0]}\n"
        "  cure: install a newer one, or name it: make setup PYTHON=/path/to/python3"
    )
