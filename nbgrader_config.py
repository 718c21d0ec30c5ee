"""How nbgrader works in this course: found by its commands and by formgrader.

The settings are in `autograde/classroom/settings.py`. Add your own below the call.
"""

from pathlib import Path

from autograde.classroom.settings import configure

c = get_config()  # noqa: F821 - put here by traitlets
configure(c, Path(__file__).resolve().parent)
# due dates, extensions and late days: gradebook/late.csv and [late] in course.toml
c.AssignLatePenalties.plugin_class = "autograde.report.late_gradebook.LateDays"
