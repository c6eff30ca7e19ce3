"""Who has vanished: nothing comes from them though it should.

The stack would notice, too, but ends calls in the very moment in which they are off hold.
"""

from collections.abc import Callable, Iterator, Mapping

from baresip import Call

from ivr.lines.sip.media import Media

LOOK_S = 1.0
"""How often it is looked."""


def vanished(
    calls: Mapping[int, Call],
    media: Mapping[int, Media],
    timeout_s: float,
    packets_from: Callable[[Call], int],
) -> Iterator[int]:
    """The calls without a sign of life for so long, each one once in that time.

    `packets_from` says how many packets have come in a call; who is heard is not counted.
    """
    for handle, sound in media.items():
        call = calls.get(handle)
        if call is None or call.is_on_hold or call.remote_on_hold:
            # Whoever is on hold need not send anything.
            sound.alive()
            continue
        if sound.quiet_s >= LOOK_S:
            sound.counted(packets_from(call))
        if sound.quiet_s >= timeout_s:
            sound.alive()
            yield handle
