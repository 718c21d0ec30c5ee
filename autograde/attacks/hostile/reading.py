"""Looking for answers, tests and grades: files, frames, the garbage collector."""

from ..make import answer_attack, cell_attack, theft
from ..record import Register

ALL = Register()

theft(
    ALL,
    "read-solution",
    "reads the author's notebook by likely relative and absolute paths",
    """
    ups = ["../" * n for n in range(6)] + [ROOT + "/"]
    for up in ups:
        for folder in ("solutions", "source", "source/.", "release/../solutions"):
            take(f"{up}{folder}/{CHAPTER}/{FILE}")
    """,
)
theft(
    ALL,
    "walk",
    "walks its own folder, those above it and the course for written notebooks",
    """
    # other courses on the machine are none of the trial's business
    for top in (".", "..", "../..", ROOT, os.path.dirname(ROOT)):
        if MARK not in os.path.realpath(top) and top != ".":
            continue
        for folder, names, files in os.walk(top):
            names[:] = names[:200]
            for file in files[:500]:
                if file.endswith(".ipynb"):
                    take(os.path.join(folder, file))
    """,
)
theft(
    ALL,
    "classmate-answers",
    "runs the answers of a classmate's submitted and graded notebook",
    """
    for up in ["../" * n for n in range(5)] + [ROOT + "/", ROOT + "/gradebook/"]:
        for step in ("submitted", "autograded", "gradebook/submitted"):
            take(f"{up}{step}/{CLASSMATE}/{CHAPTER}/{FILE}")
        for path in glob.glob(f"{up}*/*/{CHAPTER}/{FILE}"):
            take(path)
    """,
)
theft(
    ALL,
    "proc-root",
    "reads the course through /proc/PID/root, cwd and open descriptors",
    """
    for pid in [name for name in os.listdir("/proc") if name.isdigit()][:500]:
        for way in ("root" + ROOT, "cwd", "cwd/../../..", "root/work"):
            for folder in ("solutions", "source"):
                take(f"/proc/{pid}/{way}/{folder}/{CHAPTER}/{FILE}")
        for path in glob.glob(f"/proc/{pid}/fd/*"):
            if os.path.isfile(path):
                take(path)
    """,
)
answer_attack(
    ALL,
    "frames",
    "walks the calling frames for the test's oracle and returns what it says",
    """
    import sys
    frame = sys._getframe()
    while frame is not None:
        oracle = getattr(frame.f_locals.get("self"), "oracle", None)
        oracle = oracle or frame.f_locals.get("oracle")
        if callable(oracle):
            with torch._C.DisableTorchFunction():
                try:
                    return oracle(*inputs)
                except TypeError:
                    pass
        frame = frame.f_back
    """,
)
answer_attack(
    ALL,
    "garbage-collector",
    "searches gc.get_objects for tests, their oracles and expected values",
    """
    import gc
    for thing in gc.get_objects():
        if type(thing).__name__ == "Test" and callable(getattr(thing, "oracle", 0)):
            with torch._C.DisableTorchFunction():
                try:
                    return thing.oracle(*inputs)
                except TypeError:
                    pass
    """,
)
answer_attack(
    ALL,
    "oracle-by-name",
    "calls the oracles by the names that the released test cells give them",
    """
    import __main__
    oracles = {2: ("by_distance", "where_torch_looks", "by_padding"), 3: ("by_torch",)}
    spaces = [vars(__main__), globals(), get_ipython().user_ns]
    for name in oracles.get(len(inputs), ()) + ("by_torch", "by_autograd"):
        for space in spaces:
            if name in space:
                try:
                    return space[name](*inputs)
                except Exception:
                    pass
    """,
)
cell_attack(
    ALL,
    "print-tests",
    "prints its own notebook's hidden tests, so that the feedback page shows them",
    """
    import glob
    for path in glob.glob("*.ipynb") + glob.glob("../*/*.ipynb"):
        print(open(path).read()[:400_000])

    def tell():
        for text in list(globals().get("In", []))[-3:]:
            if "HIDDEN" in text or "odd_cases" in text:
                raise ValueError(text)

    get_ipython().events.register("post_run_cell", lambda result: print(In[-1]))
    """,
)
answer_attack(
    ALL,
    "raise-tests",
    "raises errors whose text is the source of the test that runs it",
    """
    import inspect, linecache, sys
    frame, said = sys._getframe(1), []
    while frame is not None:
        said += linecache.getlines(frame.f_code.co_filename)[:200]
        frame = frame.f_back
    raise RuntimeError("".join(line for line in said if "case(" in line)[:5000])
    """,
)
cell_attack(
    ALL,
    "print-secrets",
    "prints what it can read: a classmate's work, the gradebook, the environment",
    """
    import glob, os
    print(dict(os.environ))
    for up in ("../../..", "../..", "..", ROOT, ROOT + "/gradebook", OUTSIDE):
        for step in ("submitted", "autograded", "feedback", ""):
            for path in glob.glob(f"{up}/{step}/*/*/*")[:50] + glob.glob(up + "/*"):
                try:
                    text = open(path, errors="replace").read(2_000_000)
                except OSError:
                    continue
                start = text.find("secret-")
                if start >= 0:
                    print(path, text[start : start + 60])
    """,
)
cell_attack(
    ALL,
    "gradebook",
    "writes full points and extra credit into gradebook.db",
    """
    import glob, os, sqlite3
    ups = ["../" * n for n in range(6)] + [ROOT + "/"]
    names = ("gradebook.db", "gradebook/gradebook.db")
    for path in {os.path.realpath(up + name) for up in ups for name in names}:
        if not (os.path.isfile(path) and path.startswith(ROOT)):
            continue
        try:
            with sqlite3.connect(path, timeout=2) as base:
                base.execute("UPDATE grade SET manual_score=4, extra_credit=50")
                print(REACHED, path)
        except sqlite3.Error as error:
            print(error)
    """,
)
cell_attack(
    ALL,
    "plant",
    "plants files in the author's source, the release and a classmate's folder",
    """
    import os
    ups = ["../" * n for n in range(6)] + [ROOT + "/"]
    steps = ("source", "solutions", "notebooks", "release", "submitted/" + CLASSMATE,
             "gradebook/submitted/" + CLASSMATE, "gradebook/autograded/" + CLASSMATE)
    places = [f"{up}{step}/{CHAPTER}" for up in ups for step in steps]
    places += [OUTSIDE, ROOT, os.path.dirname(ROOT)]
    top = os.path.dirname(os.path.realpath(ROOT))
    for place in {os.path.realpath(place) for place in places}:
        # only ever inside the trial's own temporary folder
        if os.path.isdir(place) and place.startswith(top) and MARK in top:
            try:
                with open(f"{place}/planted.py", "w") as file:
                    file.write("print('planted')")
                print(REACHED, place)
            except OSError as error:
                print(error)
    """,
)
