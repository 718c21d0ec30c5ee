"""What the builder and nbgrader's own commands must agree on, in one place."""

from pathlib import Path

# what a learner finds in place of the answer
CODE_STUB = "# your code here\nraise NotImplementedError"

CODE_STUBS = {"en": CODE_STUB, "zh": "# 在此写你的代码\nraise NotImplementedError"}

# settings for nbgrader, by class and trait; `nbgrader_config.py` uses them too,
# so that `nbgrader generate_assignment` makes the same bytes as `autograde build`
NBGRADER = {
    "CourseDirectory": {
        "source_directory": "solutions",
        "release_directory": "notebooks",
        "directory_structure": "{nbgrader_step}/{student_id}/{assignment_id}",
        "ignore": [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.py"],
    },
    "ClearSolutions": {"code_stub": {"python": CODE_STUB}},
}

BEGIN_SOLUTION = "### BEGIN SOLUTION"
END_SOLUTION = "### END SOLUTION"
BEGIN_HIDDEN = "### BEGIN HIDDEN TESTS"
END_HIDDEN = "### END HIDDEN TESTS"

# the same set-up cell in every notebook; {number} is the section's
SETUP = """\
import math

import torch
import torch.nn.functional as F
from einops import rearrange
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from llmlab import check, claims, count, mistakes, plot, start
start("{number}")   # prints version and seeds"""

KERNELSPEC = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}
LANGUAGE_INFO = {
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}

CLAIMS_MIME = "application/vnd.llmlab.claims+json"
LOCALE = "zh_CN"
CODE_COLUMNS = 79


def find_root(start: Path | None = None) -> Path:
    """The repository: the nearest folder upwards that holds `course.toml`.

    Source: the current folder, else the folder of this package.

    Errors: FileNotFoundError if neither is inside a course.
    """
    for place in (start or Path.cwd(), Path(__file__).resolve()):
        for folder in (place, *place.parents):
            if (folder / "course.toml").is_file():
                return folder.resolve()
    raise FileNotFoundError("no course.toml here or in a folder above")
