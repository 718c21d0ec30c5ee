"""The forms in which points can be written."""

from enum import StrEnum


class Form(StrEnum):
    """For whom the points are written."""

    CSV = "csv"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
