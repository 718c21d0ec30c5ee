"""nbgrader's steps that put a submission's graded cells in order."""

from nbgrader.api import Gradebook
from nbgrader.preprocessors.base import NbGraderPreprocessor

from autograde.grader.mend import grade_id, restore

from .chapter import wanted_cells

__all__ = ["RestoreCells", "grade_id"]


class RestoreCells(NbGraderPreprocessor):
    """Each graded cell once, with its own type, points, lock and text.

    nbgrader's own steps stop at a changed flag, at a pasted test cell and at a deleted
    pair of cells, and stop the whole class with it (nbgrader #1083, #1682).
    """

    def preprocess(self, nb, resources):
        """Restore all graded cells of one notebook."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            wanted = wanted_cells(notebook)
        return restore(nb, wanted), resources
