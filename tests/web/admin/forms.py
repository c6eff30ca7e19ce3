"""Sends forms of the console's pages, for tests."""

import re
from html import unescape

import httpx

from tests.web.shell import Browser, csrf


async def send(browser: Browser, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form of `page` to `path`."""
    return await browser.post(path, data={"csrf": csrf(await browser.get(page)), **fields})


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found}
