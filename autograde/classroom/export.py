"""Write a class's points as CSV."""

import csv

from .results import Results


def write_csv(results: Results, file) -> None:
    """One line per student: points per exercise, total, status. No points: empty."""
    writer = csv.writer(file, lineterminator="\n")
    labels = [exercise.label for exercise in results.exercises]
    head = ["student", "chapter", "submitted", *labels, "penalty", "total", "of"]
    writer.writerow([*head, "status", "reason"])
    for row in results.rows:
        points = [row.points.get(exercise.test) for exercise in results.exercises]
        values = [
            "" if p is None else f"{p:g}" for p in (*points, row.penalty, row.total)
        ]
        submitted = row.timestamp.isoformat(" ", "seconds") if row.timestamp else ""
        identity = [row.student, results.chapter, submitted]
        rest = [f"{results.max_points:g}", row.state, row.reason]
        writer.writerow([*identity, *values, *rest])
