"""Let nbgrader read submissions as they come: damaged, old, or not notebooks at all.

The submitted file is never changed: it is mended while it is read. A file that cannot
be read is graded as a blank notebook that says why, so that its student gets a reason
and the other notebooks of the chapter get their points.
"""

from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter

from autograde.grader.mend import mended

from .settings import RELEASE_FOLDERS


class MendingExporter(NotebookExporter):
    """nbconvert's notebook exporter with a forgiving first reading."""

    def from_filename(self, filename, resources=None, **kw):
        """Read, mend and convert one notebook."""
        if not getattr(self.parent, "_sanitizing", False):
            return super().from_filename(filename, resources=resources, **kw)
        names = resources["nbgrader"]
        nb = mended(Path(filename), lambda language: self._released(names, language))
        return self.from_notebook_node(nb, resources=resources, **kw)

    def _released(self, names: dict, language: str):
        course = self.parent.coursedir
        for folder in (RELEASE_FOLDERS[language], course.release_directory):
            place = course.format_path(folder, ".", names["assignment"])
            file = Path(place, f"{names['notebook']}.ipynb")
            if file.is_file():
                break
        return nbformat.read(file, as_version=4)
