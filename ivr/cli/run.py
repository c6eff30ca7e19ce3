"""`ivr run`: the hotline as a service."""

import asyncio
import os

import typer

from ivr.app.service import run_service
from ivr.config.loading import load_settings, settings_root, write_default_settings
from ivr.observe.logs import logging_set_up


def run() -> None:
    """Start the hotline and keep it running until Ctrl-C or SIGTERM."""
    root = settings_root(os.environ)
    written = write_default_settings(root)
    if written is not None:
        typer.echo(f"made {written}, with every setting explained")
    settings = load_settings(root, os.environ)
    log_file = settings.hotline.data_dir / "log" / "hotline.log"
    with logging_set_up(settings.log, log_file):
        asyncio.run(run_service(settings, typer.echo))
