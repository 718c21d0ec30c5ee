"""What code in a submission can and cannot do, at each level of the sandbox."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import autograde
from autograde.grader import jail, level, seccomp, zygote
from autograde.grader.host import Grader, GraderError, TooWeak, shared
from autograde.grader.limits import CONFINED, FULL, LIMITS, Limits

ROOT = Path(autograde.__file__).parents[1]
SMALL = Limits(cell_seconds=3, submission_seconds=60, memory_mb=600, disk_mb=32)


def run(*sources: str, level: str = "", files: dict | None = None, limits=SMALL):
    """The text of each cell, and what was noticed."""
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    job = {
        "do": "notebook",
        "nb": nbformat.writes(nb),
        "setup": "",
        "limits": vars(limits),
        "seed": 0,
        "files": files or {},
        "language": "en",
    }
    answer = shared(level).do(job, limits.submission_seconds)
    cells = nbformat.reads(answer["nb"], as_version=4).cells
    return [text(cell) for cell in cells], answer


def text(cell) -> str:
    found = []
    for output in cell.outputs:
        if output.output_type == "error":
            found.append(f"{output.ename}: {output.evalue}")
        else:
            found.append(output.get("text") or str(dict(output.data)))
    return "".join(found).strip()


@pytest.fixture(scope="module", autouse=True)
def full():
    if shared().level != FULL:
        if os.environ.get("REQUIRE_SANDBOX"):
            pytest.fail(f"no namespaces here: {shared().missing}")
        pytest.skip(f"no namespaces here: {shared().missing}")


def attempt(line: str) -> str:
    return f"try:\n    print({line})\nexcept BaseException as e:\n    print(repr(e))"


def test_the_course_is_not_there():
    seen = f"__import__('os').path.exists({str(ROOT)!r} + '/'"
    names = ("solutions", "autograde", "tests", "gradebook", ".git", "course.toml")
    said, _answer = run(*(f"print({seen} + {name!r}))" for name in names))
    assert said == ["False"] * len(names)


def test_it_is_a_user_of_its_own_without_rights():
    said, _answer = run(
        "import os\nopen_files = len(os.listdir('/proc/self/fd'))\n"
        "print(os.getuid() != 0, os.getpid(), open_files)",
        "print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])",
        attempt("open('/usr/planted', 'w')"),
        attempt("__import__('ctypes').CDLL(None, use_errno=True).unshare(0x10000000)"),
        attempt("__import__('socket').socket()"),
        "print([p for p in os.listdir('/proc') if p.isdigit()])",
    )
    # standard input, output, error, the socket, and the listing itself
    assert said[0] == "True 1 5"
    assert int(said[1], 16) == 0
    assert "Read-only" in said[2]
    assert said[3] == "-1"
    assert "PermissionError" in said[4]
    assert said[5] == "['1']"


def test_its_own_files_are_there_and_take_nobodys_place():
    files = {"helper.py": b"x = 41", "torch.py": b"raise SystemExit", "a/b.csv": b"1"}
    said, _answer = run(
        "import helper, torch\nprint(helper.x + 1, torch.ones(1).item())",
        "print(open('a/b.csv').read())\nopen('mine', 'w').write('x')",
        files=files,
    )
    assert said[0] == "42 1.0" and said[1].startswith("1")


def test_memory_disk_files_and_processes_are_limited():
    forks = (
        "import os, time\nn = 0\ntry:\n    while n < 200:\n        if os.fork() == 0:\n"
        "            time.sleep(30)\n            os._exit(0)\n        n += 1\n"
        "except OSError:\n    pass\nprint(n)"
    )
    said, _answer = run(
        attempt("len(bytearray(2 * 2**30))"),
        attempt("open('f', 'wb').write(b'0' * 60 * 2**20)"),
        "files = []\ntry:\n    while True:\n        files.append(open('/dev/null'))\n"
        "except OSError as e:\n    print(e.errno)\nfiles = None",
        forks,
        "print('goes on')",
    )
    assert "MemoryError" in said[0]
    assert "No space" in said[1]
    assert said[2] == "24"
    assert 0 < int(said[3]) < 40
    assert said[4] == "goes on"


def test_many_processes_together_are_limited_too():
    hog = (
        "import os, time\nfor _ in range(6):\n    if os.fork() == 0:\n"
        "        x = bytearray(250 * 2**20)\n        time.sleep(30)\n"
        "time.sleep(20)"
    )
    slow = Limits(cell_seconds=25, submission_seconds=60, memory_mb=600)
    said, answer = run(hog, "print('goes on')", limits=slow)
    assert "more than 600 MB" in said[0]
    assert said[1] == "goes on" and answer["starts"] == 2


def test_endless_code_is_stopped_and_the_rest_is_run():
    stubborn = (
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n"
        "while True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass"
    )
    said, answer = run("while True: pass", "print(1)", stubborn, "print(2)")
    assert "stopped after 3 s" in said[0] and said[1] == "1"
    assert "did not stop when its time was up" in said[2] and said[3] == "2"
    assert len(answer["notes"]) == 1


def test_python_that_ends_is_started_again_with_the_cells_above():
    said, answer = run(
        "x = 5", "import os\nos._exit(0)", "print(x)", "import os\nos.abort()"
    )
    assert "ended by itself with code 0" in said[1] and said[2] == "5"
    assert "it was ended by SIG" in said[3]
    assert answer["starts"] == 2


def test_output_is_cut_and_never_fatal():
    said, _answer = run(
        "print('x' * 10**8)",
        "for i in range(10**5): print(i)",
        "from IPython.display import display, HTML\ndisplay(HTML('y' * 10**7))",
        "print('\\ud800')\n1 / 0",
    )
    assert all(len(one) < 600_000 for one in said)
    assert "cut off" in said[0] and "ZeroDivisionError" in said[3]


def test_daemons_end_with_the_run():
    mark = f"llmlab-daemon-{os.getpid()}"
    daemon = (
        "import os, subprocess\nif os.fork() == 0:\n    os.setsid()\n"
        "    if os.fork() == 0:\n"
        f"        os.execvp('sleep', ['{mark}', '300'])\n    os._exit(0)\n"
        "import time\ntime.sleep(0.5)\n"
        "print(len([p for p in os.listdir('/proc') if p.isdigit()]) > 1)"
    )
    said, _answer = run(daemon)
    assert said == ["True"]
    for _try in range(50):
        if not _running(mark):
            return
        time.sleep(0.1)
    pytest.fail("the daemon is still there")


def _running(mark: str) -> bool:
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and mark in Path("/proc", name, "cmdline").read_text():
                return True
        except OSError:
            pass
    return False


def test_a_jupyter_notebooks_usual_things_work():
    said, _answer = run(
        "async def f():\n    return 3\nprint(await f())",
        "%matplotlib inline\nimport matplotlib.pyplot as plt\n"
        "plt.plot([1, 2])\nplt.show()",
        "!echo from the shell",
        "import warnings, sys\nwarnings.warn('w')\nprint('e', file=sys.stderr)",
        "1 + 1",
        "x = 1; x?",
        "%time y = 2",
        "input('name?')",
    )
    assert said[0] == "3" and "image/png" in said[1] and "from the shell" in said[2]
    assert "UserWarning: w" in said[3] and "'2'" in said[4]
    assert "Error" not in said[5] + said[6] and "Nobody can answer" in said[7]


def test_the_filter_knows_both_processors(monkeypatch):
    if not seccomp.available():
        pytest.skip("another processor")
    for machine in ("x86_64", "aarch64"):
        monkeypatch.setattr("platform.machine", lambda name=machine: name)
        code = seccomp.program(signals=True)
        assert len(code) % 8 == 0 and len(code) // 8 < 256


def test_a_weak_sandbox_is_refused():
    grader = Grader.__new__(Grader)
    grader.level, grader.missing = LIMITS, "no Linux"
    with pytest.raises(TooWeak, match="no Linux"):
        grader.require(CONFINED)
    grader.require(LIMITS)


def test_without_namespaces_landlock_confines():
    if jail.closed_to_others(jail.folders()[0]) and os.geteuid() == 0:
        pytest.skip("Python lies in a folder that only root can enter")
    said, _answer = run(
        attempt(f"__import__('os').listdir({str(ROOT)!r})"),
        attempt("__import__('os').kill(1, 0)"),
        attempt("__import__('socket').socket()"),
        "open('mine', 'w').write('x')\nprint(open('mine').read())",
        level=CONFINED,
    )
    assert "PermissionError" in said[0] and "PermissionError" in said[1]
    assert "PermissionError" in said[2] and said[3] == "x"


def test_the_level_is_found_and_said():
    assert level.level_here()[0] in (FULL, CONFINED, LIMITS)


@pytest.mark.parametrize(
    "table, words",
    [
        ({"memory": 3}, "no setting 'memory'"),
        ({"cell_seconds": -1}, "cell_seconds is a number above 0"),
        ({"floor": "none"}, "floor is one of limits, confined, full"),
    ],
)
def test_wrong_settings_are_said(table, words):
    with pytest.raises(ValueError, match=words):
        Limits.of(table)


def test_many_short_runs_at_a_time_lose_nobody():
    with ThreadPoolExecutor(8) as pool:
        runs = [pool.submit(run, f"print({n})") for n in range(40)]
        assert [one.result()[0] for one in runs] == [[str(n)] for n in range(40)]
    assert shared().alive


def test_an_end_and_a_closed_lease_in_one_round_are_no_accident():
    own = zygote.Zygote.__new__(zygote.Zygote)
    own.children = {}
    own._on_lease(object())  # the child's end was reported just before


def test_a_sandbox_that_does_not_exist_is_said():
    with pytest.raises(GraderError, match="There are: limits, confined, full"):
        Grader("strong")
