"""What keeps people out of a page, as far as programs can tell: WCAG 2.2 AA by axe-core, reflow,
and what the keyboard reaches."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
_LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_STILL = "document.getAnimations().forEach(each => { try { each.finish(); } catch { } })"
"""Half-faded text has no colour to judge. What moves for ever cannot be finished, and goes on."""
_AT_THE_TOP = """
() => {
  const mark = document.createElement("span");
  mark.tabIndex = -1;
  document.body.prepend(mark);
  mark.focus();
  mark.remove();
}
"""
_FOCUSED = """
() => {
  let at = document.activeElement;
  if (!at || at === document.body) return null;
  const box = at.getBoundingClientRect();
  const x = box.x + box.width / 2, y = box.y + box.height / 2;
  const top = document.elementFromPoint(x, y);
  const drawn = (style) => style.outlineStyle !== "none" || style.boxShadow !== "none";
  const ring = [at, ...at.children].some((each) => drawn(getComputedStyle(each)));
  return {
    name: (at.getAttribute("aria-label") || at.innerText || at.id || at.tagName).trim(),
    seen: Boolean(top) && (at.contains(top) || top.contains(at)),
    ring,
  };
}
"""


@cache
def _axe() -> str:
    return _AXE.read_text(encoding="utf-8")


async def barriers(page: Page) -> list[str]:
    """Rules that the page breaks, each with the elements that do."""
    await page.evaluate(_STILL)
    await page.evaluate(_axe())
    wanted = {"runOnly": {"type": "tag", "values": _LEVELS}, "resultTypes": ["violations"]}
    found: dict[str, Any] = await page.evaluate("wanted => axe.run(document, wanted)", wanted)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


async def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window (WCAG 1.4.10: none at 320)."""
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(await page.evaluate(width))


async def by_keyboard(page: Page, most: int = 30) -> list[str]:
    """Names of what Tab reaches, in turn, until it begins anew. Each is seen, and marked."""
    names: list[str] = []
    await page.evaluate(_AT_THE_TOP)
    for _ in range(most):
        await page.keyboard.press("Tab")
        at: dict[str, Any] | None = await page.evaluate(_FOCUSED)
        if at is None or (names and at["name"] == names[0]):
            break
        assert at["seen"], f"{at['name']} is covered while it has the focus"
        assert at["ring"], f"nothing marks {at['name']} while it has the focus"
        names.append(at["name"])
    return names
