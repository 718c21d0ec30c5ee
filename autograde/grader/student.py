"""The learner's side: runs cells and probes inside the sandbox, answers on a socket.

Runs beside foreign code, which may change anything in here. So nothing in here
decides anything: the tester believes values only, and compares them itself.
"""

import ast
import os
import signal
import socket
import sys
import time
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from llmlab.check.probe import Outcome, Probe

from . import wire
from .shell import Shell, recorder, run_cell

_busy = False


def _interrupt(_number, _frame) -> None:
    # between two requests there is nothing to be interrupted
    if _busy:
        raise KeyboardInterrupt


def serve(sock: socket.socket, shell: Shell, home: Path) -> None:
    """Answer requests until the other side hangs up."""
    global _busy
    signal.signal(signal.SIGINT, _interrupt)
    hello = wire.receive(sock)
    _unpack(hello["files"], home)
    os.environ["LLMLAB_LANG"] = hello["language"]
    sys.path.append(str(home))  # last: a `torch.py` takes nobody's place
    wire.send(sock, {"ready": True})
    while True:
        request = wire.receive(sock)
        begin = time.process_time()
        try:
            _busy = True
            if request["do"] == "cell":
                reply = _cell(shell, request)
            else:
                reply = _probe(shell, request)
            _busy = False
        except KeyboardInterrupt:
            _busy = False
            reply = _stopped(request)
        reply["id"] = request["id"]
        reply["cpu"] = time.process_time() - begin
        _answer(sock, reply, request)


def _answer(sock: socket.socket, reply: dict, request: dict) -> None:
    try:
        wire.send(sock, reply)
    except wire.WireError as error:
        # for example a sparse tensor, or text of 300 MB
        reply = {"id": request["id"], "cpu": 0.0, "outputs": [], "ok": False}
        wire.send(sock, reply | {"outcome": _failed("ValueError", str(error))})


def _cell(shell: Shell, request: dict) -> dict:
    outputs, ok = run_cell(shell, request["source"], request["most"])
    return {"outputs": outputs, "ok": ok}


def _stopped(request: dict) -> dict:
    text = "KeyboardInterrupt"
    if request["do"] == "cell":
        recorder.add(
            {"output_type": "error", "ename": text, "evalue": "", "traceback": [text]}
        )
        return {"outputs": recorder.finished(), "ok": False}
    return {"outcome": _failed(text, "")}


def _failed(kind: str, text: str) -> dict:
    return {"failure": {"kind": kind, "text": text}}


def _probe(shell: Shell, request: dict) -> dict:
    function = _function(request["source"], request["name"], shell.user_ns)
    probe = Probe(function, request["source"], tuple(request["names"]))
    outcome = probe.run(request["inputs"], frozenset(request["watch"]))
    return {"outcome": _plain(outcome)}


def _function(source: str, name: str, namespace: dict):
    """The probe's function among the learner's names, made anew for each case."""
    code, called = _compiled(source, name)
    made: dict = {}
    exec(code, namespace, made)
    return made[called]


@lru_cache(maxsize=64)
def _compiled(source: str, name: str):
    """The code that defines a probe without its decorator, and the function's name."""
    tree = ast.parse(source)
    [node] = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    node.decorator_list = []
    return compile(tree, f"<probe {name}>", "exec"), node.name


def _plain(outcome: Outcome) -> dict:
    value = outcome.value
    row = {k: v for k, v in vars(outcome).items() if k not in ("value", "failure")}
    failure = asdict(outcome.failure) if outcome.failure else None
    return {**row, "value": value, "failure": failure}


def _unpack(files: dict, home: Path) -> None:
    """Write the submission's own files, helpers and data, beside the notebook."""
    for name, data in files.items():
        target = home / name
        if not target.resolve().is_relative_to(home.resolve()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
