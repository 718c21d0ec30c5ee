"""IPython without a kernel: run one cell and keep what it shows, as Jupyter would."""

import base64
import builtins
import subprocess
import sys

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from llmlab.i18n import _

MOST_OUTPUTS = 1000


class Recorder:
    """The outputs of one cell, in order, up to a number of characters."""

    def __init__(self):
        self.outputs: list[dict] = []
        self.left = 0
        self.cut = False

    def start(self, most: int) -> None:
        """Forget what was recorded; record at most this many characters."""
        self.outputs, self.left, self.cut = [], most, False

    def text(self, name: str, text: str) -> None:
        """Something was printed."""
        if len(text) > self.left:
            text, self.cut = text[: self.left], True
        self.left -= len(text)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last["parts"].append(text)
        elif text:
            self.add({"output_type": "stream", "name": name, "parts": [text]})

    def add(self, output: dict) -> None:
        """Something else was shown."""
        if len(self.outputs) < MOST_OUTPUTS:
            self.outputs.append(output)
        else:
            self.cut = True

    def data(self, kind: str, data: dict, metadata: dict, count: int | None) -> None:
        """A picture, a table, the value of the last line."""
        shown = {}
        for mime, value in data.items():
            if isinstance(value, bytes):
                value = base64.b64encode(value).decode()
            if isinstance(value, str) and len(value) > self.left:
                self.cut = True
                continue
            self.left -= len(value) if isinstance(value, str) else 0
            if isinstance(value, str):
                shown[str(mime)] = value
        output = {"output_type": kind, "data": shown, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = count
        if shown:
            self.add(output)

    def clear(self) -> None:
        """`clear_output` was called."""
        self.outputs.clear()

    def finished(self) -> list[dict]:
        """The outputs as a notebook stores them."""
        made = []
        for output in self.outputs:
            if "parts" in output:
                output = {**output, "text": "".join(output["parts"])}
                del output["parts"]
            made.append(output)
        if self.cut:
            text = "\n" + _("… the rest of the output was cut off.") + "\n"
            made.append({"output_type": "stream", "name": "stdout", "text": text})
        return made


recorder = Recorder()


class Stream:
    """Standard output or error of a cell."""

    encoding, errors, newlines, closed = "utf-8", "strict", None, False

    def __init__(self, name: str):
        self.name = name

    def write(self, text) -> int:
        """Record a text."""
        if not isinstance(text, str):
            raise TypeError(f"write() needs str, not {type(text).__name__}")
        recorder.text(self.name, text)
        return len(text)

    def writelines(self, lines) -> None:
        """Record several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """It stays open: the next cell prints as well."""

    def isatty(self) -> bool:
        """No terminal."""
        return False

    def readable(self) -> bool:
        """Only for writing."""
        return False

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """There is no file behind it."""
        import io

        raise io.UnsupportedOperation("fileno")


class _Publisher(DisplayPublisher):
    def publish(self, data, metadata=None, **_more):
        recorder.data("display_data", data, metadata or {}, None)

    def clear_output(self, wait=False):
        recorder.clear()


class _Hook(DisplayHook):
    def write_output_prompt(self):
        pass

    def write_format_data(self, format_dict, md_dict=None):
        recorder.data("execute_result", format_dict, md_dict or {}, self.prompt_count)

    def finish_displayhook(self):
        pass


class Shell(InteractiveShell):
    """The learner's shell: no history, no terminal, no windows."""

    displayhook_class = _Hook
    display_pub_class = _Publisher

    def _showtraceback(self, etype, evalue, stb):
        recorder.add(
            {
                "output_type": "error",
                "ename": str(getattr(etype, "__name__", etype)),
                "evalue": _text(evalue),
                "traceback": [str(line) for line in stb],
            }
        )

    def enable_gui(self, gui=None):
        """No windows: figures are shown in the notebook."""

    def system(self, cmd):
        """`!command`, whose output is recorded."""
        command = self.var_expand(cmd, depth=1)
        done = subprocess.run(
            command, shell=True, stdin=subprocess.DEVNULL, capture_output=True
        )
        sys.stdout.write(done.stdout.decode(errors="replace"))
        sys.stderr.write(done.stderr.decode(errors="replace"))
        self.user_ns["_exit_code"] = done.returncode

    def init_history(self):
        """No history, no threads."""
        from IPython.core.history import HistoryManager

        self.history_manager = HistoryManager(shell=self, parent=self)


def _text(value) -> str:
    try:
        return str(value)
    except Exception:
        return "its text cannot be shown"


def _no_input(prompt="", *_more):
    raise RuntimeError(_("Nobody can answer input() while a notebook is graded."))


def make_shell() -> Shell:
    """A shell ready to be forked; done once, before any notebook is seen."""
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    config.InteractiveShell.xmode = "Plain"
    shell = Shell.instance(config=config)
    shell.user_ns["__name__"] = "__main__"
    builtins.input = _no_input
    _inline_figures(shell)
    return shell


def _inline_figures(shell: Shell) -> None:
    import matplotlib

    backend = "module://matplotlib_inline.backend_inline"
    matplotlib.use(backend)
    from matplotlib_inline.backend_inline import configure_inline_support

    configure_inline_support(shell, backend)


def run_cell(shell: Shell, source: str, most: int) -> tuple[list[dict], bool]:
    """Run one cell; its outputs, and whether it went through."""
    recorder.start(most)
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    result = shell.run_cell(source, store_history=True)
    return recorder.finished(), bool(result.success)
