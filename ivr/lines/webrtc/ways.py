"""Which of its connections a leg goes on over. Pure.

A browser that lost its network makes one offer after the other, and nobody can tell which of them
leads to a connection, or how soon: so none is closed because a later one was made. The first that
opens is gone on over, until the browser speaks over another one. It alone knows what reaches it,
and it speaks over no other than the one it has settled for.
"""

from dataclasses import dataclass

MOST = 4
"""Connections that wait beside the one in use; of more, the oldest goes. The call page tries as
many at once (`attempts` in its `connection.js`)."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Connections by their numbers, which count up in the order of the offers."""

    used: int | None = None
    coming: tuple[int, ...] = ()
    """Answered, and not open yet."""
    left: tuple[int, ...] = ()
    """Were in use until another one opened; the browser may still prefer them."""

    def __contains__(self, number: int) -> bool:
        return number == self.used or number in self.coming or number in self.left

    def offered(self, number: int) -> "Ways":
        """A further one is on its way, unless a later one is in use already."""
        if self.used is not None and number < self.used:
            return self
        return Ways(self.used, (*self.coming, number)[-MOST:], self.left)

    def opened(self, number: int) -> "Ways":
        """What comes and goes over one that is in use already, or was, says nothing new."""
        if number not in self.coming:
            return self
        former = () if self.used is None else (self.used,)
        coming = tuple(each for each in self.coming if each != number)
        return Ways(number, coming, (*self.left, *former)[-MOST:])

    def spoken(self, number: int) -> "Ways":
        """The browser goes on over this one, and has done with all before it."""
        if number not in self:
            return self
        left = self.left if self.used in (None, number) else (*self.left, self.used)
        return Ways(
            number,
            tuple(each for each in self.coming if each > number),
            tuple(each for each in left if each > number),
        )
