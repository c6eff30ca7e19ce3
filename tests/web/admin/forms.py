"""Sends forms of the console's pages, for tests."""

import httpx

from tests.web.shell import Browser, csrf


async def send(browser: Browser, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form of `page` to `path`."""
    return await browser.post(path, data={"csrf": csrf(await browser.get(page)), **fields})
