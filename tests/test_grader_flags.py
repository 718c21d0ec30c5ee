"""What stands out in a submission: flagged for a human, at no cost in points."""

from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograde.attacks import all_hostile
from autograde.attacks.record import FILE, Aim
from autograde.attacks.trial import read_material
from autograde.grader import suspicious

ANSWER = "ex24_2_5_scaled_dot_product_attention"
TEST = SimpleNamespace(
    watch=frozenset({"scaled_dot_product_attention"}),
    exercise=SimpleNamespace(
        number="24.2.5", name="scaled_dot_product_attention", answer=ANSWER
    ),
)


def _notebook(source: str):
    cell = new_code_cell(source, execution_count=1)
    cell.metadata["nbgrader"] = {"grade_id": ANSWER, "locked": False}
    return new_notebook(cells=[cell])


@pytest.mark.parametrize(
    "line",
    [
        "return F.scaled_dot_product_attention(q, k, v)",
        "call = torch.nn.functional.scaled_dot_product_attention",
        "from torch.nn.functional import scaled_dot_product_attention as f",
    ],
)
def test_a_forbidden_name_is_flagged_even_if_the_answer_is_called_so(line):
    source = f"def scaled_dot_product_attention(q, k, v):\n    {line}"
    [flag] = suspicious.forbidden(TEST, _notebook(source))
    assert "24.2.5" in flag and "scaled_dot_product_attention" in flag


def test_an_honest_answer_is_not_flagged():
    source = (
        "def scaled_dot_product_attention(q, k, v):\n"
        '    """As F.scaled_dot_product_attention does."""\n'
        "    weights = softmax(attention_scores(q, k))\n"
        "    return weights @ v\n"
        'print("scaled_dot_product_attention", scaled_dot_product_attention)'
    )
    nb = _notebook(source)
    assert suspicious.forbidden(TEST, nb) == [] and suspicious.flags(nb) == []


LIMITS = [record for record in all_hostile() if record.limit]


@pytest.mark.parametrize("record", LIMITS, ids=lambda record: record.name)
def test_what_fools_the_grader_is_flagged(record):
    """The three that hide a forbidden call from the watch stand in the report."""
    made = record.make(read_material(Aim(mark="llat-test")))
    nb = nbformat.reads(made[FILE].decode(), as_version=4)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.execution_count = 1
    assert suspicious.forbidden(TEST, nb) or suspicious.flags(nb)
