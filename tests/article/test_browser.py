"""The page in a real browser: clicks, keys, filters, narrow windows, and contrast that can be read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.page import html
from kg.project.project import Project
from tests.servers.packages import absent

from .conftest import SLUG
from .test_page import article, claim

CONTRAST = """
const channel = (byte) => byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const read = (text) => [...text.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3])).concat(1);
const ground = (node) => {
  const layers = [];
  for (let at = node; at; at = at.parentElement) layers.push(read(getComputedStyle(at).backgroundColor));
  return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
};
return [...document.querySelectorAll("body *")].filter((node) =>
  node.checkVisibility() && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim())
).map((node) => {
  const behind = ground(node), front = over(read(getComputedStyle(node).color), behind);
  const [a, b] = [light(front), light(behind)].sort((x, y) => y - x);
  return [(a + 0.05) / (b + 0.05), node.tagName, node.className, node.textContent.slice(0, 40)];
}).filter((row) => row[0] < 4.5 && row[2] !== "arrow");
"""

pytestmark = pytest.mark.full


@dataclass(frozen=True)
class Browser:
    """Headless Chromium on one page."""

    driver: Any
    page: Path

    def __getattr__(self, name: str) -> Any:
        return getattr(self.driver, name)

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def one(self, selector: str) -> Any:
        return self.driver.find_element("css selector", selector)

    def cards(self) -> list[str]:
        return [card.get_attribute("data-claim") for card in self.all(".card") if card.is_displayed()]

    def title(self) -> str:
        return str(self.one("#claims-title").text)

    def segment(self, words: str) -> Any:
        return next(found for found in self.all(".seg") if found.text.strip() == words)

    def press(self, *keys: str) -> None:
        self.driver.switch_to.active_element.send_keys(*keys)

    def focused(self) -> str:
        return str(self.driver.switch_to.active_element.text).strip()


@pytest.fixture(scope="module")
def drivers() -> Iterator[dict[bool, Any]]:
    """One browser in light and one in dark, started when asked for."""
    started: dict[bool, Any] = {}
    yield started
    for driver in started.values():
        driver.quit()


def start(*, dark: bool) -> Any:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        absent("Chromium is not installed (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--window-size=1280,1000",
        "--force-prefers-reduced-motion",
    ):
        options.add_argument(argument)
    options.add_argument(f"--blink-settings=preferredColorScheme={0 if dark else 1}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=Service(driver))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, starter_built: Path) -> dict[str, Path]:
    """The starter's article with and without its text, and one with ranges that overlap."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KG_TEXTS", raising=False)
        view = KnowledgeGraph.open(Project.load(starter_built), fresh=False).article(SLUG)
    overlapping = article(
        "one two three four five\nsix seven",
        claim("S1", (0, 13)),
        claim("S2", (4, 18), reporters=("x",), certainty="possible", holders=("others",)),
        claim("S3", (8, 13), (24, 27), polarity="denied"),
    )
    views = {"starter": view, "overlapping": overlapping, "gaps": replace(view, text=None)}
    for name, shown in views.items():
        (folder / f"{name}.html").write_text(html(shown), encoding="utf-8")
    return {name: folder / f"{name}.html" for name in views}


@pytest.fixture
def browser(drivers: dict[bool, Any], pages: dict[str, Path], request: pytest.FixtureRequest) -> Browser:
    name, dark = getattr(request, "param", ("overlapping", False))
    if dark not in drivers:
        drivers[dark] = start(dark=dark)
    found = Browser(drivers[dark], pages[name])
    found.get("about:blank")
    found.get(pages[name].as_uri())
    return found


def test_a_click_on_a_range_shows_its_claims(browser: Browser) -> None:
    assert browser.cards() == ["S1", "S2", "S3"]
    browser.segment("two").click()
    assert browser.cards() == ["S1", "S2"]
    assert browser.title() == "2 claims on \u201ctwo\u201d"
    assert [found.text.strip() for found in browser.all(".seg.lit")] == ["one", "two", "three", "four"]
    for part in ("held by", "others", "certainty", "possible", "a \u2192 is \u2192 b"):
        assert part in browser.one("#S2").text
    browser.segment("three").click()
    assert browser.cards() == ["S1", "S2", "S3"]
    browser.segment("three").click()  # once more closes it
    assert browser.title() == "3 claims"


def test_the_keyboard_does_all_that_the_mouse_does(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.one("body").send_keys(Keys.TAB)
    assert browser.focused() == "To the claims"
    for _ in range(8):
        browser.press(Keys.TAB)
        if browser.focused() == "one":
            break
    assert browser.focused() == "one"
    browser.press(Keys.ARROW_RIGHT)
    assert browser.focused() == "two"
    browser.press(Keys.ENTER)
    assert browser.cards() == ["S1", "S2"]
    assert browser.focused() == "two"
    browser.press(Keys.ARROW_DOWN)
    assert browser.focused() == "six"
    browser.press(Keys.ENTER)
    assert (browser.cards(), browser.title()) == (["S3"], "1 claim on \u201csix\u201d")
    browser.press(Keys.ESCAPE)
    assert browser.cards() == ["S1", "S2", "S3"]
    assert browser.focused() == "six"
    browser.press(Keys.HOME)
    assert browser.focused() == "one"
    browser.press(Keys.TAB)  # the marks are one stop; the next is among the claims
    assert browser.focused() == "S1"


def test_what_is_focused_can_be_seen(browser: Browser) -> None:
    from selenium.webdriver.common.keys import Keys

    browser.segment("one").send_keys(Keys.ARROW_RIGHT)
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_changes_are_told_to_those_who_do_not_see_them(browser: Browser) -> None:
    assert browser.one("#claims-title").get_attribute("aria-live") == "polite"
    browser.segment("two").click()
    assert browser.segment("two").get_attribute("aria-current") == "true"
    assert len(browser.all("[aria-current]")) == 1


def test_filters(browser: Browser) -> None:
    from selenium.webdriver.support.ui import Select

    Select(browser.one("#by-holder")).select_by_value("others")
    assert browser.cards() == ["S2"]
    assert {found.text.strip() for found in browser.all(".seg.off")} == {"one", "six"}
    Select(browser.one("#by-certainty")).select_by_value("certain")
    assert browser.cards() == []
    assert browser.one("#none").is_displayed()
    Select(browser.one("#by-holder")).select_by_value("")
    assert browser.cards() == ["S1", "S3"]


def test_a_link_to_a_claim_opens_it(browser: Browser) -> None:
    browser.get(f"{browser.page.as_uri()}#S3")
    browser.refresh()
    assert (browser.cards(), browser.title()) == (["S3"], "Claim S3")
    assert [found.text.strip() for found in browser.all(".seg.lit")] == ["three", "six"]
    browser.one("#all").click()
    assert browser.cards() == ["S1", "S2", "S3"]


@pytest.mark.parametrize("browser", [("gaps", False)], indirect=True)
def test_without_the_text_the_glosses_lead_to_the_claims(browser: Browser) -> None:
    from selenium.webdriver.support.ui import WebDriverWait

    assert not browser.all(".seg")
    browser.one('.gap a[href="#S005"]').click()
    WebDriverWait(browser.driver, 20).until(lambda _: browser.title() == "Claim S005")
    assert browser.cards() == ["S005"]


@pytest.mark.parametrize(
    "browser",
    [(name, dark) for name in ("starter", "overlapping", "gaps") for dark in (False, True)],
    indirect=True,
    ids=str,
)
def test_every_word_can_be_read_and_nothing_is_wrong(browser: Browser) -> None:
    assert browser.execute_script(CONTRAST) == []
    for found in browser.all(".seg")[:3]:
        browser.execute_script("arguments[0].click()", found)
        assert browser.execute_script(CONTRAST) == []
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"] == []


def test_a_narrow_window_has_no_sideways_scrolling(browser: Browser) -> None:
    browser.set_window_size(500, 900)
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
        browser.segment("two").click()
        assert browser.one("#S1").is_displayed()
    finally:
        browser.set_window_size(1280, 1000)


def test_without_scripts_all_is_there(
    drivers: dict[bool, Any], pages: dict[str, Path], tmp_path: Path
) -> None:
    page = pages["overlapping"].read_text(encoding="utf-8")
    plain = tmp_path / "plain.html"
    plain.write_text(page[: page.index("<script>")] + "</body></html>", encoding="utf-8")
    if False not in drivers:
        drivers[False] = start(dark=False)
    browser = Browser(drivers[False], plain)
    browser.get(plain.as_uri())
    browser.segment("two").click()
    assert browser.current_url.endswith("#S1")
    assert browser.cards() == ["S1", "S2", "S3"]
