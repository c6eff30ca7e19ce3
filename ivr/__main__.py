"""Lets `python -m ivr` and the `ivr` command start the same program."""

from ivr.cli.main import main

__all__ = ["main"]

if __name__ == "__main__":
    main()
