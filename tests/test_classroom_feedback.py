"""Feedback pages: the check's words and what was mended, no hidden test, no script."""

import base64
import json

import nbformat
import pytest
import toy_course as toy
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from autograde.classroom import feedback, grade, release, results
from autograde.classroom.hide import HideTests
from autograde.classroom.room import open_room
from autograde.classroom.sanitize import clean

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="4"/></svg>'


def _evil(nb):
    """A notebook that tries to run scripts in the reader's browser."""
    nb = toy.answered(nb)
    html = "<b>bold</b><script>evil(1)</script><img src=x onerror='evil(2)'>"
    code = f"from IPython.display import *\ndisplay(HTML({html!r}))\n"
    code += "display(Javascript('evil(3)'))\n"
    code += 'display(SVG(\'<svg xmlns="http://www.w3.org/2000/svg"><script>evil(4)'
    code += "</script></svg>'))"
    nb.cells.append(new_code_cell(code))
    text = "text\n\n<script>evil(5)</script>\n\n[x](javascript:evil(6)) $a < b$"
    nb.cells.append(new_markdown_cell(text))
    picture = new_markdown_cell("![a drawing](attachment:p.svg)")
    encoded = base64.b64encode(PICTURE).decode()
    picture["attachments"] = {"p.svg": {"image/svg+xml": encoded}}
    nb.cells.append(picture)
    details = "<details><summary>Hint</summary>\n\nthink\n\n</details>"
    nb.cells.append(new_markdown_cell(details))
    return nb


def _peeks(nb):
    """A notebook that prints itself, hidden tests and all, and loses a test."""
    nb = toy.answered(nb, "return abs(a + b)")
    peek = "import glob\nprint(open(glob.glob('*.ipynb')[0]).read())"
    nb.cells.append(new_code_cell(peek))
    return nb


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Feedback pages as text, by student."""
    root = toy.make_course(tmp_path_factory.mktemp("feedback") / "course")
    room = open_room(root)
    release.release(room, toy.CHAPTER)
    blank = nbformat.read(root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb", 4)
    toy.submit(root, "wrong", toy.answered(blank, "return a + b + 0.5"))
    toy.submit(root, "peeks", _peeks(blank))
    crash = "\n    ".join(("if a < 0:", "    raise KeyError('mine')", "return a + b"))
    toy.submit(root, "crashes", toy.answered(blank, crash))
    toy.submit(root, "evil", _evil(blank))
    toy.submit(root, "unreadable", b"not a notebook")
    students = grade.to_grade(room, toy.CHAPTER)
    assert all(
        outcome.state != results.FAILED
        for outcome in grade.grade_all(room, toy.CHAPTER, students)
    )
    made = feedback.give_feedback(room, toy.CHAPTER, students)
    return {
        page.student: (page.folder / f"{toy.NAME}.html").read_text("utf-8")
        for page in made
    }


def test_the_checks_words_are_there(pages):
    assert "You added a half." in pages["wrong"]
    assert "Score: 3.0 / 5.0" in pages["wrong"]


def test_no_hidden_test_is_shown(pages):
    for name, page in pages.items():
        # highlighting cuts code into pieces: look at the text, not at the HTML
        text = BeautifulSoup(page, "html.parser").get_text()
        assert "on=check.case(a=1, b=2)" in text, "the open part of a test is gone"
        for secret in (toy.SECRET_LINE, toy.LAST_LINE, "HIDDEN TESTS"):
            assert secret not in text, (name, secret)
    # where the submission runs there is no notebook to be read
    assert "IndexError" in pages["peeks"]


def test_an_output_that_shows_a_hidden_test_is_left_out():
    nb = toy.solution_notebook()
    shown = new_output("stream", name="stdout", text=f"x = 1\n{toy.SECRET_LINE}\n")
    nb.cells[1].outputs = [shown]
    nb, _resources = HideTests().preprocess(nb, {})
    [output] = nb.cells[1].outputs
    assert "shows hidden tests and is left out" in output.text
    assert toy.SECRET_LINE not in output.text


def test_a_learners_own_error_is_still_shown(pages):
    # the traceback goes through the hidden test; the learner's frame stays
    assert "KeyError" in pages["crashes"]
    assert "mine" in pages["crashes"]


def test_the_graded_notebook_keeps_the_hidden_tests(pages, tmp_path_factory):
    [path] = tmp_path_factory.getbasetemp().glob(
        f"feedback0/course/gradebook/autograded/wrong/*/{toy.NAME}.ipynb"
    )
    text = json.dumps(toy.SECRET_LINE)[1:-1]
    assert text in path.read_text(encoding="utf-8")


def test_no_script_of_a_submission_lives(pages):
    page = BeautifulSoup(pages["evil"], "html.parser")
    assert not [s for s in page.find_all("script") if "evil" in str(s)]
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")], tag
        for name in ("href", "src"):
            assert not tag.get(name, "").lower().startswith("javascript:"), tag
    assert page.find("b", string="bold")


def test_drawings_and_hints_survive(pages):
    assert "data:image/svg+xml;base64," in pages["evil"]
    assert "<details>" in pages["evil"]
    assert "$a &lt; b$" in pages["evil"]


def test_an_unreadable_file_is_explained(pages):
    assert "Noticed while this notebook was graded" in pages["unreadable"]
    assert "is not a notebook" in pages["unreadable"]


def test_clean_keeps_what_notebooks_need():
    table = '<table class="t"><tbody><tr><td colspan="2">1</td></tr></tbody></table>'
    assert clean(table) == table
    assert clean('<a href="data:text/html,x">a</a>') == "<a>a</a>"
    assert "script" not in clean('<img src="data:text/html,<script>">')
    assert clean('<p style="color: red; position: fixed">x</p>').count("position") == 0
