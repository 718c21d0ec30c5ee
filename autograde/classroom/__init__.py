"""The instructor's side: release, collect, grade, give feedback, report.

Everything goes through nbgrader, so that its own commands and its formgrader page
work on the same files and the same gradebook.
"""
