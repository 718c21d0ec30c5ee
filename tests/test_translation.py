"""What is translated in prose, code and figures, and what must stay."""

import ast

import pytest

from autograde.build import literals, translate, words
from autograde.build.translate_code import translate_code
from autograde.build.translate_svg import translate_svg


def collect_prose(text: str) -> list[str]:
    found: list[str] = []
    again = translate.prose(
        text, lambda message: found.append(message.id) or message.id
    )
    assert again == text
    return found


PROSE = """\
# 24.2 Title

Two lines
of words.

```python
x = softmax(q)

y = 2  # (B, T)
```

```python
y = 2  # the rows sum to one
```

$$
\\text{softmax}(x)

= y
$$

- first item

  more of it

- second item
1. **`q`**

| a | b |
|---|---|
| one | two |


![The alt](figures/a.svg)

`code`, $x_i$: 3

<details><summary>A hint</summary>

Use `max`.

</details>
"""


def test_prose_is_split_into_blocks_that_hold_words():
    assert collect_prose(PROSE) == [
        "# 24.2 Title",
        "Two lines\nof words.",
        "```python\ny = 2  # the rows sum to one\n```",
        "- first item\n\n  more of it\n\n- second item\n1. **`q`**",
        "| a | b |\n|---|---|\n| one | two |",
        "The alt",
        "<details><summary>A hint</summary>",
        "Use `max`.",
    ]


def test_alt_text_is_translated_and_the_path_stays():
    text = "![Two bars](figures/Two bars.svg)"
    text = text.replace("figures/Two bars", "figures/two")
    assert translate.prose(text, lambda message: "两根") == "![两根](figures/two.svg)"


CODE = '''\
import torch

!pip list
def f(q: Float[Tensor, "batch the head"]) -> str:
    """First line of it.

    More `q` \\\\ here.
    """
    # why this is
    # done so
    x = rearrange(q, "the head -> head the")  # (B, T)
    print(f"the mean is {q.mean():.2f} of {x!r}", "b", "the_name")
    ### BEGIN SOLUTION
    # not shown to anyone
    y = "never shown to anyone"
    ### END SOLUTION
    return ("a first part "
            f"and the {x} part")
# noqa: E731
'''


def collect_code(text: str) -> list[tuple]:
    found: list[tuple] = []

    def ask(*message):
        found.append(message)
        return message[0]

    assert translate_code(text, ask) == text
    return found


def test_code_gives_its_comments_docstrings_and_sentences():
    assert sorted(collect_code(CODE)) == sorted(
        [
            ("First line of it.\n\nMore `q` \\ here.", "docstring"),
            ("the mean is {q.mean():.2f} of {x!r}", "string", True),
            ("a first part and the {x} part", "string", True),
            ("why this is\ndone so", "comment"),
        ]
    )


def test_code_is_replaced_in_place():
    said = {
        "why this is\ndone so": "为何\n如此\n三行",
        "First line of it.\n\nMore `q` \\ here.": "首行。\n\n更多 `q` \\ 。",
        "the mean is {q.mean():.2f} of {x!r}": '{x!r} 的"均值"是 {q.mean():.2f}',
        "a first part and the {x} part": "第一部分，以及 {x}。",
    }
    new = translate_code(CODE, lambda text, *_: said[text])
    assert '    """首行。\n\n    更多 `q` \\\\ 。\n    """\n' in new
    assert "    # 为何\n    # 如此\n    # 三行\n    x = " in new
    assert r'f"{x!r} 的\"均值\"是 {q.mean():.2f}"' in new
    assert 'return (f"第一部分，以及 {x}。")' in new
    assert "# not shown to anyone" in new
    ast.parse(new.replace("!pip list", ""))


def test_docstring_that_ends_in_a_quotation_mark_stays_python():
    code = 'def f():\n    """Says so."""\n    return 1\n'
    new = translate_code(code, lambda *_: '说"是"')
    assert ast.get_docstring(ast.parse(new).body[0]) == '说"是"'


def test_translation_that_is_not_python_is_left_out():
    code = 'x = f"the sum is {x}"\n# so it is said\n'
    new = translate_code(code, lambda text, *_: "{" if "sum" in text else "如此")
    assert new == 'x = f"the sum is {x}"\n# 如此\n'


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ('"a b"', 'x "y" \\ \n', '"x \\"y\\" \\\\ \\n"'),
        ("'a b'", "it's", "'it\\'s'"),
        ("'''a\nb'''", 'x\n"""y"', '"""x\n\\"""y\\""""'),
        ('f"a {b}"', "{d['x']} {{\"q\"}}", """f"{d['x']} {{\\"q\\"}}\""""),
        ('f"a {b}"', "{d['x']:>{w}} it's", """f"{d['x']:>{w}} it's\""""),
        ("f'a {b}'", "{d['x']} it's", """f"{d['x']} it's\""""),
    ],
)
def test_literals_keep_their_text(old, new, written):
    got = literals.literal(new, old, 0, old[0] == "f")
    assert got == written
    if old[0] != "f":
        assert ast.literal_eval(got) == new
    else:
        ast.parse(got)


def test_long_literal_is_broken_between_places():
    text = "一二三四五六七八九十，" * 8 + "{value + 1}" * 9 + "，尾"
    new = literals.literal(text, 'f"a b"\n f"c"', 4, True)
    assert new.count("\n") >= 2
    assert all(line.count("{") == line.count("}") for line in new.split("\n"))
    assert literals.message_of(ast.parse(f"({new})").body[0].value) == text


def test_figure_labels_are_translated_and_nothing_else():
    drawing = (
        '<?xml version="1.0"?><svg a="one two"><!-- a note --><style>.x{}</style>'
        "<title>Two bars</title><text id='the id'>\n one &lt; two\n"
        "<tspan>Q</tspan> tail words</text><g><path d='M 0'/></g></svg>"
    )
    found: list[str] = []
    assert translate_svg(drawing, lambda text: found.append(text) or text) == drawing
    assert found == ["Two bars", "one < two", "tail words"]
    new = translate_svg(drawing, lambda text: "一 < 二")
    assert "<title>一 &lt; 二</title><text id='the id'>\n 一 &lt; 二\n<tspan>Q" in new
    assert new.startswith(
        '<?xml version="1.0"?><svg a="one two"><!-- a note --><style>'
    )


def test_words():
    assert words.is_comment("seconds for one step")
    assert not words.is_comment("(B, H, T, S)")
    assert not words.is_comment("noqa: F821 the name is known")
    assert words.is_sentence("rows sum to one")
    assert not words.is_sentence("B H T D")
    assert not words.is_sentence("batch the head -> head")
    assert not words.is_prose("`q`, $x = \\text{mean}$: 3")
    assert not words.is_prose("<br>")
