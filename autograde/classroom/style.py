"""Small repairs to the look of nbgrader's pages."""

from nbconvert.preprocessors import Preprocessor

CSS = """\
.rendered_html img { max-width: 100%; height: auto; }
.rendered_html details { margin: 0.5em 0; }
.rendered_html summary { display: list-item; cursor: pointer; }
"""


class PageStyle(Preprocessor):
    """Keep wide drawings inside the page, and show that a hint can be opened."""

    enabled = True

    def preprocess(self, nb, resources):
        """Add the course's rules to those of one page."""
        resources.setdefault("inlining", {}).setdefault("css", []).append(CSS)
        return nb, resources
