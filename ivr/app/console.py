"""The console's pages over what admins teach with."""

import logging
from functools import partial

from ivr.app.training import TrainingRoom
from ivr.audio.wav import encode_wav
from ivr.config.desk_plan import Plan
from ivr.core.pcm import Pcm
from ivr.core.ports import Voice
from ivr.german.speakable import speakable
from ivr.store.sounds import SoundFolder
from ivr.training.answers import variables
from ivr.training.hint_desk import HintDesk
from ivr.training.trying import TryOuts
from ivr.understanding.actions.given import GIVEN
from ivr.web.admin.console import Console
from ivr.web.admin.part import admin_part
from ivr.web.part import Part

log = logging.getLogger(__name__)


async def console_part(
    room: TrainingRoom,
    sounds: SoundFolder,
    voice: Voice,
    plan: Plan,
    tries: TryOuts | None = None,
) -> Part:
    """The pages; answers are heard in `voice`, hand-overs go to the queues of `plan`.

    What ships with the program is taken over where nothing was taught yet. Raises
    StoreUnavailable.
    """
    for problem in await room.seed():
        log.error("the shipped project cannot be taken over", extra={"problem": str(problem)})
    return admin_part(
        Console(
            content=room.content,
            hearing=room.hearing,
            spoken=room.spoken,
            hints=await _hints(room),
            inbox=room.inbox,
            company=room.company,
            models=room.models,
            trainer=room.trainer,
            jobs=room.jobs,
            talks=room.talks,
            zone=room.live.current.zone,
            agent_minutes=room.settings.training.agent_minutes,
            variables=lambda: variables(room.live.current),
            queues=tuple((queue.id, queue.name) for queue in plan.queues),
            speak=partial(_wav, voice),
            tries=tries,
            sound=sounds.file,
        )
    )


async def _hints(room: TrainingRoom) -> HintDesk:
    """With all examples compared: that takes a second once, and no admin is to wait for it."""
    hints = HintDesk(room.shelf, room.content, room.models, GIVEN)
    await hints.hints()
    return hints


async def _wav(voice: Voice, text: str) -> bytes:
    """The text as it is heard, as a WAV file."""
    sound = b"".join([piece async for piece in voice.speak(speakable(text))])
    return encode_wav(Pcm(sound, voice.rate))
