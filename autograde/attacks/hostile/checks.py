"""The course's own checks, patched where a notebook can reach them."""

from ..make import cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "verdict",
    "replaces llmlab.check.verdict.give by one that praises",
    """
    from llmlab.check import verdict

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
    import sys
    exercise = sys.modules["llmlab.check.exercise"]
    session = sys.modules["llmlab.check.session"]
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
    import sys
    plain = sys.modules["llmlab.check.plain"]
    plain.freeze = lambda value, *rest: None
    plain.same = lambda a, b: True
    exercise = sys.modules["llmlab.check.exercise"]
    exercise.compare = lambda *a, **k: None
    exercise.generic.trouble = lambda *a, **k: None
    exercise.gradients.trouble = lambda *a, **k: (None, [])
    """,
)
cell_attack(
    ALL,
    "probe-run",
    "patches Probe.run so that a run returns the oracle's own value",
    """
    import sys
    probe = sys.modules["llmlab.check.probe"]

    def run(self, inputs, watch=frozenset()):
        frame = sys._getframe(1)
        oracle = frame.f_locals["oracle"]
        expect = sys.modules["llmlab.check.exercise"].expect
        dtype = sys.modules["llmlab.check.session"].session().dtype
        if oracle is None:
            return probe.Outcome(value=torch.ones(2, 3) / 3)
        return probe.Outcome(value=expect(oracle, inputs, dtype))

    probe.Probe.run = run
    """,
)
cell_attack(
    ALL,
    "reload",
    "reloads the checks from a changed copy with importlib",
    """
    import importlib, pathlib, tempfile
    import llmlab.check
    from llmlab.check import verdict
    text = pathlib.Path(verdict.__file__).read_text()
    folder = pathlib.Path(tempfile.mkdtemp())
    (folder / "verdict.py").write_text(text.replace(
        "= test.exercise, test.problem", "= test.exercise, None"))
    llmlab.check.__path__.insert(0, str(folder))
    importlib.invalidate_caches()
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
    import sys
    exercise = sys.modules["llmlab.check.exercise"]
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
