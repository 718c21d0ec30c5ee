"""Drawn figures: readable by everybody, in one look, small, and free of the network."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
from playwright.sync_api import sync_playwright

from llmlab.plot import style

FIGURES = Path(__file__).parents[1] / "figures"
FILES = sorted(FIGURES.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
PALETTE = {
    *style.ROLES.values(),
    *style.TINTS.values(),
    style.INK,
    style.QUIET,
    style.CARD,
    style.BORDER,
}
SELF_ATTENTION = (
    "overview library softmax scores variance causal_mask padding_mask attention module"
)
ELEMENTS = set("svg title desc style defs marker pattern rect path text g".split())


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def figure(path):
    return ElementTree.fromstring(path.read_text(encoding="utf-8"))


def texts(figure):
    return list(figure.iter(SVG + "text"))


def test_every_figure_of_self_attention_is_there():
    names = {path.stem for path in FILES}
    assert {f"24_2_{name}" for name in SELF_ATTENTION.split()} <= names


def test_names_begin_with_their_section(path):
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", path.stem)


def test_title_and_description_say_what_is_drawn(figure):
    title, description = figure.find(SVG + "title"), figure.find(SVG + "desc")
    assert 10 <= len(title.text) <= 80
    assert len(description.text) >= 80 and description.text.endswith(".")
    named = figure.get("aria-labelledby").split()
    assert named == [title.get("id"), description.get("id")]
    assert figure.get("role") == "img"


def test_the_card_fills_the_view(figure):
    left, top, width, height = map(float, figure.get("viewBox").split())
    assert (left, top, width) == (0, 0, 900) and 240 <= height <= 480
    assert (float(figure.get("width")), float(figure.get("height"))) == (width, height)
    card = figure.find(SVG + "rect")
    assert (card.get("fill"), card.get("stroke")) == (style.CARD, style.BORDER)
    assert float(card.get("width")) >= width - 4 and float(card.get("rx")) >= 8


def test_nothing_runs_and_nothing_is_fetched(path, figure):
    source = path.read_text(encoding="utf-8")
    assert {element.tag.removeprefix(SVG) for element in figure.iter()} <= ELEMENTS
    links = re.findall(r"https?://[^\s\"')]+", source)
    assert set(links) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\bhref|@import|<!ENTITY|<!DOCTYPE|\bon\w+=|data:", source)


def test_inner_references_exist_and_are_the_figures_own(path, figure):
    source = path.read_text(encoding="utf-8")
    ids = [element.get("id") for element in figure.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", source)) <= set(ids)
    # two figures on one page must not share an id
    assert all(name.startswith(path.stem.split("_", 2)[2] + "-") for name in ids)


def test_the_file_is_small(path):
    assert path.stat().st_size < 20_000


def test_colours_are_those_of_the_plots(path):
    used = set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", path.read_text(encoding="utf-8")))
    assert used and used <= PALETTE, used - PALETTE
    assert not re.search(r"(fill|stroke): (?!none|url|#)", path.read_text("utf-8"))
    assert "rgb(" not in path.read_text(encoding="utf-8")


def test_fonts_are_the_systems_with_chinese_ones_at_the_end(path):
    families = re.findall(r"font-family: ([^;}]+)", path.read_text(encoding="utf-8"))
    assert len(families) == 1
    names = [name.strip(' "') for name in families[0].split(",")]
    assert names[0] == "system-ui" and names[-1] == "sans-serif"
    assert {"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC"} <= set(names)


def test_text_is_large_enough(path):
    sizes = re.findall(r"font-size: (\d+)px", path.read_text(encoding="utf-8"))
    assert sizes and min(map(int, sizes)) >= 13


def test_labels_are_plain_whole_phrases(figure):
    labels = texts(figure)
    assert len(labels) >= 5
    for label in labels:
        assert len(label) == 0, "a label with inner elements cannot be translated"
        assert label.text and label.text == label.text.strip()
        assert len(label.text) <= 60, label.text


def test_labels_start_inside_the_card(figure):
    height = float(figure.get("viewBox").split()[3])
    for label in texts(figure):
        assert 8 <= float(label.get("x")) <= 892, label.text
        assert 14 <= float(label.get("y")) <= height - 6, label.text


def test_every_class_is_defined_and_every_rule_is_used(figure):
    rules = set(re.findall(r"\.([a-z][\w-]*) \{", figure.find(SVG + "style").text))
    used = {
        name for element in figure.iter() for name in element.get("class", "").split()
    }
    assert used == rules


MEASURE = """() => [...document.querySelectorAll('text')].map(text => {
    const box = text.getBBox();
    return [text.textContent, box.x, box.y, box.width, box.height];
})"""


@pytest.fixture(scope="module")
def page():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.skip("no chromium here")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        yield browser.new_page(viewport={"width": 920, "height": 400})
        browser.close()


@pytest.mark.browser
def test_no_label_is_cut_or_covers_another(path, page):
    page.goto(path.as_uri())
    boxes = page.evaluate(MEASURE)
    assert boxes
    for i, (text, x, y, width, height) in enumerate(boxes):
        assert 10 <= x and x + width <= 890, text
        for other, x2, y2, width2, height2 in boxes[i + 1 :]:
            beside = x + width <= x2 or x2 + width2 <= x
            # a line's box is higher than its letters
            above = y + height - 3 <= y2 + 3 or y2 + height2 - 3 <= y + 3
            assert beside or above, (text, other)
