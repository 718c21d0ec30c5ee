"""The first cell of a notebook, seeds and devices."""

import doctest
import json
import random

import matplotlib
import numpy as np
import pytest
import torch

from llmlab import course, device

COURSE = course.parse(
    {
        "version": "1.2.0",
        "id": "llmlab",
        "title": "Course",
        "chapters": [
            {
                "id": "ch24",
                "title": "The Transformer",
                "sections": [
                    {
                        "number": "24.2",
                        "slug": "24_2_self_attention",
                        "title": "Self-attention",
                        "hash": "abc",
                    }
                ],
            }
        ],
    }
)


@pytest.fixture(autouse=True)
def installed(monkeypatch):
    monkeypatch.setattr(course, "load", lambda: COURSE)
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    with matplotlib.rc_context():
        yield


@pytest.fixture
def notebook(tmp_path, monkeypatch):
    def write(content):
        path = tmp_path / "24_2_self_attention.ipynb"
        path.write_text(
            content if isinstance(content, str) else json.dumps(content), "utf-8"
        )
        monkeypatch.setenv("JPY_SESSION_NAME", str(path))

    return write


def started(capsys, section="24.2", **options):
    device.start(section, **options)
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def draws():
    return random.random(), float(np.random.rand()), float(torch.rand(1))


def test_docstring_examples_run():
    assert doctest.testmod(device).attempted and not doctest.testmod(device).failed


def test_seed_starts_all_three_generators():
    device.seed(7)
    first = draws()
    second = draws()
    device.seed(7)
    assert draws() == first != second
    device.seed(8)
    assert not set(draws()) & set(first)


def test_generators_are_independent_of_the_global_one():
    state = torch.get_rng_state()
    one = torch.rand(3, generator=device.generator(1))
    assert torch.equal(one, torch.rand(3, generator=device.generator(1)))
    assert not torch.equal(one, torch.rand(3, generator=device.generator(2)))
    assert torch.equal(state, torch.get_rng_state())


@pytest.mark.parametrize(
    "cuda, mps, prefer, expected",
    [
        (True, True, None, "cuda"),
        (False, True, None, "mps"),
        (False, False, None, "cpu"),
        (True, True, "cpu", "cpu"),
        (True, True, "mps", "mps"),
        (False, False, "cuda", "cpu"),
        (False, True, "cuda", "mps"),
    ],
)
def test_pick(monkeypatch, cuda, mps, prefer, expected):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps)
    assert device.pick(prefer) == torch.device(expected)
    assert device.has_gpu() is cuda


def test_pick_names_the_devices_there_are():
    with pytest.raises(ValueError, match="'gpu' is no device. There are: cuda, mps"):
        device.pick("gpu")


def test_skip_says_why(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device.skip_without_gpu("real memory") is True
    out = capsys.readouterr().out
    assert out.startswith("No CUDA device here: this cell shows real memory on a GPU")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device.skip_without_gpu("real memory") is False
    assert capsys.readouterr().out == ""


def test_start_prints_one_line_and_sets_seed_and_style(capsys):
    out = started(capsys, seed=3)
    first = draws()
    assert out.startswith("24.2 Self-attention · course 1.2.0 · torch 2.")
    assert out.count("\n") == 1 and out.endswith("· seed 3\n")
    assert matplotlib.rcParams["axes.spines.top"] is False
    device.seed(3)
    assert draws() == first


def test_start_says_that_the_section_is_unknown(capsys):
    out = started(capsys, "99.9")
    assert "Section 99.9 is not in the installed course 1.2.0" in out


def test_start_without_a_built_course(capsys, monkeypatch):
    def missing():
        raise FileNotFoundError

    monkeypatch.setattr(course, "load", missing)
    out = started(capsys)
    assert out.startswith("24.2 · course ?") and out.count("\n") == 1


@pytest.mark.parametrize(
    "own, warning",
    [
        ({"version": "1.2.0", "hash": "abc"}, None),
        ({}, None),
        ({"version": "1.1.0", "hash": "abc"}, "of course 1.1.0, and 1.2.0 is"),
        ({"version": "1.2.0", "hash": "xyz"}, "has changed since you got yours"),
    ],
)
def test_start_compares_the_notebook_with_the_course(notebook, capsys, own, warning):
    notebook({"metadata": {"llmlab": own}, "cells": []})
    out = started(capsys)
    assert ("⚠" in out) == bool(warning)
    assert (warning or "") in out


@pytest.mark.parametrize(
    "content",
    ["", "not json", "[]", {}, {"metadata": None}, {"metadata": {"llmlab": 3}}],
)
def test_a_damaged_notebook_file_never_stops_the_first_cell(notebook, capsys, content):
    notebook(content)
    assert started(capsys).count("\n") == 1


def test_a_missing_notebook_file_is_no_trouble(monkeypatch, capsys):
    monkeypatch.setenv("JPY_SESSION_NAME", "/nowhere/x.ipynb")
    assert started(capsys).count("\n") == 1
