"""Troubles that any exercise can have: not written, an exception, a changed input."""

from ..i18n import _
from .probe import Failure

# problems that say all there is to say: no known mistake is looked for
FINAL = {"not-written", "forbidden", "changed-input", "not-plain"}


def trouble(run, exercise):
    """The Problem that keeps a run from being compared at all, or None."""
    from .exercise import Problem

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
        where = _("In {function}, line {line} of your cell: {code}")
        lines.append(
            where.format(
                function=failure.function, line=failure.line, code=failure.code
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


def advice(problem) -> list[str]:
    """What to do when the mistake is not one of the known ones."""
    if problem.id in FINAL:
        return []
    if problem.id == "dtype":
        return [
            _(
                "→ The result has to keep the dtype of the input. Look for a constant "
                "or a conversion that changes it."
            )
        ]
    if problem.id == "error":
        text = _(
            "→ `check.last().inputs` holds these inputs: call your function on it."
        )
        return [text]
    return [
        _(
            "→ To look closer: `check.last()` holds `.inputs`, `.expected` and "
            "`.yours` of this case."
        )
    ]


def sizes(run) -> dict:
    """The case's sizes as they really are, from its drawn inputs."""
    found = {}
    for name, spec in run.case.inputs.items():
        value = run.inputs.get(name)
        if isinstance(spec, str) and hasattr(value, "shape"):
            found |= dict(zip(spec.split(), value.shape, strict=True))
            found["dtype"] = str(value.dtype).removeprefix("torch.")
    return found
