"""Read learners' notebooks, say what is damaged in them, and mend a copy.

Nothing here prints, writes a file or runs a cell; the learner's command line and the
grader use the same functions, so that both see the same notebook.
"""

from llmlab.notebooks.examine import diagnose, repair
from llmlab.notebooks.identify import identify
from llmlab.notebooks.problems import Problem
from llmlab.notebooks.reading import UnreadableNotebook, parse, read

__all__ = [
    "Problem",
    "UnreadableNotebook",
    "diagnose",
    "identify",
    "parse",
    "read",
    "repair",
]
