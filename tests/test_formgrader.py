"""The whole nbgrader cycle: with its own commands, and with its formgrader page."""

import os
import re
import subprocess
import sys

import nbformat
import pytest
import toy_course as toy
from browser import chromium, isolated, keep_screenshot, lab  # noqa: F401 - fixtures
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograde.classroom.page import command, make_exchange
from autograde.demo.student import Student


def _nbgrader(folder, env, *words, code=0):
    """Run one of nbgrader's own commands; returns what it logged."""
    command = [sys.executable, "-m", "nbgrader", *words]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def _answer(file, **answers):
    nbformat.write(toy.answered(nbformat.read(file, 4), **answers), file)


def _text(page):
    """What a reader of an HTML page sees; highlighting cuts code into pieces."""
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").get_text()


def _attack(file):
    """Add scripts that would run with the rights of whoever looks at the page."""
    nb = nbformat.read(file, 4)
    evil = "<img src=x onerror='window.evil = 1'><script>window.evil = 1</script>"
    nb.cells.append(new_markdown_cell(evil))
    show = f"from IPython.display import *\ndisplay(HTML({evil!r}))"
    nb.cells.append(new_code_cell(show + "\nJavascript('window.evil = 1')"))
    nbformat.write(nb, file)


@pytest.fixture
def course(tmp_path):
    """A toy course in a folder with a space in its name."""
    return toy.make_course(tmp_path / "a course")


@pytest.mark.slow
def test_the_cycle_by_nbgraders_own_commands(course, tmp_path):
    env = isolated(tmp_path)
    # found by nbgrader because the commands run in the course's folder
    _nbgrader(course, env, "generate_assignment", toy.CHAPTER)
    released = course / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    assert "HIDDEN" not in released.read_text(encoding="utf-8")
    assert "your code here" in released.read_text(encoding="utf-8")
    _nbgrader(course, env, "release_assignment", toy.CHAPTER)

    home = tmp_path / "home of s01"
    home.mkdir()
    at = (f"--Exchange.root={course / 'exchange'}", "--course", "toy")
    assert toy.CHAPTER in _nbgrader(home, env, "list", *at)
    _nbgrader(home, env, "fetch_assignment", toy.CHAPTER, *at)
    _answer(home / toy.CHAPTER / f"{toy.NAME}.ipynb", add="return a + b + 0.5")
    _nbgrader(home, env, "submit", toy.CHAPTER, "--student=s01", *at)

    _nbgrader(course, env, "collect", toy.CHAPTER)
    log = _nbgrader(course, env, "autograde", toy.CHAPTER)
    assert "[ERROR]" not in log
    _nbgrader(course, env, "generate_feedback", toy.CHAPTER)
    _nbgrader(course, env, "release_feedback", toy.CHAPTER)
    _nbgrader(home, env, "fetch_feedback", toy.CHAPTER, "--student=s01", *at)
    [page] = (home / toy.CHAPTER / "feedback").rglob("*.html")
    text = _text(page)
    assert "You added a half." in text and toy.SECRET_LINE not in text

    _nbgrader(course, env, "export")
    line = (course / "grades.csv").read_text(encoding="utf-8").splitlines()[1]
    assert line.startswith(f"{toy.CHAPTER},") and ",s01," in line
    assert line.endswith("3.0,0.0,3.0,5.0"), line


@pytest.mark.slow
def test_one_bad_submission_does_not_stop_nbgraders_own_autograde(course, tmp_path):
    env = isolated(tmp_path)
    _nbgrader(course, env, "generate_assignment", toy.CHAPTER)
    file = course / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb"
    good = toy.answered(nbformat.read(file, 4))
    toy.submit(course, "s01", b"not a notebook")
    pasted = toy.answered(good)
    pasted.cells.append(nbformat.from_dict(dict(toy.cell(good, "test1_1_1_add"))))
    pasted.cells[-1]["id"] = "pasted"
    toy.submit(course, "s02", pasted)
    toy.submit(course, "s03", good)
    _nbgrader(course, env, "autograde", toy.CHAPTER)
    _nbgrader(course, env, "export")
    lines = (course / "grades.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[-2] for line in lines] == ["0.0", "5.0", "5.0"]


class Formgrader:
    """The formgrader page, by its buttons."""

    def __init__(self, page, server):
        self.page, self.server = page, server

    def open(self, path: str = ""):
        self.page.goto(self.server.url(f"/formgrader{path}"))

    def row(self, text: str):
        return self.page.locator("tbody tr").filter(has_text=text)

    def press(self, text: str, column: str) -> str:
        """Press a row's button; returns the log that is shown when it is done."""
        from playwright.sync_api import expect

        self.row(text).locator(f"td.{column} a").click()
        modal = self.page.locator("#success-modal, #error-modal")
        modal.wait_for()
        log = modal.inner_text()
        assert modal.get_attribute("id") == "success-modal", log
        # a click before the fade-in has ended is lost
        expect(modal).to_have_class(re.compile(r"\bin\b"))
        modal.locator(".modal-footer button").click()
        modal.wait_for(state="detached")
        return log


@pytest.mark.browser
@pytest.mark.slow
def test_the_cycle_by_formgraders_buttons(course, tmp_path, lab, chromium):  # noqa: F811
    make_exchange(course)
    server, page = lab(course), chromium()
    grader = Formgrader(page, server)
    grader.open()
    grader.row(toy.CHAPTER).wait_for()
    keep_screenshot(page, "formgrader-assignments")
    grader.press(toy.CHAPTER, "assign")
    grader.press(toy.CHAPTER, "release")

    student = Student("s01", tmp_path / "home of s01", course / "exchange", "toy")
    file = student.fetch(toy.CHAPTER) / f"{toy.NAME}.ipynb"
    _answer(file, add="return a + b + 0.5")
    _attack(file)
    student.submit(toy.CHAPTER)

    grader.press(toy.CHAPTER, "collect")
    grader.open(f"/manage_submissions/{toy.CHAPTER}")
    grader.row("s01").wait_for()
    grader.press("s01", "autograde")
    score = grader.row("s01").locator("td.score").inner_text()
    assert score.split() == ["3", "/", "5"], score
    keep_screenshot(page, "formgrader-submissions")

    _grade_by_hand(grader)
    grader.open()
    grader.row(toy.CHAPTER).wait_for()
    grader.press(toy.CHAPTER, "generate-feedback")
    grader.press(toy.CHAPTER, "release-feedback")
    [feedback] = student.fetch_feedback(toy.CHAPTER)
    text = _text(feedback)
    assert "You added a half." in text and toy.SECRET_LINE not in text
    assert "a kind word" in text
    assert page.watch.errors == []


def _grade_by_hand(grader: Formgrader) -> None:
    """Look at one submission as an instructor and leave a comment."""
    page = grader.page
    grader.open(f"/gradebook/{toy.CHAPTER}/{toy.NAME}")
    link = page.locator("tbody tr td.name a").first
    link.click()
    page.wait_for_url("**/submissions/**")
    test = page.locator("input#test1_1_1_add")
    page.wait_for_function("() => document.querySelector('#test1_1_1_add').placeholder")
    assert test.get_attribute("placeholder") == "0"
    assert toy.SECRET_LINE.split("'")[0] in page.locator("body").inner_text()
    assert page.evaluate("window.evil") is None, "a submission's script has run"
    comment = page.locator("textarea.comment").first
    comment.fill("a kind word")
    with page.expect_response("**/api/comment/**"):
        comment.blur()
    keep_screenshot(page, "formgrader-submission")
    # without a network formgrader's own script stops here: see its template
    assert page.evaluate("typeof formgrader === 'undefined' || formgrader.loaded")


def test_the_page_is_opened_in_the_course_folder(course):
    words = command(course, 9999, browser=False)
    assert f"--ServerApp.root_dir={course}" in words
    assert {"--port=9999", "--no-browser"} <= set(words)


def test_a_missing_chromium_is_said_loudly(monkeypatch):
    import browser

    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.delenv("REQUIRE_BROWSER", raising=False)
    assert browser.find_chromium() is None
    with pytest.raises(pytest.skip.Exception, match="NO CHROMIUM"):
        browser._missing()
    monkeypatch.setenv("REQUIRE_BROWSER", "1")
    with pytest.raises(pytest.fail.Exception, match="NO CHROMIUM"):
        browser._missing()
