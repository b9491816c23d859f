"""What there is to see on a page: rules of accessibility, width, headings, noise, strangers."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page, Request

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

WIDE, PHONE, NARROWEST = 1240, 390, 320

_FACTS = """() => ({
  title: document.title,
  language: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map(one => +one.tagName[1]),
  ids: [...document.querySelectorAll('[id]')].map(one => one.id),
  links: [...document.querySelectorAll('a[href]')].map(one => one.href),
})"""

# axe does not read MathML, so a head that is a formula seems empty to it.
_AXE_RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(
  found => found.violations.flatMap(rule => rule.nodes.filter(
    node => !(rule.id === 'empty-table-header' && node.html.includes('<math'))).map(
    node => `${rule.id}: ${node.html.slice(0, 160)} (${node.failureSummary})`)))"""

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const beyond = [...document.body.querySelectorAll('*')]
    .filter(one => one.getBoundingClientRect().right > width + 0.5)
    .map(one => one.outerHTML.slice(0, 160));
  return [`${document.documentElement.scrollWidth} px`, ...beyond.slice(0, 5)];
}"""


@dataclass
class Noise:
    """What a page complained of, and whom it asked, while it was listened to."""

    page: Page
    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda fault: self.errors.append(str(fault)))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # That the page itself is an error page is what its status says, and is tested as such.
        if "status of" in message.text and message.location.get("url") == self.page.url:
            return
        self.errors.append(f"{message.text} ({message.location.get('url')})")

    def _asked(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"}:
            self.hosts.add(f"{address.scheme}://{address.netloc}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A page that is open, and what was found on it; complaints are empty where all is well."""

    page: Page
    title: str
    language: str
    headings: tuple[int, ...]
    repeated_ids: tuple[str, ...]
    links: tuple[str, ...]
    errors: tuple[str, ...]
    hosts: frozenset[str]

    @property
    def jumps(self) -> tuple[tuple[int, int], ...]:
        """Headings more than one level below the one before; the page itself is level 0."""
        steps = zip((0, *self.headings), self.headings, strict=False)
        return tuple((before, after) for before, after in steps if after > before + 1)

    def violations(self, width: int = WIDE) -> tuple[str, ...]:
        """Rules of accessibility that the page breaks at a width, with the element."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        self._widen(width)
        return tuple(self.page.evaluate(_AXE_RUN, list(RULES)))

    def too_wide(self, width: int) -> tuple[str, ...]:
        """How wide the page is where it is wider than ``width``, and what sticks out."""
        self._widen(width)
        return tuple(self.page.evaluate(_TOO_WIDE))

    def _widen(self, width: int) -> None:
        size = self.page.viewport_size
        assert size is not None
        if size["width"] != width:
            self.page.set_viewport_size({"width": width, "height": size["height"]})


def look(page: Page, noise: Noise) -> Look:
    """Look at what ``page`` shows now."""
    facts = page.evaluate(_FACTS)
    ids = facts["ids"]
    return Look(
        page=page,
        title=facts["title"],
        language=facts["language"],
        headings=tuple(facts["headings"]),
        repeated_ids=tuple(sorted({one for one in ids if ids.count(one) > 1})),
        links=tuple(facts["links"]),
        errors=tuple(noise.errors),
        hosts=frozenset(noise.hosts),
    )
