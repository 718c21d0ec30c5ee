"""What a submission may use, with a setting for each in `course.toml`."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

FULL, CONFINED, LIMITS = "full", "confined", "limits"
LEVELS = (LIMITS, CONFINED, FULL)  # from weak to strong
STUDENT, TESTER = "student", "tester"  # the two zygotes


@dataclass(frozen=True)
class Limits:
    """Limits of one submission. Settings: the table `[grading]` of `course.toml`.

    `memory_mb` holds for each process above what Python and torch need, and for all
    processes of the submission together; `disk_mb` for all files that it writes.
    `floor` is the weakest sandbox that grading accepts.
    """

    cell_seconds: float = 60
    submission_seconds: float = 300
    memory_mb: int = 2048
    processors: int = 1
    processes: int = 32
    files: int = 256
    file_mb: int = 64
    disk_mb: int = 256
    output_kb: int = 500
    floor: str = CONFINED

    @classmethod
    def of_course(cls, root: Path) -> "Limits":
        """The limits of a course. Errors: ValueError for a wrong setting."""
        text = (root / "course.toml").read_text(encoding="utf-8")
        return cls.of(tomllib.loads(text).get("grading", {}))

    @classmethod
    def of(cls, table: dict) -> "Limits":
        """The limits with these settings in place of the defaults."""
        known = [field.name for field in fields(cls)]
        where = "course.toml, [grading]: "
        for name, value in table.items():
            if name not in known:
                text = f"there is no setting {name!r}. There are: {', '.join(known)}."
                raise ValueError(where + text)
            if name == "floor":
                if value not in LEVELS:
                    text = f"floor is one of {', '.join(LEVELS)}, not {value!r}."
                    raise ValueError(where + text)
            elif not isinstance(value, int | float) or not value > 0:
                raise ValueError(f"{where}{name} is a number above 0, not {value!r}.")
        return cls(**table)
