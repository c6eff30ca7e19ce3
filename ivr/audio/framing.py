"""Audio of any chunking, cut into pieces of one length."""

from collections.abc import Iterator


def slices(data: bytes, size: int) -> Iterator[bytes]:
    """`data` in pieces of `size` bytes; the last may be shorter."""
    return (data[at : at + size] for at in range(0, len(data), size))


class Framer:
    """Cuts a stream into pieces of exactly `size` bytes, however it arrives.

    Raises ValueError if `size` is not a whole number of 16-bit samples. Holds less than one piece.
    """

    def __init__(self, size: int) -> None:
        if size <= 0 or size % 2:
            raise ValueError(f"A frame must be a whole number of 16-bit samples, not {size} bytes")
        self._size = size
        self._rest = bytearray()

    def push(self, data: bytes) -> list[bytes]:
        """Take more audio; the pieces that are complete now."""
        self._rest += data
        whole = len(self._rest) - len(self._rest) % self._size
        frames = [bytes(self._rest[i : i + self._size]) for i in range(0, whole, self._size)]
        del self._rest[:whole]
        return frames

    def flush(self) -> list[bytes]:
        """The last piece, filled up with silence; none if nothing is left. Starts anew."""
        rest = bytes(self._rest)
        self._rest.clear()
        return [rest.ljust(self._size, b"\0")] if rest else []
