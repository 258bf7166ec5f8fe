"""Looking at a view: what axe finds in it, and a picture of it, in both colour schemes."""

from typing import Any, Literal

from playwright.sync_api import Page

from local.settings import REPOSITORY

PICTURES = REPOSITORY / "tests" / "browser" / "screenshots"
_AXE = (REPOSITORY / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = "tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })"
_SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def look(page: Page, name: str) -> None:
    """Fails with what axe finds; the pictures are `PICTURES/{name}-{scheme}.png`."""
    page.evaluate(_AXE)
    for scheme in _SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.locator(f"html[data-mantine-color-scheme={scheme}]").wait_for()
        page.screenshot(path=PICTURES / f"{name}-{scheme}.png", animations="disabled")
        violations = "\n".join(_violations(page))
        assert not violations, f"{name} in {scheme} colours: {violations}"


def _violations(page: Page) -> list[str]:
    found: dict[str, Any] = page.evaluate(_RUN, _TAGS)
    return [
        f"{rule['id']}: {node['html'][:300]}: {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
