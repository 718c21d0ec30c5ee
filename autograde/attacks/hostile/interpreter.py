"""IPython, the kernel, builtins and Python itself, turned against the test cells."""

from ..make import cell_attack
from ..record import Register

ALL = Register()

cell_attack(
    ALL,
    "input-transformer",
    "an input transformer that turns every later cell with a check into `pass`",
    """
    def silence(lines):
        return ["pass\\n"] if any("check." in line for line in lines) else lines

    get_ipython().input_transformers_post.append(silence)
    """,
)
cell_attack(
    ALL,
    "ast-transformer",
    "an AST transformer that takes `with check.exercise` and asserts out",
    """
    import ast

    class Drop(ast.NodeTransformer):
        def visit_With(self, node):
            return ast.copy_location(ast.Pass(), node)

        visit_Assert = visit_With

    get_ipython().ast_transformers.append(Drop())
    """,
)
cell_attack(
    ALL,
    "showtraceback",
    "patches the shell so that errors are not shown and cells always succeed",
    """
    from IPython.core.interactiveshell import ExecutionResult, InteractiveShell
    InteractiveShell.showtraceback = lambda *a, **k: None
    InteractiveShell.showsyntaxerror = lambda *a, **k: None
    type(get_ipython())._showtraceback = lambda *a, **k: None
    ExecutionResult.success = property(lambda self: True)
    """,
)
cell_attack(
    ALL,
    "do-execute",
    "replaces the kernel's do_execute: nothing is run, all is well",
    """
    shell = get_ipython()

    async def nothing(*a, **k):
        return {"status": "ok", "execution_count": 1, "payload": [],
                "user_expressions": {}}

    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        kernel.do_execute = nothing
    shell.run_cell = shell.run_code = nothing
    """,
)
cell_attack(
    ALL,
    "no-iopub",
    "takes the kernel's output channel away",
    """
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is not None:
        kernel.iopub_socket = kernel.session.send = lambda *a, **k: None
    """,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "builtins",
    "patches len, isinstance, all, any, abs, max, sum and print in builtins",
    """
    import builtins
    builtins.all = builtins.any = lambda *a: True
    builtins.abs = lambda x: 0
    builtins.max = builtins.sum = builtins.len = lambda *a, **k: 0
    builtins.print = lambda *a, **k: None
    builtins.isinstance = lambda *a: True
    """,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "import-hook",
    "patches __import__ and open: later imports of llmlab get a stand-in",
    """
    import builtins
    real_import, real_open = builtins.__import__, builtins.open

    class Any:
        __getattr__ = __call__ = lambda self, *a, **k: Any()
        __enter__ = lambda self: self
        __exit__ = lambda self, *e: True

    def importing(name, *a, **k):
        return Any() if name.startswith("llmlab") else real_import(name, *a, **k)

    builtins.__import__ = importing
    builtins.open = lambda *a, **k: real_open("/dev/null")
    import llmlab
    check = Any()
    """,
)
cell_attack(
    ALL,
    "sys-modules",
    "empties sys.modules of everything but a few names",
    """
    import sys
    for name in list(sys.modules):
        if name.split(".")[0] in ("llmlab", "json", "struct", "socket", "pickle"):
            del sys.modules[name]
    """,
)
cell_attack(
    ALL,
    "settrace",
    "a trace function that swallows the checks' errors and changes local values",
    """
    import sys, threading

    def trace(frame, event, value):
        if "problem" in frame.f_locals:
            frame.f_locals["problem"] = None
        if frame.f_code.co_name == "give":
            frame.f_locals["test"].problem = None
        return trace

    sys.settrace(trace)
    sys.setprofile(trace)
    threading.settrace(trace)
    """,
)
cell_attack(
    ALL,
    "code-objects",
    "swaps the __code__ of the checks' functions for harmless ones",
    """
    import sys
    exercise = sys.modules["llmlab.check.exercise"]
    verdict = sys.modules["llmlab.check.verdict"]

    def nothing(*a, **k):
        return None

    verdict.give.__code__ = nothing.__code__
    exercise.Test._judge.__code__ = nothing.__code__
    exercise.Test._note.__code__ = nothing.__code__
    """,
)
cell_attack(
    ALL,
    "ctypes-memory",
    "writes over small integers and True in memory with ctypes",
    """
    import ctypes
    # False takes the value of True inside this process only
    size = int.__basicsize__
    try:
        ctypes.memmove(id(False) + 16, id(True) + 16, size - 16 + 4)
    except Exception as error:
        print(error)
    """,
    ungraded_ok=True,
)
cell_attack(
    ALL,
    "atexit",
    "registers exit handlers and finalizers that print points and hang for a while",
    """
    import atexit, time, weakref, threading

    def late():
        print("✓ 20 of 20 points")
        time.sleep(20)

    atexit.register(late)
    threading._register_atexit(late)
    class Ghost:
        def __del__(self):
            time.sleep(20)
    ghost = Ghost()
    """,
)
cell_attack(
    ALL,
    "threads",
    "threads that go on running and print between the tests",
    """
    import threading, time

    def chatter():
        end = time.monotonic() + 120
        while time.monotonic() < end:
            print("✓ 24.2.1 softmax  3 of 3 points")
            time.sleep(0.2)

    for _n in range(4):
        threading.Thread(target=chatter).start()
    """,
)
cell_attack(
    ALL,
    "own-verdicts",
    "prints the text of a passed check in its answers and in own cells",
    """
    from IPython.display import display
    for n, name in enumerate(["softmax", "attention_scores"], 1):
        print(f"✓ 24.2.{n} {name}    3 of 3 points")
    display({"text/plain": "✓ 24.2.6 SelfAttention  4 of 4 points"}, raw=True)
    20.0
    """,
)
cell_attack(
    ALL,
    "partial-credit",
    "makes a test cell return a number, which nbgrader takes as points",
    """
    def number(lines):
        text = "".join(lines)
        return ["1e9\\n"] if "check.exercise" in text else lines

    get_ipython().input_transformers_post.append(number)
    """,
    ungraded_ok=True,
)
