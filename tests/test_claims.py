"""The verdict table: its checks, its Markdown, its data."""

import doctest
import json

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from llmlab import claims

GOOD = {
    "id": "24.2-05",
    "claim": "Softmax turns 0.8, 0.1, 0.3 into 0.6, 0.1, 0.3.",
    "measured": "0.475, 0.236, 0.288",
    "verdict": "corrected",
    "because": "no temperature gives the printed row",
    "source": "computed here",
}


def claim(**changes):
    return claims.Claim(**{**GOOD, **changes})


def test_docstring_example_runs():
    assert doctest.testmod(claims).attempted and not doctest.testmod(claims).failed


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"verdict": "wrong"}, "'wrong' is no verdict. There are: holds, holds if"),
        ({"verdict": "Holds"}, "'Holds' is no verdict"),
        ({"measured": ""}, "Claim 24.2-05: `measured` is empty"),
        ({"measured": "  \n"}, "`measured` is empty"),
        ({"source": ""}, "`source` is empty"),
        ({"claim": ""}, "`claim` is empty"),
        ({"because": ""}, "`because` is empty"),
        ({"because": "", "verdict": "holds if"}, "`because` is empty"),
        ({"id": "5"}, "looks like 24.2-05, not '5'"),
    ],
)
def test_a_bad_claim_is_named(changes, message):
    with pytest.raises(ValueError, match=message):
        claim(**changes)


def test_only_a_claim_that_holds_needs_no_reason():
    assert claim(verdict="holds", because="").finding == "✓ holds"
    assert claim(id="25.4.1-02").id == "25.4.1-02"


@pytest.mark.parametrize("verdict", claims.VERDICTS)
def test_every_verdict_has_a_symbol_of_its_own(verdict):
    finding = claim(verdict=verdict).finding
    symbol, words = claims.VERDICTS[verdict]
    assert finding == f"{symbol} {words}: {GOOD['because']}"
    assert len({s for s, _ in claims.VERDICTS.values()}) == len(claims.VERDICTS)


def test_a_claim_is_in_the_table_once():
    with pytest.raises(ValueError, match="24.2-05 is in the table twice"):
        claims.table([claim(), claim()])


def test_markdown_has_one_row_for_each_claim():
    lines = claims.table([claim(), claim(id="24.2-06")]).markdown().splitlines()
    assert lines[0] == "| Claim | Measured here | Verdict | Source |"
    assert lines[1] == "| --- | --- | --- | --- |"
    assert lines[2].startswith("| 24.2-05 Softmax") and "✗ corrected: no" in lines[2]
    assert len(lines) == 4


def test_bars_and_line_breaks_cannot_break_the_table():
    row = claims.table([claim(claim="P(a|b)\nand $|x|$")]).markdown().splitlines()[2]
    assert r"P(a\|b) and $\vert x\vert $" in row
    assert row.replace(r"\|", "").count("|") == 5


def test_the_notebook_gets_text_table_and_data():
    data, _ = InteractiveShell.instance().display_formatter.format(
        claims.table([claim()])
    )
    assert json.loads(json.dumps(data[claims.MIME])) == [GOOD]
    assert "| 24.2-05" in data["text/markdown"]
    assert "Verdict: ✗ corrected" in data["text/plain"]
    output = nbformat.v4.new_output("execute_result", data=data, execution_count=1)
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


def test_verdicts_follow_the_language(monkeypatch):
    monkeypatch.setattr(claims, "_", lambda text: {"corrected": "更正"}.get(text, text))
    assert claim().finding.startswith("✗ 更正")
    assert claims.table([claim()])._repr_mimebundle_()[claims.MIME] == [GOOD]
