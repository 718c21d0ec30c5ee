"""nbgrader's step that runs a submission: in the sandbox, judged from outside.

It stands in for nbgrader's `Execute`, so `nbgrader autograde` and formgrader's button
grade as `autograde grade` does.
"""

import hashlib
import hmac
from pathlib import Path

import nbformat
from nbgrader.preprocessors.base import NbGraderPreprocessor
from traitlets import Bool, Unicode

from autograde.grader import submission
from autograde.grader.host import GraderError, Lost, TooWeak, shared
from autograde.grader.limits import LIMITS, Limits
from autograde.grader.notebook import NOT_RUN, fail_all
from llmlab.i18n import _

from . import notes
from .chapter import secret_in, setup_cell

__all__ = ["NOT_RUN", "GradeExecute"]


class GradeExecute(NbGraderPreprocessor):
    """Run a notebook's cells in a sandbox and its test cells outside.

    The limits are those of `course.toml`. What was noticed is stored in the notebook.
    """

    trust = Bool(
        False, help="Grade even where the sandbox is weaker than the course's floor."
    ).tag(config=True)
    level = Unicode(
        "", help="A sandbox to use in place of the strongest: full, confined, limits."
    ).tag(config=True)

    def preprocess(self, nb, resources):
        """Run all cells of one notebook."""
        names = resources["nbgrader"]
        root = Path(self.config.CourseDirectory.root)
        language = notes.language(nb)
        with notes.speaking(language):
            if notes.unreadable(nb):
                fail_all(nb, notes.unreadable(nb))
                return nb, resources
            return self._run(nb, root, names, language), resources

    def _run(self, nb, root: Path, names: dict, language: str):
        limits = Limits.of_course(root)
        grader = shared(self.level)
        try:
            grader.require(LIMITS if self.trust else limits.floor)
        except TooWeak as error:
            text = _(
                "The sandbox '{level}' is weaker than '{floor}' ({why}). If you trust "
                "all these students, set c.GradeExecute.trust = True."
            )
            why = {"level": grader.level, "floor": limits.floor, "why": error}
            raise GraderError(text.format(**why)) from None
        handed_in = root / "gradebook" / "submitted" / names["student"]
        job = {
            "do": "notebook",
            "nb": nbformat.writes(nb),
            "setup": setup_cell(str(self._released(root, names))),
            "limits": vars(limits),
            "seed": self._seed(root, nb, names),
            "files": submission.own_files(handed_in / names["assignment"]),
            "language": language,
        }
        try:
            said = grader.do(job, limits.submission_seconds)
        except Lost as error:
            reason = _("Grading stopped: {why}.").format(why=error)
            notes.add(nb, reason)
            fail_all(nb, reason)
            return nb
        run = nbformat.reads(said["nb"], as_version=4)
        record = notes.record(run)
        record["exercises"], record["flags"] = said["exercises"], said["flags"]
        record["sandbox"] = grader.level
        for text in said["notes"]:
            notes.add(run, text)
        return run

    def _released(self, root: Path, names: dict) -> Path:
        folder = self.config.CourseDirectory.release_directory or "release"
        return root / folder / names["assignment"] / f"{names['notebook']}.ipynb"

    def _seed(self, root: Path, nb, names: dict) -> int:
        words = "\0".join([names["student"], names["notebook"], nbformat.writes(nb)])
        key = bytes.fromhex(secret_in(root / "gradebook"))
        found = hmac.new(key, words.encode(), hashlib.sha256)
        return int.from_bytes(found.digest()[:6], "big")
