"""What the commands of `ivr nlu` share: the room they work in, and how they refuse."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ivr.app.hotline import open_company_store
from ivr.app.live_company import LiveCompany
from ivr.app.training import TrainingRoom, open_training
from ivr.config.loading import load_settings, settings_root
from ivr.config.settings import Settings
from ivr.core.errors import HotlineError
from ivr.core.training import TrainingFailed

LOOK_EVERY_S = 1.0

_T = TypeVar("_T")


class NotDone(HotlineError):
    """What was asked for is refused; the message says why."""


def present_settings() -> Settings:
    """Those of this folder and environment. Raises ConfigError."""
    return load_settings(settings_root(os.environ), os.environ)


def run(settings: Settings, work: Callable[[TrainingRoom], Awaitable[_T]]) -> _T:
    """Work in the room of the company's content. Raises NotDone and what `work` raises."""

    async def working() -> _T:
        live = LiveCompany(settings.hotline.company)
        store = await open_company_store(settings, live.current)
        try:
            return await work(open_training(settings, live, store))
        except TrainingFailed as error:
            raise NotDone(str(error)) from None
        finally:
            await store.close()

    return asyncio.run(working())


def me() -> str:
    """Whoever sits at the terminal."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "cli"
