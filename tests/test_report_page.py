"""The report page, explain, mistakes in words: a class graded once, and odd ones."""

import json
import re

import nbformat
import pytest
import toy_course as toy
from browser import chromium  # noqa: F401 - a fixture
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from autograde.classroom import grade, release, results
from autograde.classroom.room import ClassroomError, open_room
from autograde.report import explain, facts, page, plots, tally, words
from autograde.report.late import Rules
from autograde.report.stats import item, spread
from llmlab.check import message as layout

MESSAGE = """\
✗ 24.2.5 scaled_dot_product_attention                                      0 of 4 points
  q (2, 5, 16), k (2, 7, 16), v (2, 7, 12), no mask: shape and dtype are right, 100 % of
  the values are not.
  First at [0, 0, 0]: expected -0.9897, yours -0.9147.
  Your output equals attention without the division by √D.
  → With D = 16 the scores' variance is about 16 before the softmax, which makes it too
    sharp. See "Why √D".
  → Your code calls attention_scores, and 24.2.2 does not pass yet."""
CHINESE = "\n".join(
    [
        "✗ 24.2.3 causal_mask                                     0 / 3 分",
        layout.indent(
            [
                "T = 2, S = 3：期望 [[True, False]]，你的是 [[False, True]]；"
                "每个值都正好相反，这一行很长，所以会在某个地方断开，再接着写下去。",
                "你的掩码正好相反：可以看未来，却遮住了过去。",
                "→ 在本课程中，True 表示：这个查询可以看这个键。",
            ]
        ),
    ]
)


def test_broken_lines_become_paragraphs_again():
    found = words.paragraphs(MESSAGE)
    assert len(found) == 5
    assert found[0].endswith("shape and dtype are right, 100 % of the values are not.")
    assert found[1].startswith("First at [0, 0, 0]")
    assert found[3].endswith('which makes it too sharp. See "Why √D".')
    assert len(words.paragraphs(CHINESE)) == 3
    assert words.paragraphs(CHINESE)[0].endswith("会在某个地方断开，再接着写下去。")


@given(st.lists(st.text("ab ", min_size=1, max_size=300).map(str.split), max_size=4))
def test_no_word_of_a_message_is_lost(lists):
    texts = [" ".join(parts) for parts in lists if parts]
    message = "✗ 1.1 f\n" + layout.indent(texts)
    joined = " ".join(words.paragraphs(message))
    assert joined.split() == " ".join(texts).split()


@pytest.mark.parametrize(
    ("message", "mistake", "line"),
    [
        (MESSAGE, "attention.unscaled", "Your output equals attention without the"),
        (CHINESE, "causal.inverted", "你的掩码正好相反：可以看未来，却遮住了过去。"),
        (MESSAGE, "not-written", "Not written yet."),
        (MESSAGE, "", "With D = 16 the scores' variance"),
        ("✗ 1.1 f\n  → Only advice.", "f.x", "Only advice."),
        ("ValueError: no", "", "ValueError: no"),
        ("", "", ""),
    ],
)
def test_one_line_says_most(message, mistake, line):
    assert words.one_line(message, mistake).startswith(line)


def test_the_catalogues_words_hold_no_students_numbers(monkeypatch):
    known, advice = words.mistake_words("attention.unscaled", MESSAGE)
    assert known == "Your output equals attention without the division by √D."
    assert "16" not in advice and "{" not in advice
    monkeypatch.setenv("LLMLAB_LANG", "zh")
    assert "注意力" in words.mistake_words("attention.unscaled", MESSAGE)[0]
    for mistake in words.catalogue():
        assert "{" not in "".join(words.mistake_words(mistake)), mistake


def _record(room, student, **record):
    """What the grader stores, put into a graded notebook."""
    [path] = results.graded_notebooks(room, toy.CHAPTER, student)
    nb = nbformat.read(path, 4)
    nb.metadata.setdefault("llmlab_grading", {}).update(record)
    nbformat.write(nb, path)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A toy class with everything that a report can show."""
    root = toy.make_course(tmp_path_factory.mktemp("report") / "a course")
    room = open_room(root)
    release.release(room, toy.CHAPTER)
    blank = nbformat.read(root / "notebooks" / toy.CHAPTER / f"{toy.NAME}.ipynb", 4)
    half = "odd = [a, b]; more = [x + 0 for x in odd]; return sum(more) + 0.5"
    toy.submit(root, "good", toy.answered(blank))
    toy.submit(root, "half<b>", toy.answered(blank, half))
    toy.submit(root, "half2", toy.answered(blank, half.replace("odd", "two")))
    toy.submit(root, "other", toy.answered(blank, "return a - (0 - b)"))
    toy.submit(root, "blank", blank)
    toy.submit(root, "broken", b"not a notebook")
    toy.submit(root, "essay", b"my work", name="essay.docx")
    for student in grade.to_grade(room, toy.CHAPTER):
        grade.grade_one(room, toy.CHAPTER, student)
    toy.submit(root, "waiting", blank)
    (room.gradebook_folder / "late.csv").write_text(
        f"chapter,due\n{toy.CHAPTER},2026-01-30\n"
    )
    _record(room, "good", seconds=1.5, sandbox="L3 namespaces", flags=["A daemon."])
    _record(room, "half2", seconds=4, notes=["A test was mended."])
    return room


@pytest.fixture(scope="module")
def soup(room):
    """The page of the toy class."""
    made = page.make(room, results.load(room, toy.CHAPTER))
    return BeautifulSoup(page.html(made), "html.parser")


def _rows(soup, part):
    """The cells of all tables of a section, row by row."""
    rows = soup.find(id=part).select("tbody tr")
    return [[c.get_text(" ", strip=True) for c in r.select("th, td")] for r in rows]


def test_the_page_needs_nothing_else_and_runs_nothing(soup):
    assert not soup.find_all(["script", "link", "iframe", "object"])
    for tag in soup.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on")]
        source = tag.get("src", "") + (tag.get("href", "") or "")
        assert not source or source.startswith(("data:image/svg+xml;base64,", "#"))
    [policy] = soup.select("meta[http-equiv=Content-Security-Policy]")
    assert "default-src 'none'" in policy["content"]
    assert "script" not in policy["content"]
    assert soup.html["lang"] == "en"
    assert soup.select_one("meta[name=viewport]")


def test_pictures_say_in_words_what_they_show(soup):
    alts = [image["alt"] for image in soup.find_all("img")]
    assert len(alts) == 3
    assert all(len(alt) > 40 for alt in alts)
    assert "1.1.1: 40 %" in alts[1]


@pytest.mark.browser
def test_the_page_fits_a_phone(soup, chromium, tmp_path):  # noqa: F811
    file = tmp_path / "report.html"
    file.write_text(str(soup), encoding="utf-8")
    view = chromium(360, 640)
    view.goto(file.as_uri())
    assert view.evaluate("document.documentElement.scrollWidth") <= 360
    assert not [a for a in view.watch.remote if not a.startswith("file:")]


def test_tables_can_be_read_aloud(soup):
    for table in soup.find_all("table"):
        assert table.select("thead th[scope=col]")
        assert table.select("tbody th[scope=row]")
    for link in soup.select("nav a"):
        assert soup.find(id=link["href"][1:])


def test_exercises(soup):
    # x = 2 2 0 0 0 and y = 3 3 3 3 0: r = 2.4 / √(4.8 · 7.2)
    first, second = _rows(soup, "exercises")
    assert first == ["1.1.1 add", "2", "40 %", "40 %", "60 %", "0.41"]
    assert second == ["1.1.2 double", "3", "80 %", "80 %", "20 %", "0.41"]


def test_mistakes_are_in_words(soup):
    found = {
        (row[0], row[1], row[2].split(" who")[0]) for row in _rows(soup, "mistakes")
    }
    assert ("1.1.1", "2", "You added a half.") in found


def test_what_needs_a_look_has_its_reason(soup):
    rows = {row[0]: row[1:] for row in _rows(soup, "look")}
    assert rows["broken"][0] == "unreadable" and "not a notebook" in rows["broken"][1]
    assert rows["essay"][0] == "grading failed" and "no notebook" in rows["essay"][1]
    assert rows["waiting"] == ["not graded yet", ""]
    assert rows["good"] == ["flagged", "A daemon."]


def test_late_time_and_likeness(soup):
    # due at the end of the 30th, handed in at noon of the 31st
    assert {row[3] for row in _rows(soup, "late")} == {"1"}
    # the others have the time that grading them really took
    assert [row for row in _rows(soup, "time") if row[0] in ("half2", "good")] == [
        ["half2", "4.0"],
        ["good", "1.5"],
    ]
    pair, *usual = _rows(soup, "alike")
    assert pair[0] == "half2 half<b>"
    assert "1.1.1 100 % (had by 2 of 4)" in pair[2]
    assert [row[0] for row in usual] == ["1.1.1", "1.1.2"]


def test_names_of_students_are_no_html(soup):
    assert "half<b>" in soup.get_text()
    assert not soup.find_all("b")


def test_the_same_grades_make_the_same_page(room):
    loaded = results.load(room, toy.CHAPTER)
    assert page.html(page.make(room, loaded)) == page.html(page.make(room, loaded))


def test_the_page_is_there_in_chinese(room, monkeypatch):
    monkeypatch.setenv("LLMLAB_LANG", "zh")
    text = page.html(page.make(room, results.load(room, toy.CHAPTER)))
    found = BeautifulSoup(text, "html.parser")
    assert found.html["lang"] == "zh-CN"
    for heading in found.find_all(["h2", "caption"]):
        assert re.search(r"[\u4e00-\u9fff]", heading.get_text()), heading
    for head in found.select("thead th"):
        shown = head.get_text()
        assert re.search(r"[\u4e00-\u9fff]|^\d", shown), head


def test_a_chapter_without_submissions_has_a_page(tmp_path):
    room = open_room(toy.make_course(tmp_path / "course"))
    release.release(room, toy.CHAPTER)
    text = page.html(page.make(room, results.load(room, toy.CHAPTER)))
    found = BeautifulSoup(text, "html.parser")
    assert "Nobody is graded yet." in found.find(id="scores").get_text()
    assert "Nobody has submitted yet." in found.find(id="all").get_text()
    assert not found.find_all("img")


def test_plots_of_odd_classes():
    for values in ([0.0], [5.0, 5.0], [0.0, 5.0]):
        plots.scores(values, 5, spread(values).middle)
        plots.seconds(values, spread(values).middle)
    figures = [item([], 1), item([0, 1, 1], 1, [[2, 0, 0]])]
    assert "b: 67 %, -1.00" in plots.items(["a", "b"], figures).alt


def test_explain_says_what_is_known(room):
    said = explain.explain(room, "half2", "1.1.1")
    assert said.startswith("half2 · 1.1.1 add · 0 / 2")
    assert "You added a half." in said
    assert "mended: A test was mended." in said
    assert "seconds: 4.0" in said
    assert "submitted: 2026-01-31 12:00 UTC" in said
    assert "late by 1 d" in said
    assert f"autograded/half2/{toy.CHAPTER}/{toy.NAME}.ipynb" in said
    assert "feedback page" not in said
    said = explain.explain(room, "good", "ADD")
    assert "sandbox: L3 namespaces" in said and "look at: A daemon." in said
    assert "unreadable" not in said
    assert "not graded yet" in explain.explain(room, "waiting", "test1_1_1_add")
    assert "no notebook" in explain.explain(room, "essay", "double")


def test_explain_names_what_was_meant(room):
    def error(*names):
        with pytest.raises(ClassroomError) as caught:
            explain.explain(room, *names)
        return str(caught.value)

    assert "Did you mean half2" in error("hafl2", "1.1.1")
    assert "Did you mean 1.1.2 double?" in error("good", "doubel")
    assert "Write for example 24.2.1." in error("good", "zzz")


def test_an_exercise_name_in_two_chapters_needs_its_number():
    first, second = (
        results.Results(c, (results.Exercise("n", f"test{n}_1_1_f", 1),), ())
        for c, n in (("a", 1), ("b", 2))
    )
    with pytest.raises(ClassroomError, match=r"1\.1\.1 f, 2\.1\.1 f"):
        explain.find_exercise([first, second], "f")
    assert explain.find_exercise([first, second], "2.1.1")[0] is second


def test_a_damaged_graded_notebook_says_nothing(tmp_path):
    file = tmp_path / "n.ipynb"
    for content in ("", "[]", "{}", json.dumps({"cells": 5})):
        file.write_text(content)
        assert facts.read_facts("s", [file], []).checks == {}


def test_nobody_is_counted_twice(room):
    loaded = results.load(room, toy.CHAPTER)
    counts = tally.tally(loaded, facts.gather(room, loaded))
    assert sum(len(c.students) for c in counts if c.exercise.name == "add") == 3
    assert page.Report(loaded, {}, Rules(), [], spread([]), [], [], []).pairs == []
