"""Troubles that any exercise can have: not written, an exception, a changed input."""

import re

from ..i18n import _
from .compare import rough_share, size
from .failure import Failure
from .plain import same
from .run import Problem

# problems that say all there is to say: no known mistake is looked for
FINAL = {
    "not-written",
    "forbidden",
    "changed-input",
    "not-plain",
    "no-gradient",
    "overwritten",
}


def trouble(run, exercise):
    """The Problem that keeps a run from being compared at all, or None."""
    outcome = run.outcome
    if outcome.not_written:
        lines = _not_written(outcome.not_written, exercise.name, run)
        return Problem("not-written", lines, run)
    if outcome.called:
        return Problem("forbidden", _forbidden(outcome.called), run)
    if outcome.failure:
        return Problem("error", _failure(outcome.failure, run.shown), run)
    if outcome.not_plain:
        text = _("{inputs}: yours is a {kind}; return tensors or plain numbers.")
        return Problem(
            "not-plain", [text.format(inputs=run.shown, kind=outcome.not_plain)], run
        )
    if outcome.changed:
        return Problem("changed-input", _changed(outcome.changed, run.shown), run)
    return None


def _not_written(name: str, own: str, run) -> list[str]:
    if name in (own, "__init__", "forward", "?") and own in run.outcome.uses:
        text = _(
            "Not written yet. Write it in the cell above in place of "
            "`raise NotImplementedError`, run that cell, then run this one."
        )
    elif name in run.outcome.uses:
        text = _(
            "Your code calls `{name}`, which is not written yet. Write that first, or "
            "use torch's own function here, if the text above names one."
        )
    else:
        text = _(
            "There is no `{name}` here yet. Run the cell above that defines it; "
            "if you have, look whether the name is spelled the same."
        )
    return [text.format(name=name)]


def _forbidden(called: tuple[str, ...]) -> list[str]:
    text = _(
        "Your code calls torch's own {names}. That is what this exercise asks you to "
        "write: use simpler operations, such as exp, sum, max and matrix products."
    )
    return [text.format(names=", ".join(called))]


def _failure(failure: Failure, shown: str) -> list[str]:
    lines = [
        _("{inputs}: your code stopped with {kind}: {text}").format(
            inputs=shown, kind=failure.kind, text=failure.text
        )
    ]
    if failure.code:
        where = (
            _("In {function}, line {line} of your cell, through {deeper}: {code}")
            if failure.deeper
            else _("In {function}, line {line} of your cell: {code}")
        )
        lines.append(
            where.format(
                function=failure.function,
                line=failure.line,
                code=failure.code,
                deeper=failure.deeper,
            )
        )
    return lines


def _changed(names: tuple[str, ...], shown: str) -> list[str]:
    text = _(
        "{inputs}: your code changes its input {names} in place. The caller still "
        "needs it."
    )
    advice = _(
        "→ Operations that end in an underscore and `+=`, `-=`, `*=` write into the "
        "tensor that you were given. Write `x = x - y` instead."
    )
    return [text.format(inputs=shown, names=", ".join(names)), advice]


_PARAMETERS = re.compile(
    r"positional argument|unexpected keyword argument|required keyword-only"
)


def oddity(problem, runs: list, watch: frozenset) -> tuple[str, list[str]]:
    """What explains a failure in any exercise: an id and its words, or "".

    Two calls on the same inputs that differ; a first line that was changed.
    """
    run, failure = problem.run, problem.run.outcome.failure
    if failure is not None:
        if failure.kind == "TypeError" and _PARAMETERS.search(failure.text):
            # without a line of the learner's it is the test's own call that failed
            if not failure.code:
                return "parameters", [
                    _(
                        "→ The test calls your code with the parameters that the cell "
                        "had at first. Keep them, with their order and defaults."
                    )
                ]
        return "", []
    # the more numbers, the less two calls agree by chance
    runs = [r for r in runs if r.probe is run.probe and r.outcome.failure is None]
    run = max(runs, key=lambda r: size(r.outcome.value))
    again = run.probe.run(run.inputs, watch)
    if same(again.value, run.outcome.value):
        return "", []
    return "random", [
        _("Called again with the same inputs, your code gives two different answers."),
        _(
            "→ Look for dropout, for a random number, or for a value that is kept from "
            "one call to the next."
        ),
    ]


def kind(problem) -> str:
    """The id of a problem that no known mistake explains."""
    if problem.id == "values" and _only_rounded(problem.run):
        return "precision"
    return problem.id


def _only_rounded(run) -> bool:
    return rough_share(run.outcome.value, run.expected) < 5e-3


def advice(problem) -> list[str]:
    """What to do when the mistake is not one of the known ones."""
    name = kind(problem)
    if name == "precision":
        return [
            _("Your values are nearly right: they agree in the first digits."),
            _(
                "→ Look for a number that is added to be safe, a constant that is "
                "rounded, or a step in a dtype of fewer bits."
            ),
        ]
    if name == "dtype":
        return [_dtype_advice(problem.run)]
    if name == "type":
        return []
    if name == "error":
        return [
            _(
                "→ `check.last().inputs` holds these inputs: call your function on "
                "them in a cell of your own."
            )
        ]
    return [
        _(
            "→ To look closer: `check.last()` holds `.inputs`, `.expected` and "
            "`.yours` of this case."
        )
    ]


def _is_float(value) -> bool:
    dtype = getattr(value, "dtype", None)
    return bool(getattr(dtype, "is_floating_point", False))


def _dtype_advice(run) -> str:
    if "bool" in str(getattr(run.expected, "dtype", "")):
        return _("→ A mask holds True and False: compare, or convert by `.bool()`.")
    if not any(_is_float(value) for value in run.inputs.values()):
        return _(
            "→ No input has this dtype: give it to the tensors that you make, as in "
            "`torch.zeros(…, dtype=torch.float32)`, or convert the result."
        )
    return _(
        "→ The result has to keep the dtype of the input. Look for a constant or a "
        "conversion that changes it."
    )
