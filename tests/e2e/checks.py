"""What every page must keep: no axe violation, no sideways scroll, targets for a thumb, nothing that jumps."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
TARGET_PX = 44
MOST_SHIFT = 0.02

# Put into every page before its own scripts.
SHIFT_WATCH = """
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts.push(entry.value);
  }).observe({ type: 'layout-shift', buffered: true });
"""


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def axe_violations(page: Page) -> list[str]:
    """Run axe and return one line a violation: rule, number of places, the first place."""
    if not page.evaluate("typeof window.axe === 'object'"):
        # Through the debugger, which no content security policy stops.
        page.evaluate(f"() => {{ {_axe()} }}")
    found: dict[str, Any] = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] })", TAGS
    )
    return [
        f"{one['id']} ({len(one['nodes'])}): {one['nodes'][0]['html'][:160]} {one['nodes'][0]['failureSummary'][:200]}"
        for one in found["violations"]
    ]


def overflow_px(page: Page) -> int:
    """Return by how much the page can be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def small_targets(page: Page) -> list[str]:
    """Return the controls in view of a thumb that are smaller than 44 px, links inside a sentence left out."""
    found: list[str] = page.evaluate(
        """(least) => {
          const isShown = (one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true });
          const inSentence = (one) => {
            if (one.tagName !== 'A') return false;
            const block = one.closest('p, li, dd, blockquote, figcaption');
            return !!block && block.textContent.trim().length > one.textContent.trim().length + 2;
          };
          const isMark = (one) => one.matches('input[type=radio], input[type=checkbox]');
          const boxOf = (one) => (isMark(one) && one.closest('label')) || one;
          const nameOf = (one) => (one.getAttribute('aria-label') || one.textContent || one.name || '').trim();
          const out = [];
          for (const one of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
            if (!isShown(one) || inSentence(one) || one.matches('.skip')) continue;
            const box = boxOf(one).getBoundingClientRect();
            if (box.width < least - 0.5 || box.height < least - 0.5)
              out.push(`${one.tagName} "${nameOf(one).slice(0, 40)}" ${[box.width, box.height].map(Math.round)}`);
          }
          return out;
        }""",
        TARGET_PX,
    )
    return found


def clipped_texts(page: Page, selector: str) -> list[str]:
    """Return the elements whose text is cut off, or runs over the edge of its button or card."""
    found: list[str] = page.evaluate(
        """(selector) => [...document.querySelectorAll(selector)]
          .filter((one) => one.checkVisibility())
          .filter((one) => one.matches('button, label') || getComputedStyle(one).overflow !== 'visible')
          .filter((one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1)
          .map((one) => `${one.tagName} "${one.textContent.trim().slice(0, 40)}"`)""",
        selector,
    )
    return found


def layout_shift(page: Page) -> float:
    """Return the sum of everything that moved by itself since the page was opened."""
    return float(page.evaluate("(window.shifts ?? []).reduce((sum, one) => sum + one, 0)"))
