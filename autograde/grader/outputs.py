"""What a student's process says it has shown, made into outputs of a notebook.

Nothing of it is believed: kinds, types and sizes are checked one by one.
"""

import nbformat
from nbformat.v4 import new_output

from .limits import Limits

MOST = 1000
STREAMS = ("stdout", "stderr")
MOST_LINES = 1000


def error(name: str, text: str, lines: list[str] | None = None) -> dict:
    """An error output; without a traceback it shows its text."""
    shown = [line.rstrip("\n") for line in lines or [f"{name}: {text}"]]
    return {
        "output_type": "error",
        "ename": name,
        "evalue": text,
        "traceback": shown,
    }


def clean(found: list, limits: Limits) -> list:
    """Outputs of one cell that a notebook may hold."""
    left = int(limits.output_kb * 1024)
    made = []
    for row in found[:MOST]:
        if not isinstance(row, dict):
            continue
        output, size = _output(row, left)
        if output is not None:
            left -= size
            made.append(nbformat.from_dict(output))
    return made


def _output(row: dict, left: int) -> tuple[dict | None, int]:
    kind = row.get("output_type")
    if kind == "stream":
        name = row.get("name")
        text = _text(row.get("text"), left)
        if not text:
            return None, 0
        name = name if name in STREAMS else "stdout"
        return new_output("stream", name=name, text=text), len(text)
    if kind == "error":
        lines = row.get("traceback")
        lines = lines if isinstance(lines, list) else []
        texts = [_text(line, 20_000) for line in lines[:100]]
        name, text = _text(row.get("ename"), 200), _text(row.get("evalue"), 20_000)
        return error(name or "Exception", text, texts), sum(map(len, texts))
    if kind in ("display_data", "execute_result"):
        data = row.get("data")
        data = data if isinstance(data, dict) else {}
        texts = {
            key[:100]: value
            for key, value in data.items()
            if isinstance(value, str) and len(value) <= left
        }
        if not texts:
            return None, 0
        # an execution count could make a value of a test cell into points
        return new_output("display_data", data=texts), sum(map(len, texts.values()))
    return None, 0


def _text(value, most: int) -> str:
    if not isinstance(value, str):
        return ""
    # half of a surrogate pair cannot be written to a file
    value = value[:most].encode("utf-8", "replace").decode("utf-8")
    lines = value.splitlines(keepends=True)
    if len(lines) > MOST_LINES:
        value = "".join(lines[:MOST_LINES]) + "…\n"
    return value
