"""The table that a call with people sits at: the bridge, and a leg for each seat."""

import asyncio
from collections.abc import Callable

from ivr.audio.features import VoiceLevel
from ivr.audio.music import hold_music
from ivr.call.bridge import Bridge, Mouth
from ivr.call.participant import Participant, overhear
from ivr.call.partings import Partings
from ivr.call.parts import Parts
from ivr.call.seating import CALLER, Seating, hearing
from ivr.core.pcm import LISTEN_RATE
from ivr.core.ports import Leg
from ivr.core.speech import Utterance


class Table:
    """One call's. Laid when the first agent comes, cleared when the caller is alone again."""

    def __init__(
        self,
        parts: Parts,
        partings: Partings,
        gone: Callable[[str], None],
        heard: Callable[[Utterance], None],
    ) -> None:
        """`gone` is told the seat whose leg has ended by itself, `heard` what agents say."""
        self._parts = parts
        self._partings = partings
        self._gone = gone
        self._heard = heard
        self._bridge: Bridge | None = None
        self._mixing: asyncio.Task[None] | None = None
        self._participants: dict[str, Participant] = {}

    def __contains__(self, seat: str) -> bool:
        return seat in self._participants

    @property
    def laid(self) -> bool:
        """Whether the caller is bridged."""
        return self._bridge is not None

    def participant(self, seat: str) -> Participant | None:
        return self._participants.get(seat)

    def lay(self) -> None:
        """Bridge the caller, with the hotline's voice. Harmless if that is so already."""
        if self._bridge is not None:
            return
        parts = self._parts
        self._bridge = bridge = Bridge(hold_music(LISTEN_RATE))
        level = VoiceLevel(parts.leg.rate)
        bridge.seat(
            CALLER,
            parts.leg,
            parts.group,
            lambda frame: parts.ears.prompt_level(level.push(frame)),
        )
        parts.ears.tap = lambda pcm: bridge.hear(CALLER, pcm)
        parts.outlet.through(Mouth(bridge))
        self._mixing = parts.group.create_task(bridge.run(), name="bridge")

    def seat(self, seat: str, leg: Leg, *, heard: bool) -> None:
        """Bring a leg in; `heard` by the recognizer, too."""
        participant = Participant(leg, lambda _pcm: None, self._has_gone)
        self._place(seat, participant)
        parts = self._parts
        written = heard and parts.out is None
        ears = overhear(leg, parts.engines, parts.inbox, self._heard) if written else None
        participant.start(parts.group, ears)

    def move(self, seat: str, to: str) -> bool:
        """Somebody takes another seat, whoever sat there; False if there is nobody."""
        participant = self._participants.pop(seat, None)
        if participant is None or self._bridge is None:
            return False
        self.drop(to)
        self._bridge.unseat(seat)
        self._place(to, participant)
        return True

    def drop(self, seat: str) -> None:
        """Let somebody go. Harmless if nobody sits there."""
        participant = self._participants.pop(seat, None)
        if participant is not None:
            self._partings.later(participant.dismiss())
        if self._bridge is not None:
            self._bridge.unseat(seat)

    def arrange(self, seating: Seating) -> None:
        if self._bridge is not None:
            self._bridge.arrange(hearing(seating))
            self._parts.news.publish(seating)

    def sound(self, source: str, pcm: bytes) -> None:
        """Let this sound, at 16 kHz, for whoever hears the source."""
        if self._bridge is not None:
            self._bridge.hear(source, pcm)

    def clear(self) -> None:
        """Let everybody go, and take the bridge down. Harmless if there is none."""
        if self._bridge is None:
            return
        self._parts.ears.tap = None
        self._parts.outlet.through(None)
        for seat in list(self._participants):
            self.drop(seat)
        self._bridge.close()
        if self._mixing is not None:
            self._mixing.cancel()
        self._bridge = self._mixing = None
        self._parts.leg.flush()

    def abandon(self) -> list[Leg]:
        """The legs that are still there after the call's tasks have ended."""
        legs = [participant.leg for participant in self._participants.values()]
        self._participants.clear()
        return legs

    def _place(self, seat: str, participant: Participant) -> None:
        bridge = self._bridge
        if bridge is None:
            return
        self._participants[seat] = participant
        participant.on_pcm = lambda pcm: bridge.hear(seat, pcm)
        bridge.seat(seat, participant.leg, self._parts.group)

    def _has_gone(self, participant: Participant) -> None:
        seat = next(
            (name for name, each in self._participants.items() if each is participant), None
        )
        if seat is not None:
            self._gone(seat)
