"""Probes: the part of a check that runs beside the learner's code.

A probe gets `student`, which holds the learner's names, and the inputs of a case. It
returns plain data. It compares nothing and holds no expected value.
"""

import contextlib
import inspect
import io
import types
from collections.abc import Callable
from dataclasses import dataclass, field

from torch import Tensor
from torch.overrides import TorchFunctionMode

from . import plain
from .failure import Failure, describe
from .session import session


class NotWritten(Exception):
    """The learner's notebook has no such name yet."""


class Student:
    """The names of the learner's notebook: `student.softmax` is their softmax."""

    def __init__(self, namespace: dict):
        object.__setattr__(self, "_namespace", namespace)
        object.__setattr__(self, "_asked", [])

    def __getattr__(self, name: str):
        if name not in self._namespace:
            raise NotWritten(name)
        self._asked.append(name)
        return self._namespace[name]


@dataclass(frozen=True)
class Outcome:
    """What came back from one run of a probe: plain values only."""

    value: object = None
    failure: Failure | None = None
    not_written: str = ""
    not_plain: str = ""
    changed: tuple[str, ...] = ()
    called: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    printed: str = ""


@dataclass(frozen=True)
class Probe:
    """A function of (student, **inputs), with its source for a separate process."""

    function: Callable
    source: str = ""
    names: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        """The probe's own name."""
        return self.function.__name__

    def run(self, inputs: dict, watch: frozenset[str] = frozenset()) -> Outcome:
        """Run the probe beside the names of its own notebook, or where a grader says.

        `watch` names torch functions whose calls are reported in `Outcome.called`.
        Never raises what the learner's code raises: that is part of the outcome.
        """
        if session().runner is not None:
            return session().runner(self, inputs, watch)
        student = Student(self.function.__globals__)
        given = {name: inputs[name] for name in self.names if name in inputs}
        handed = {name: _copy(value) for name, value in given.items()}
        mode, text = _Watch(watch), io.StringIO()
        outcome: dict = {}
        with _quiet(text), mode if watch else contextlib.nullcontext():
            try:
                outcome["value"] = plain.freeze(self.function(student, **handed))
            except plain.NotPlain as error:
                outcome["not_plain"] = error.type_name
            except NotWritten as error:
                outcome["not_written"] = str(error)
            except NotImplementedError as error:
                outcome |= _unwritten_or_failed(error, self.function)
            except (Exception, SystemExit) as error:
                outcome["failure"] = describe(error, self.function)
        changed = tuple(
            name
            for name, value in handed.items()
            if isinstance(value, Tensor) and not plain.same(value.detach(), given[name])
        )
        uses = _uses(student, self.function.__globals__)
        printed = text.getvalue()[:10_000]
        called = tuple(sorted(mode.seen))
        return Outcome(
            **outcome, changed=changed, called=called, uses=uses, printed=printed
        )


def probe(function: Callable) -> Probe:
    """Make a probe of a function whose first parameter is `student`.

    Errors: TypeError if the first parameter has another name.
    """
    names = tuple(inspect.signature(function).parameters)
    if not names or names[0] != "student":
        raise TypeError(f"the first parameter of {function.__name__} is not 'student'")
    try:
        source = inspect.getsource(function)
    except (OSError, TypeError):
        source = ""
    return Probe(function, source, names[1:])


def call(name: str, names: tuple[str, ...], namespace: dict) -> Probe:
    """The common probe: call the learner's function `name` on the inputs in order."""
    given = ", ".join(f"{n}=None" for n in names)
    source = (
        f"def {name}(student, {given}):\n"
        f"    inputs = [{', '.join(names)}]\n"
        "    while inputs and inputs[-1] is None:\n"
        "        inputs.pop()\n"
        f"    return student.{name}(*inputs)\n"
    )
    made: dict = {}
    exec(source, made)
    function = types.FunctionType(
        made[name].__code__, namespace, name, made[name].__defaults__
    )
    return Probe(function, source, names)


class _Watch(TorchFunctionMode):
    """Note which of the watched torch functions are called, however they are named."""

    def __init__(self, names: frozenset[str]):
        super().__init__()
        self.names, self.seen = names, set()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        name = getattr(func, "__name__", "").strip("_").removeprefix("special_")
        if name.startswith(tuple(self.names)):
            self.seen.add(name)
        return func(*args, **(kwargs or {}))


@contextlib.contextmanager
def _quiet(text: io.StringIO):
    """Keep prints and warnings of the learner's code: they never cost points."""
    with contextlib.redirect_stdout(text), contextlib.redirect_stderr(text):
        yield


def _copy(value):
    """A copy for the learner's code; a tensor that is not contiguous stays so."""
    if isinstance(value, Tensor):
        if value.is_contiguous() or value.ndim < 2:
            return value.clone()
        return value.mT.contiguous().clone().mT
    try:
        return plain.freeze(value)
    except plain.NotPlain:
        return value


def _uses(student: Student, namespace: dict) -> tuple[str, ...]:
    """Names of the notebook that the learner's code reaches, directly or through
    other functions of the notebook."""
    todo, seen = list(student._asked), []
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.append(name)
        for code in _codes(namespace.get(name)):
            todo += [n for n in code.co_names if n in namespace and n not in seen]
    return tuple(n for n in seen if any(_codes(namespace.get(n))))


def _codes(value):
    """The code objects of a function, or of a class's methods."""
    if isinstance(value, types.FunctionType):
        yield value.__code__
    elif isinstance(value, type):
        for item in vars(value).values():
            if isinstance(item, types.FunctionType):
                yield item.__code__


def _unwritten_or_failed(error: NotImplementedError, function: Callable) -> dict:
    """The stub's bare NotImplementedError means "not written"; torch raises others."""
    failure = describe(error, function)
    if failure.text:
        return {"failure": failure}
    return {"not_written": failure.deeper or failure.function or "?"}
