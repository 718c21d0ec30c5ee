"""Let nbgrader read submissions as they come: damaged, old, or not notebooks at all.

The submitted file is never changed: it is mended while it is read. A file that cannot
be read is graded as a blank notebook that says why, so that its student gets a reason
and the other notebooks of the chapter get their points.
"""

from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter

from llmlab.i18n import _
from llmlab.notebooks import UnreadableNotebook, read, repair

from . import notes
from .settings import RELEASE_FOLDERS


class MendingExporter(NotebookExporter):
    """nbconvert's notebook exporter with a forgiving first reading."""

    def from_filename(self, filename, resources=None, **kw):
        """Read, mend and convert one notebook."""
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        nb = self._mended(Path(filename), resources["nbgrader"])
        return self.from_notebook_node(nb, resources=resources, **kw)

    def _mended(self, path: Path, names: dict):
        try:
            nb = read(path)
        except UnreadableNotebook as error:
            nb = self._released(names, "en")
            notes.record(nb)["unreadable"] = error.message
            notes.add(nb, error.message)
            return nb
        # a learner cannot write our notes
        nb.metadata.pop(notes.KEY, None)
        if not isinstance(nb.metadata.get("llmlab", {}), dict):
            del nb.metadata["llmlab"]
        language = notes.language(nb)
        with notes.speaking(language):
            return self._examined(nb, self._released(names, language))

    def _examined(self, nb, released):
        try:
            mended, problems = repair(nb, released)
        except Exception as error:
            # graded as it is: `RestoreCells` mends what nbgrader would stop at
            text = _("The notebook could not be compared with the release: {error}")
            notes.add(nb, text.format(error=f"{type(error).__name__} {error}"))
            return nb
        for problem in problems:
            notes.add(mended, problem.message)
        return mended

    def _released(self, names: dict, language: str):
        course = self.parent.coursedir
        for folder in (RELEASE_FOLDERS[language], course.release_directory):
            place = course.format_path(folder, ".", names["assignment"])
            file = Path(place, f"{names['notebook']}.ipynb")
            if file.is_file():
                break
        return nbformat.read(file, as_version=4)
