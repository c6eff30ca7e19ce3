"""What the fetching of models tells whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """Shows how far slow work has come."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""
        ...

    def begin(self, what: str, total: int | None, done: int = 0) -> None:
        """Slow work starts: `total` bytes of which `done` are there already; None: unknown."""
        ...

    def advance(self, count: int) -> None:
        """`count` more bytes; 0 says only that the work is still going on."""
        ...

    def end(self) -> None:
        """The work that was begun is over, well or badly."""
        ...


class Silent:
    """Shows nothing."""

    def note(self, text: str) -> None:
        pass

    def begin(self, what: str, total: int | None, done: int = 0) -> None:
        pass

    def advance(self, count: int) -> None:
        pass

    def end(self) -> None:
        pass
