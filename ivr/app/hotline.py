"""The composition root: settings become engines, engines become a hotline that takes calls."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from ivr.app.brief import look_up_earlier, suggestions
from ivr.app.desk import DeskParts, open_desk
from ivr.app.script import make_script
from ivr.audio.resample import resample
from ivr.audio.tones import busy
from ivr.call.engines import Engines
from ivr.call.register import Register
from ivr.config.company import Company, load_company
from ivr.config.loading import PROGRAM_FOLDER
from ivr.config.settings import Settings
from ivr.core.errors import LineFailed, SpeakingFailed
from ivr.core.pcm import LISTEN_RATE, Pcm
from ivr.core.ports import Store, Voice
from ivr.dialogue.script import Script
from ivr.german.speakable import speakable
from ivr.observe.metrics import Metrics
from ivr.speech.select import make_recognizer, make_voice
from ivr.speech.vad import SileroVad
from ivr.speech.voices.cache import CachedVoice
from ivr.store.journal import Journal
from ivr.store.sql import SqlStore, open_store
from ivr.understanding.actions.executor import build_executor
from ivr.understanding.actions.settle import Keep
from ivr.understanding.client import RasaUnderstanding
from ivr.understanding.nlu_model import model_file, nlu_python
from ivr.understanding.rasa_server import RasaPlace, RasaServer
from ivr.understanding.running_rasa import find_running_rasa
from ivr.web.actions import serve_actions

_WARM_UP = "warm-up"
"""The conversation in which Rasa is tried; no call has such an id."""

Say = Callable[[str], None]
Hold = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Hotline:
    """What all calls of this program share."""

    settings: Settings
    company: Company
    store: SqlStore
    journal: Journal
    engines: Engines
    register: Register
    metrics: Metrics
    desk: DeskParts | None = None
    """Only the service has one: a single call has nobody to wait for."""


def _now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def open_hotline(
    settings: Settings, say: Say, *, alone: bool = False, working: Hold = nullcontext
) -> AsyncIterator[Hotline]:
    """Start everything that a call needs; stop it again, in the opposite order, on leaving.

    A Rasa that another hotline keeps running on the same data is used with it, unless `alone`
    is set: then it is refused with LineFailed. `say` gets lines for people; `working` is entered
    while engines work. Raises what the parts raise: each says what to do.
    """
    stack = AsyncExitStack()
    try:
        with working():
            hotline = await _open(settings, say, stack, alone=alone, working=working)
        yield hotline
    finally:
        with working():
            await stack.aclose()


async def _open(
    settings: Settings, say: Say, stack: AsyncExitStack, *, alone: bool, working: Hold
) -> Hotline:
    company = load_company(settings.hotline.company)
    metrics = Metrics()
    store = await open_company_store(settings, company)
    stack.push_async_callback(store.close)
    rescue = settings.hotline.data_dir / "rescue"
    journal = await stack.enter_async_context(Journal(store, rescue, meter=metrics))
    recognizer = make_recognizer(settings)
    stack.push_async_callback(recognizer.close)
    voice = make_voice(settings)
    stack.push_async_callback(voice.close)
    say(f"listening with {recognizer.name}, speaking with {voice.name}")
    understanding = await start_understanding(
        settings, company, store, say, stack, alone=alone, working=working, keep=journal.fact
    )
    script = make_script(settings, company)
    await _prepare(voice, script, say)
    desk = None
    if alone:
        desk = await stack.enter_async_context(open_desk(settings, company, store))
    engines = Engines(
        vad=SileroVad,
        recognizer=recognizer,
        voice=voice,
        understanding=understanding,
        journal=journal,
        meter=metrics,
        turns=settings.turns,
        words=company.words(),
        emergency=await _apology(voice, script),
        desk=desk.office if desk is not None else None,
        earlier=look_up_earlier(store),
        suggest=suggestions(company, PROGRAM_FOLDER / "nlu" / "domain"),
        working=working,
    )
    register = Register(company.id, engines, lambda: make_script(settings, company))
    return Hotline(settings, company, store, journal, engines, register, metrics, desk)


async def open_company_store(settings: Settings, company: Company) -> SqlStore:
    """The company's records. Raises StoreUnavailable."""
    taken = [order.number for order in company.orders]
    return await open_store(settings.database, client=company.id, taken_orders=taken)


async def start_understanding(
    settings: Settings,
    company: Company,
    store: Store,
    say: Say,
    stack: AsyncExitStack,
    *,
    alone: bool = False,
    working: Hold = nullcontext,
    keep: Keep | None = None,
) -> RasaUnderstanding:
    """Find a Rasa that runs or start one, with its actions; all of it ends with `stack`.

    What the actions take down goes to `keep`, or straight to `store`.

    Raises MissingPiece, UnderstandingUnavailable, and LineFailed for a port that is taken.
    """
    data_dir = settings.hotline.data_dir
    running = await find_running_rasa(data_dir)
    if running is not None:
        if alone:
            raise LineFailed("a hotline is already running on this data; stop it first")
        say("using the Rasa of the hotline that is running")
        url, token = f"http://{running.host}:{running.port}", running.token
    else:
        url, token = await _start_rasa(settings, company, store, say, stack, working, keep)
    understanding = RasaUnderstanding(url, token, settings.nlu.timeout_s)
    stack.push_async_callback(understanding.close)
    if running is None:
        await _warm_up(url, token)
    return understanding


async def _warm_up(url: str, token: str) -> None:
    """Let Rasa answer once: the first answer takes seconds, and no caller shall wait for it."""
    patient = RasaUnderstanding(url, token, timeout_s=60)
    try:
        for question in ("Guten Tag", "Wann haben Sie geöffnet?"):
            await patient.reply(_WARM_UP, question)
        await patient.forget(_WARM_UP)
    finally:
        await patient.close()


async def _start_rasa(
    settings: Settings,
    company: Company,
    store: Store,
    say: Say,
    stack: AsyncExitStack,
    working: Hold,
    keep: Keep | None,
) -> tuple[str, str]:
    """Its address and its token."""
    nlu = settings.nlu
    token = nlu.token.get_secret_value() if nlu.token else secrets.token_urlsafe(32)
    executor = build_executor(company, store, _now, keep)
    await stack.enter_async_context(serve_actions(executor, token, nlu.actions_port))
    place = RasaPlace(
        project=PROGRAM_FOLDER / "nlu",
        python=nlu_python(PROGRAM_FOLDER),
        model=model_file(PROGRAM_FOLDER / "nlu", settings.hotline.models_dir / "nlu"),
        data_dir=settings.hotline.data_dir,
        token=token,
        port=nlu.port,
        host=nlu.host,
        actions_port=nlu.actions_port,
    )
    server = await stack.enter_async_context(RasaServer(place, say, working))
    await server.wait_ready()
    return f"http://{nlu.host}:{nlu.port}", token


async def _prepare(voice: CachedVoice, script: Script, say: Say) -> None:
    """Speak what is said in every call beforehand, so that nobody waits for it."""
    texts = [script.greeting, script.notice, *script.offline_answers.values()]
    try:
        await voice.fill(speakable(text) for text in (*texts, *script.phrases.fixed()))
    except (SpeakingFailed, OSError) as error:
        say(f"prompts cannot be prepared, so they will come a little later: {error}")


async def _apology(voice: Voice, script: Script) -> bytes:
    """What is played when no voice works any more; the busy tone if none works even now."""
    text = script.phrases.say("voice_gone", 0)
    try:
        data = b"".join([piece async for piece in voice.speak(text)])
    except SpeakingFailed:
        return busy(LISTEN_RATE) * 4
    return resample(Pcm(data, voice.rate), LISTEN_RATE).data
