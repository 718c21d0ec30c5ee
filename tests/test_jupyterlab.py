"""A learner in JupyterLab: a blank notebook, a wrong answer, a right one, Validate."""

import json
import re
import shutil
from pathlib import Path

import pytest
from browser import chromium, keep_screenshot, lab, wait_for_kernel  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = "ch24_transformer/24_2_self_attention.ipynb"
OUTPUT = """(i) => jupyterapp.shell.currentWidget.content.widgets[i]
  .model.outputs.toJSON()"""
SCROLL = """async (i) => {
  const content = jupyterapp.shell.currentWidget.content;
  content.activeCellIndex = i; await content.scrollToItem(i, 'start'); }"""
WRONG = """def softmax(scores):
    e = torch.exp(scores - scores.amax(dim=-2, keepdim=True))
    return e / e.sum(dim=-2, keepdim=True)"""
SCORES = """def attention_scores(q, k):
    return q @ k.mT / q.shape[-1]"""
RIGHT = """def softmax(scores):
    e = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    return e / e.sum(dim=-1, keepdim=True)"""


def cells_of(path: Path) -> dict[str, int]:
    """Where each graded cell stands, by its id, and the set-up cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    places = {"setup": next(i for i, c in enumerate(cells) if c["id"] == "setup")}
    for place, cell in enumerate(cells):
        if "nbgrader" in cell["metadata"]:
            places[cell["metadata"]["nbgrader"]["grade_id"]] = place
    return places


class Notebook:
    """The open notebook, used as a person uses it: type, run, read."""

    def __init__(self, page, places: dict[str, int]):
        self.page, self.places = page, places

    def cell(self, name: str):
        """The cell on the page, scrolled into view."""
        place = self.places[name]
        self.page.evaluate(SCROLL, place)
        panel = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        return panel.locator(f'.jp-Cell[data-windowed-list-index="{place}"]')

    def write(self, name: str, text: str) -> None:
        """Replace the cell's text."""
        self.cell(name).locator(".cm-content").fill(text)

    def run(self, name: str) -> str:
        """Run the cell with Shift + Enter; the text of what it shows."""
        cell = self.cell(name)
        cell.locator(".cm-content").click()
        before = self._count(name)
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_function(
            "([i, n]) => { const c = jupyterapp.shell.currentWidget.content.widgets[i]"
            ".model.executionCount; return c !== null && c !== n; }",
            arg=[self.places[name], before],
        )
        self.page.wait_for_function(
            "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel"
            ".status === 'idle'"
        )
        outputs = self.page.evaluate(OUTPUT, self.places[name])
        return "\n".join(map(_shown, outputs))

    def _count(self, name: str):
        return self.page.evaluate(
            "(i) => jupyterapp.shell.currentWidget.content.widgets[i]"
            ".model.executionCount",
            self.places[name],
        )


def _shown(output: dict) -> str:
    text = output.get("text") or output.get("evalue") or output.get("data", {})
    return "".join(text) if isinstance(text, list | str) else json.dumps(text)


@pytest.fixture
def opened(lab, chromium, tmp_path):  # noqa: F811 - fixtures
    """The blank 24.2 in JupyterLab."""
    target = tmp_path / "my work" / NOTEBOOK
    target.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "notebooks" / NOTEBOOK, target)
    server = lab(tmp_path / "my work")
    page = chromium(1100, 1300)
    page.goto(server.url(f"/lab/tree/{NOTEBOOK}?reset"))
    wait_for_kernel(page)
    # the notebook wants the room that the file list takes
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area')")
    return Notebook(page, cells_of(target)), target


@pytest.mark.browser
@pytest.mark.slow
def test_a_learner_meets_a_message_and_passes(opened):
    notebook, file = opened
    page = notebook.page
    assert "24.2 Self-attention" in notebook.run("setup")
    page.evaluate(SCROLL, 0)
    page.wait_for_timeout(500)  # the figure is drawn; only a picture waits for it
    keep_screenshot(page, "notebook")

    exercise, test = "ex24_2_1_softmax", "test24_2_1_softmax"
    notebook.run(exercise)
    assert "Not written yet" in notebook.run(test)

    notebook.write(exercise, WRONG)
    notebook.run(exercise)
    message = notebook.run(test)
    assert "0 of 3 points" in message
    assert "softmax down the columns" in message
    notebook.write(exercise, RIGHT)
    notebook.run(exercise)
    assert "✓ 24.2.1 softmax" in notebook.run(test)

    scores = "ex24_2_2_attention_scores"
    notebook.write(scores, SCORES)
    notebook.run(scores)
    message = notebook.run("test24_2_2_attention_scores")
    assert "divided by D instead of √D" in message
    page.evaluate(SCROLL, notebook.places[scores])
    keep_screenshot(page, "check")

    page.locator(".jp-NotebookPanel").get_by_role(
        "button", name="Validate", exact=True
    ).click()
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_text(re.compile("Validation Results")).wait_for()
    text = dialog.inner_text()
    assert "24.2.2 attention_scores" in text  # still wrong, so it fails
    assert "24.2.1 softmax" not in text  # passes
    keep_screenshot(page, "validate")
    dialog.get_by_role("button", name="Ok").click()

    saved = json.loads(file.read_text(encoding="utf-8"))
    source = "".join(saved["cells"][notebook.places[exercise]]["source"])
    assert source == RIGHT
    assert page.watch.errors == [] and page.watch.remote == []
