"""Give the verdict on an exercise: points, or a message that names the mistake."""

from .. import course
from ..i18n import _
from . import generic, message, naming, wording
from .mistake import Mistake, call
from .record import record
from .run import sizes
from .session import session


def give(test) -> None:
    """Record and show the verdict on a finished test.

    Errors: CheckFailed if any check failed.
    """
    exercise, problem = test.exercise, test.problem
    title = f"{exercise.number} {exercise.name}".strip()
    session().results[exercise.number] = problem is None
    if problem is None:
        text = message.heading("✓", title, message.points(exercise, True))
        record(exercise, True, None, text)
        print(message.colour(text))
        return
    identity, words = _explain(test)
    lines = [*problem.lines, *words, *_earlier(test)]
    head = message.heading("✗", title, message.points(exercise, False))
    text = head + "\n" + message.indent(lines)
    record(exercise, False, identity, text)
    if problem.run is not None:
        problem.run.remember()
    failed = message.CheckFailed(text)
    failed.mistake, failed.exercise = identity, exercise.number
    raise failed


def _explain(test) -> tuple[str, list[str]]:
    """The id to report and the words below the difference."""
    problem = test.problem
    if problem.run is None or problem.id in generic.FINAL:
        return problem.id, []
    groups = naming.groups(problem.run, test.runs)
    mistake = naming.complete(test.mistakes, groups)
    if mistake is None:
        identity, words = generic.oddity(problem, test.runs, test.watch)
        if identity:
            return identity, words
        mistake = naming.partial(test.mistakes, groups)
    if mistake is not None:
        return mistake.id, _words(mistake, test)
    return generic.kind(problem), generic.advice(problem)


def _words(mistake: Mistake, test) -> list[str]:
    """The mistake's words with the sizes of the failed run filled in."""
    run = test.problem.run
    known = {**sizes(run, test.runs), "dtype": run.dtype}
    extra = call(mistake.figures, known) if mistake.figures else {}
    known |= {k: wording.number(v) for k, v in extra.items()}
    lines = [_(mistake.words).format(**known)]
    if mistake.advice:
        lines.append("→ " + _(mistake.advice).format(**known))
    return lines


def _earlier(test) -> list[str]:
    """Point to an earlier exercise that this one calls and that does not pass."""
    uses = {name for run in test.runs for name in run.outcome.uses}
    lines = []
    for number, passed in session().results.items():
        if passed or number == test.exercise.number:
            continue
        try:
            name = course.exercise(number).name
        except (KeyError, OSError):  # a section that is being written
            continue
        if name in uses:
            text = _("→ Your code calls {name}, and {number} does not pass yet.")
            lines.append(text.format(name=name, number=number))
    return lines
