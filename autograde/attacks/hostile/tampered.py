"""The notebook's own tests, tags, flags and metadata, changed by hand."""

import copy

from nbformat.v4 import new_code_cell, new_output

from ..make import changed, facts, files, insert, is_answer, is_test, lazy, own
from ..record import Files, Material, Register

ALL = Register()


def _tampered(name: str, about: str, **record):
    """Record a change in place of a notebook without a right answer."""

    def mark(change):
        @ALL(name, about, **record)
        def make(material: Material) -> Files:
            nb = lazy(material, solved=record.get("solved", ()))
            return files(changed(change, nb))

        return change

    return mark


@_tampered("skip-tags", "tags all tests skip-execution, nbval-skip, experiment, gpu")
def _skip_tags(nb):
    for cell in filter(is_test, nb.cells):
        cell.metadata["tags"] = ["skip-execution", "nbval-skip", "experiment", "gpu"]


@_tampered("raises-tags", "tags all tests raises-exception")
def _raises_tags(nb):
    for cell in filter(is_test, nb.cells):
        cell.metadata["tags"] = ["raises-exception", "ignore-errors"]


@_tampered("solution-flags", "sets `solution: true` on the tests", ungraded_ok=True)
def _solution_flags(nb):
    for cell in filter(is_test, nb.cells):
        facts(cell).update(solution=True, locked=False)


@_tampered("graded-answers", "makes its answers graded cells of 100 points each")
def _graded_answers(nb):
    for cell in filter(is_answer, nb.cells):
        facts(cell).update(grade=True, points=100, locked=False)


@_tampered("points", "raises the points in the metadata", solved=("softmax",))
def _points(nb):
    for cell in filter(is_test, nb.cells):
        facts(cell)["points"] = 1e6


@_tampered("odd-points", "points that are negative, NaN, texts and lists")
def _odd_points(nb):
    odd = [-5, float("nan"), "100", [3], None, 10**400]
    for cell, value in zip(filter(is_test, nb.cells), odd, strict=False):
        facts(cell)["points"] = value


@_tampered("deleted-tests", "deletes all test cells")
def _deleted_tests(nb):
    nb.cells = [cell for cell in nb.cells if not is_test(cell)]


@_tampered("weak-tests", "replaces the text of the tests by `pass`")
def _weak_tests(nb):
    for cell in filter(is_test, nb.cells):
        cell.source = "pass"


@_tampered("copied-tests", "pastes weak copies of each test before and after it")
def _copied_tests(nb):
    cells = []
    for cell in nb.cells:
        weak = copy.deepcopy(cell)
        weak.source = "pass"
        around = is_test(cell)
        cells += [weak, cell, copy.deepcopy(weak)] if around else [cell]
    for place, cell in enumerate(cells):
        cell["id"] = f"n{place}"
    nb.cells = cells


@_tampered("retyped-tests", "turns tests into text and raw cells")
def _retyped_tests(nb):
    for place, cell in enumerate(filter(is_test, nb.cells)):
        cell.cell_type = ("markdown", "raw")[place % 2]
        for key in ("outputs", "execution_count"):
            cell.pop(key, None)


@_tampered("swapped-ids", "gives the tests' ids to empty cells of its own")
def _swapped_ids(nb):
    for place, cell in enumerate(list(filter(is_test, nb.cells))):
        fake = own("pass", f"fake{place}")
        fake.metadata = copy.deepcopy(cell.metadata)
        facts(cell)["grade_id"] = f"unknown{place}"
        nb.cells.append(fake)


@_tampered("same-ids", "gives all tests the id of the first", ungraded_ok=True)
def _same_ids(nb):
    tests = list(filter(is_test, nb.cells))
    for cell in tests:
        facts(cell)["grade_id"] = facts(tests[0])["grade_id"]


@_tampered("own-tests", "adds graded cells of its own that pass")
def _own_tests(nb):
    for number in range(1, 9):
        meta = {
            "grade": True,
            "grade_id": f"test24_2_{number}_own",
            "locked": True,
            "points": 50,
            "schema_version": 3,
            "solution": False,
            "task": False,
        }
        cell = new_code_cell("pass", id=f"own{number}", metadata={"nbgrader": meta})
        nb.cells.append(cell)


@_tampered("tests-first", "moves all tests above everything else")
def _tests_first(nb):
    tests = [cell for cell in nb.cells if is_test(cell)]
    nb.cells = tests + [cell for cell in nb.cells if not is_test(cell)]


@_tampered("schema", "claims other schema versions and checksums", ungraded_ok=True)
def _schema(nb):
    for place, cell in enumerate(filter(facts, nb.cells)):
        facts(cell).update(schema_version=(0, 99, "3")[place % 3], checksum="0" * 32)


@_tampered("forged-outputs", "hands in outputs of passed checks, with counts")
def _forged_outputs(nb):
    for place, cell in enumerate(filter(is_test, nb.cells), 1):
        text = {"text/plain": "✓ 4 of 4 points"}
        cell.outputs = [new_output("display_data", data=text)]
        cell.execution_count = place
    passed = {f"24.2.{n}": {"passed": True, "points": 9} for n in range(1, 7)}
    nb.metadata["llmlab_grading"] = {"unreadable": "", "exercises": passed}


@_tampered("forged-notes", "hands in grading notes and results in the metadata")
def _forged_notes(nb):
    nb.metadata["llmlab_grading"] = {"unreadable": "no fault of mine", "notes": 5}
    nb.metadata["llmlab"] = {"language": "../../solutions", "section": "../x"}
    nb.metadata["nbgrader"] = {"score": 20, "max_score": 20}


@_tampered("kernel", "asks for another kernel, by a path and by a command")
def _kernel(nb):
    nb.metadata["kernelspec"] = {
        "name": "../../../tmp/evil",
        "display_name": "Evil",
        "language": "bash",
        "argv": ["/bin/sh", "-c", "echo evil"],
    }
    nb.metadata["language_info"] = {"name": "bash", "pygments_lexer": "../x"}


@_tampered("path-facts", "paths with dots as names of attachments, outputs and cells")
def _path_facts(nb):
    up = "../../../planted"
    nb.metadata["llmlab"] = {"section": up, "language": up, "version": up, "hash": up}
    for place, cell in enumerate(nb.cells):
        cell["id"] = f"n{place}"
        cell.metadata |= {"name": up, "filename": f"{up}.py"}
        if cell.cell_type == "markdown":
            cell["attachments"] = {f"{up}.png": {"image/png": "AAAA"}}
        if not facts(cell) and cell.cell_type == "code":
            data = {"image/png": "AAAA", "text/plain": "x"}
            facts_of_picture = {"filenames": {"image/png": f"{up}.png"}}
            cell.outputs = [
                new_output("display_data", data=data, metadata=facts_of_picture)
            ]


@_tampered("hidden-marks", "writes the marks of hidden tests and solutions around code")
def _hidden_marks(nb):
    for cell in filter(is_answer, nb.cells):
        cell.source = (
            "### BEGIN HIDDEN TESTS\n### BEGIN SOLUTION\n"
            f"{cell.source}\n### END SOLUTION\n### END HIDDEN TESTS\n"
            "### BEGIN HIDDEN TESTS"
        )


@_tampered("test-names", "defines names that tests define, after each test runs")
def _test_names(nb):
    code = """
        class Content:
            __enter__ = lambda self: self
            __exit__ = lambda self, *error: True
            __getattr__ = lambda self, name: lambda *a, **k: Content()

        def keep():
            globals().update(check=Content(), test=Content(), draws=Content(),
                             mistakes=Content(), by_torch=None, by_distance=None)

        get_ipython().events.register("pre_run_cell", lambda info: keep())
        keep()
    """
    insert(nb, "setup", own(code))
