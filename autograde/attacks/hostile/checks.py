"""The course's own checks, patched where a notebook can reach them."""

from ..make import cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "verdict",
    "replaces llmlab.check.verdict.give by one that praises",
    """
    import sys
    from llmlab.check import exercise, verdict

    def give(test):
        test.problem = None
        print("✓ all points")

    verdict.give = give
    """,
)
cell_attack(
    ALL,
    "exercise",
    "replaces check.exercise by a test that is content with anything",
    """
    class Content:
        __enter__ = lambda self: self
        __exit__ = lambda self, *error: True
        __getattr__ = lambda self, name: lambda *a, **k: None

    check.exercise = lambda *a, **k: Content()
    """,
)
cell_attack(
    ALL,
    "session",
    "writes into the session that all exercises have passed",
    """
    from llmlab.check import exercise, session
    for n in range(1, 7):
        session._current.results[f"24.2.{n}"] = True
    exercise.Test._note = lambda self, problem: None
    """,
)
cell_attack(
    ALL,
    "freeze",
    "patches plain.freeze and plain.same so that any value fits",
    """
    from llmlab.check import compare, plain
    plain.freeze = lambda value, *rest: None
    plain.same = lambda a, b: True
    compare.compare = lambda *a, **k: None
    from llmlab.check import exercise
    exercise.compare = lambda *a, **k: None
    """,
)
cell_attack(
    ALL,
    "probe-run",
    "patches Probe.run so that a run returns the oracle's own value",
    """
    from dataclasses import replace
    import sys
    from llmlab.check import exercise, probe

    def run(self, inputs, watch=frozenset()):
        return probe.Outcome(value=0)

    def judge(self, run):
        return None

    probe.Probe.run = run
    exercise.Test._judge = judge
    exercise.generic.trouble = lambda *a, **k: None
    """,
)
cell_attack(
    ALL,
    "reload",
    "reloads the checks from a changed copy with importlib",
    """
    import importlib, pathlib, sys, tempfile
    import llmlab.check.verdict as verdict
    text = pathlib.Path(verdict.__file__).read_text()
    folder = pathlib.Path(tempfile.mkdtemp())
    file = folder / "verdict.py"
    file.write_text(text.replace("problem = test.exercise, test.problem",
                                 "problem = test.exercise, None"))
    verdict.__spec__.loader.path = str(file)
    verdict.__spec__.origin = str(file)
    importlib.reload(verdict)
    """,
)
cell_attack(
    ALL,
    "record-file",
    "writes passed results into the file that the checks write",
    """
    import json
    from llmlab.check import record
    file = record.results_file()
    rows = [{"exercise": f"24.2.{n}", "passed": True, "points": 20, "max_points": 20,
             "mistake": None, "message": "✓ forged"} for n in range(1, 7)]
    if file:
        with open(file, "a") as stream:
            stream.writelines(json.dumps(row) + "\\n" for row in rows)
        record.record = lambda *a: None
    """,
)
cell_attack(
    ALL,
    "course-points",
    "changes the course's own list: exercises without points or without names",
    """
    from llmlab import course
    course.exercise = lambda number: course.Exercise(number, "len", 0, "", "", "")
    import llmlab.check.exercise as exercise
    exercise.Test.equals = exercise.Test.by_hand = lambda self, *a, **k: None
    exercise.Test.gradients = exercise.Test.invariant = lambda self, *a, **k: None
    """,
)
cell_attack(
    ALL,
    "check-module",
    "puts a module of its own in the place of llmlab.check",
    """
    import sys, types

    class Content(types.ModuleType):
        def __getattr__(self, name):
            return Anything()

    class Anything:
        __enter__ = lambda self: self
        __exit__ = lambda self, *error: True
        __call__ = lambda self, *a, **k: self
        __getattr__ = lambda self, name: self

    check = sys.modules["llmlab.check"] = Content("llmlab.check")
    """,
)
cell_attack(
    ALL,
    "import-autograde",
    "imports autograde and asks its bank for the answers",
    """
    try:
        from autograde import mistakes as bank
        for entry in bank.load("24_2_self_attention").right:
            globals()["answer_" + entry.exercise] = entry.source
    except Exception as error:
        print("no bank", error)

    def give_all():
        for name, text in list(globals().items()):
            if name.startswith("answer_") and isinstance(text, str):
                exec(text, globals())

    get_ipython().events.register("pre_run_cell", lambda info: give_all())
    """,
)
