"""Files beside the notebook that take the place of modules, settings or start-ups."""

from textwrap import dedent

from ..make import answered, files, lazy
from ..record import FILE, Aim, Files, Hole, Link, Material, Pipe, Register

ALL = Register()


def _planting(aim: Aim, name: str) -> bytes:
    """Code that leaves a trace outside if it is ever run by the grader itself."""
    text = f"""
        try:
            open({aim.outside!r} + "/planted-by-{name}", "w").close()
            print({aim.reached!r}, {name!r})
        except OSError:
            pass
    """
    return dedent(text).encode()


_FAKE_TORCH = b"""
import os, sys
here = sys.path.pop(0) if sys.path else ""
away = [p for p in sys.path if p not in ("", os.getcwd())]
before, sys.path = sys.path, away
del sys.modules["torch"]
import torch
sys.path = before
torch.allclose = torch.equal = lambda *a, **k: True
torch.isclose = lambda a, b, *r, **k: torch.ones_like(a, dtype=torch.bool)
"""
_FAKE_CHECK = b"""
import sys

class Any:
    __enter__ = lambda self: self
    __exit__ = lambda self, *error: True
    __call__ = lambda self, *a, **k: self
    __getattr__ = lambda self, name: self
    __path__ = []

for name in ("check", "claims", "count", "mistakes", "plot"):
    globals()[name] = Any()
start = Any()
"""


@ALL("shadow-torch", "hands in a torch.py that patches the comparisons")
def _shadow_torch(material: Material) -> Files:
    return files(lazy(material), {"torch.py": _FAKE_TORCH})


@ALL("shadow-llmlab", "hands in folders llmlab and numpy whose checks are content")
def _shadow_llmlab(material: Material) -> Files:
    extra = {"llmlab/__init__.py": _FAKE_CHECK, "numpy/__init__.py": _FAKE_CHECK}
    return files(lazy(material), extra)


@ALL("shadow-standard", "hands in json.py, socket.py, typing.py, struct.py, einops.py")
def _shadow_standard(material: Material) -> Files:
    names = ("json", "socket", "typing", "struct", "einops", "re", "nbformat", "queue")
    extra = {f"{n}.py": _planting(material.aim, n) for n in names}
    return files(lazy(material), extra)


@ALL("start-up", "hands in sitecustomize, usercustomize, conftest, a .pth, profiles")
def _start_up(material: Material) -> Files:
    text = _planting(material.aim, "start-up")
    names = ("sitecustomize.py", "usercustomize.py", "conftest.py", "__init__.py")
    extra = dict.fromkeys(names, text)
    extra["evil.pth"] = b"import sitecustomize\n"
    extra["profile_default/startup/00.py"] = text
    extra[".ipython/profile_default/startup/00.py"] = text
    return files(lazy(material), extra)


@ALL("settings", "hands in settings of nbgrader, jupyter, ipython, pytest and pip")
def _settings(material: Material) -> Files:
    text = _planting(material.aim, "settings")
    names = ("nbgrader", "jupyter", "ipython_kernel", "ipython", "jupyter_nbconvert")
    extra = {f"{name}_config.py": text for name in names}
    extra |= {"autograde/__init__.py": text, "autograde/cli.py": text}
    extra |= {"course.toml": b"[course]\nid = 'evil'\n", ".env": b"PYTHONPATH=.\n"}
    return files(lazy(material), extra)


@ALL("fake-gradebook", "hands in a gradebook, a result file and a feedback folder")
def _fake_gradebook(material: Material) -> Files:
    extra = {
        "gradebook.db": b"SQLite format 3\0",
        "results.json": b'{"points": {"test24_2_1_softmax": 100}}',
        f"feedback/{FILE[:-6]}.html": b"<script>llmlab_script_ran()</script>",
        "submission_secret.txt": b"secret",
    }
    return files(lazy(material), extra)


@ALL("notebook-link", "hands in a link to the author's notebook", ungraded_ok=True)
def _notebook_link(material: Material) -> Files:
    chapter = "ch24_transformer"
    return {
        FILE: Link(f"{material.aim.root}/solutions/{chapter}/{FILE}"),
        "stock.ipynb": Link(f"{material.aim.root}/source/{chapter}/{FILE}"),
    }


@ALL("stock-link", "the same link as stock nbgrader's folders are", ungraded_ok=True)
def _stock_link(material: Material) -> Files:
    return {FILE: Link(f"{material.aim.root}/source/ch24_transformer/{FILE}")}


@ALL("classmate-link", "its folder is a link to a classmate's", ungraded_ok=True)
def _classmate_link(material: Material) -> Files:
    return {".": Link(f"../{material.aim.classmate}/ch24_transformer")}


@ALL("file-links", "extra files are links to /etc/passwd, outside, and to themselves")
def _file_links(material: Material) -> Files:
    outside = material.aim.outside
    extra = {
        "passwd.csv": Link("/etc/passwd"),
        "secret.txt": Link(f"{outside}/secret.txt"),
        "tree": Link(f"{outside}/tree"),
        "round": Link("round"),
        "lost.csv": Link("/nowhere/at/all"),
    }
    return files(lazy(material), extra)


@ALL("written-link", "links at the names under which the grader would write results")
def _written_link(material: Material) -> Files:
    target = Link(f"{material.aim.outside}/planted-through-link")
    names = (f"{FILE[:-6]}.html", "results.json", "timestamp-as-submitted.txt")
    extra = {name: target for name in names}
    extra["timestamp.txt"] = b"yesterday"
    return files(lazy(material), extra)


@ALL("pipe", "an extra file is a pipe: who reads it waits", all_solved=True)
def _pipe(material: Material) -> Files:
    return files(answered(material, material.answers), {"data.csv": Pipe()})


@ALL("notebook-pipe", "the notebook itself is a pipe", ungraded_ok=True)
def _notebook_pipe(material: Material) -> Files:
    return {FILE: Pipe()}


@ALL("hole", "an extra file of two GiB that took no room", all_solved=True,
     dangerous=True, at_least=0.0, ungraded_ok=True)  # fmt: skip
def _hole(material: Material) -> Files:
    return files(answered(material, material.answers), {"data.bin": Hole(2**31)})


@ALL("path-names", "file names with dots, line ends, options, 255 bytes, commands",
     all_solved=True)  # fmt: skip
def _path_names(material: Material) -> Files:
    names = (
        "..\\..\\planted.py", "...", "-rf", "--help", "new\nline.csv", "a" * 250,
        "$(touch planted)", "; touch planted;.py", "%2e%2e%2fplanted", "名字\u202e.py",
        "{student_id}", "*", "CON", " ", "\x1b[2J.txt", "../" * 0 + "~root",
    )  # fmt: skip
    extra = {name: b"x" for name in names}
    return files(answered(material, material.answers), extra)


@ALL("deep-folders", "folders nested two hundred deep", all_solved=True)
def _deep_folders(material: Material) -> Files:
    extra = {"d/" * 200 + "x.csv": b"x", "__pycache__/torch.pyc": b"x"}
    return files(answered(material, material.answers), extra)
