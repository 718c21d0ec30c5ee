"""Cells of the student's own: prints, plots, experiments, settings."""

from nbformat.v4 import new_code_cell

from ..make import Notebook, files, insert, own, perfect
from ..record import Files, Material, Register

ALL = Register(kind="odd", all_solved=True)


def scratch(
    name: str, about: str, code: str, after: str = "setup", register: Register = ALL
) -> None:
    """Record a right notebook with one more cell."""

    @register(name, about)
    def make(material: Material) -> Files:
        return files(insert(perfect(material), after, own(code)))


def _in_answers(name: str, about: str, text: str) -> None:
    """Record a right notebook whose every answer begins with some lines."""

    @ALL(name, about)
    def make(material: Material) -> Files:
        nb: Notebook = perfect(material)
        for cell in nb.cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                cell.source = f"{text}\n\n{cell.source}"
        return files(nb)


_in_answers(
    "warnings",
    "every answer warns and prints, on both streams",
    "import sys\nimport warnings\n\nwarnings.warn('I know')\n"
    "print('trying', file=sys.stderr)\nprint('things')",
)
_in_answers(
    "logging",
    "every answer logs, with its own handler",
    "import logging\n\nlogging.basicConfig(level=logging.DEBUG, force=True)\n"
    "logging.error('an error that is none')",
)
_in_answers(
    "magics-in-answers",
    "every answer's cell has a magic and a shell command in it",
    "%matplotlib inline\n%time 1 + 1\n!ls > /dev/null",
)
_in_answers(
    "seeds-in-answers",
    "every answer sets seeds, print options and the number of threads",
    "torch.manual_seed(7)\ntorch.set_printoptions(precision=2)\n"
    "torch.set_num_threads(2)",
)

scratch(
    "progress-bars",
    "progress bars of rich and ipywidgets",
    """
    import ipywidgets
    from rich.progress import track
    for _step in track(range(20)):
        pass
    ipywidgets.IntProgress(value=3)
    """,
)
scratch(
    "plots",
    "matplotlib figures with an inline magic and plt.show()",
    """
    %matplotlib inline
    import matplotlib.pyplot as plt
    plt.plot([1, 2, 3])
    plt.title("注意力")
    plt.show()
    plt.figure();
    """,
)
scratch(
    "long-output",
    "prints a hundred thousand lines",
    "for n in range(100_000):\n    print('line', n)",
)
scratch(
    "big-tensors",
    "shows a large tensor and keeps 800 MB of them",
    "kept = torch.ones(200_000_000)\nkept",
)
scratch(
    "slow",
    "an own experiment that takes five seconds and has no tag",
    "import time\ntime.sleep(5)",
)
scratch(
    "strict-warnings",
    "turns warnings into errors for all that follows",
    "import warnings\nwarnings.simplefilter('error')",
)
scratch(
    "print-options",
    "print options of torch and numpy",
    """
    import numpy
    torch.set_printoptions(precision=1, sci_mode=True, threshold=3)
    numpy.set_printoptions(legacy="1.13")
    torch.set_num_threads(4)
    """,
)
scratch(
    "own-seeds",
    "random seeds of everything, in a cell before each exercise",
    """
    import random, numpy
    random.seed(0); numpy.random.seed(0); torch.manual_seed(0)
    torch.backends.cudnn.deterministic = True
    """,
)
scratch(
    "own-asserts",
    "own test cells, one of which fails",
    """
    assert 1 + 1 == 2
    assert softmax(torch.zeros(1, 2)).sum() == 5, "I do not understand this"
    """,
    after="test24-2-1-softmax",
)
scratch(
    "own-checks",
    "runs a check of its own in the course's way, wrongly",
    """
    with check.exercise("24.2.1", oracle=lambda scores: scores) as test:
        test.equals(on=check.case(scores="T S"))
    """,
    after="test24-2-1-softmax",
)
scratch(
    "deletes-names",
    "deletes names after use, and all of its own with %reset_selective",
    """
    x_tmp = 5
    del x_tmp, tokens
    %reset_selective -f x_tmp
    """,
    after="end",
)
scratch(
    "gpu-moves",
    "moves tensors to a GPU if there is one, and sets threads and devices",
    """
    device_name = "cuda" if torch.cuda.is_available() else "cpu"
    moved = torch.ones(3).to(device_name)
    torch.set_default_device("cpu")
    """,
)
scratch(
    "files-written",
    "writes and reads files beside the notebook",
    """
    import json, pathlib
    pathlib.Path("notes.json").write_text(json.dumps({"a": 1}))
    torch.save(torch.ones(3), "weights.pt")
    print(torch.load("weights.pt"), open("notes.json").read())
    """,
)
scratch(
    "processes",
    "a process pool, a thread pool and a subprocess in an experiment",
    """
    import subprocess, sys
    from concurrent.futures import ThreadPoolExecutor
    from multiprocessing import Pool
    with ThreadPoolExecutor(2) as pool:
        print(list(pool.map(abs, [-1, 2])))
    with Pool(2) as pool:
        print(pool.map(abs, [-1, 2]))
    print(subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True))
    """,
)
scratch(
    "animation",
    "clears output in a loop, as animations do",
    """
    from IPython.display import clear_output, display
    for n in range(30):
        clear_output(wait=True)
        display(n)
    handle = display("first", display_id=True)
    handle.update("second")
    """,
)


@ALL("empty-cells", "fifty empty cells between all others")
def _empty_cells(material: Material) -> Files:
    nb = perfect(material)
    for n in range(50):
        nb.cells.insert(2 * n, new_code_cell("" if n % 2 else "\n  \n", id=f"e{n}"))
    return files(nb)
