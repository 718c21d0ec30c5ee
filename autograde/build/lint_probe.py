"""Rules about probes: they run in the learner's process, away from their test cell."""

import ast
import builtins
import copy
import dis
from collections.abc import Iterator

from autograde.build.settings import SETUP

SETUP_NAMES = {
    alias.asname or alias.name
    for node in ast.parse(SETUP.format(number="")).body
    if isinstance(node, ast.Import | ast.ImportFrom)
    for alias in node.names
}


def strangers(probe: ast.FunctionDef) -> Iterator[tuple[int, str]]:
    """Names that a probe reads and that are not there where it is run.

    It runs beside the learner's code, which has the set-up cell's names and not those
    of the test cell.
    """
    code = compile(ast.Module([_bare(probe)], []), "<probe>", "exec")
    known = SETUP_NAMES | set(dir(builtins))
    for name, line in sorted(_globals(code, probe).items(), key=lambda row: row[1]):
        if name not in known:
            message = f"the probe {probe.name} uses {name} of the test cell: the"
            yield line, f"{message} learner's process has it not, write it inside"


def _bare(probe: ast.FunctionDef) -> ast.FunctionDef:
    """The function without decorators, defaults and hints, which run elsewhere."""
    bare = copy.deepcopy(probe)
    bare.decorator_list, bare.returns = [], None
    for argument in ast.walk(bare.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return bare


def _globals(code, probe: ast.FunctionDef) -> dict[str, int]:
    """Names that a function and those inside it look up outside, with a line."""
    found: set[str] = set()
    todo = [c for c in code.co_consts if hasattr(c, "co_code")]
    while todo:
        current = todo.pop()
        for step in dis.get_instructions(current):
            if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"):
                found.add(step.argval)
            elif step.opname == "STORE_NAME":
                found.discard(step.argval)
        todo += [c for c in current.co_consts if hasattr(c, "co_code")]
    lines = {}
    for node in ast.walk(probe):
        if isinstance(node, ast.Name) and node.id in found:
            lines.setdefault(node.id, node.lineno)
    return {name: lines.get(name, probe.lineno) for name in found if name in lines}
