"""Similarity of answers: what is a copy, what is alike by nature, what is usual."""

import itertools
import random
import time

import pytest
from copydetect import compare_files

from autograde import mistakes
from autograde.classroom.results import Exercise, Results
from autograde.report import similar, similar_class
from autograde.report.similar import Alike, Usual, compare

STUB = '''\
def softmax(scores):
    """Softmax over the last axis: every row is a distribution over the keys."""
    # your code, about two lines
    raise NotImplementedError
'''
ANSWER = '''\
def softmax(scores):
    """Softmax over the last axis: every row is a distribution over the keys."""
    # your code, about two lines
    largest = scores.amax(dim=-1, keepdim=True)
    powers = torch.exp(scores - largest)
    total = powers.sum(dim=-1, keepdim=True)
    return powers / total
'''
LONG = ANSWER.replace(
    "    total",
    "    rows = powers.reshape(-1, powers.shape[-1])\n"
    "    check = [row.sum().item() for row in rows]\n    total",
)
OTHER = """\
def softmax(scores):
    out = []
    for row in scores.reshape(-1, scores.shape[-1]).tolist():
        weights = [math.e ** (x - max(row)) for x in row]
        out.append([w / sum(weights) for w in weights])
    return torch.tensor(out).reshape(scores.shape)
"""


# answers of others, in which nothing is alike
OTHERS = {
    f"o{i}": f"def softmax(scores):\n    x = {[i**3, i, 77 - i, i * 5, 991 * i]}\n"
    f"    return {'-'.join(map(str, range(i, i + 9)))}, x"
    for i in range(5)
}


def compare_in_class(**answers):
    """Compare these answers in a class of more."""
    return compare("t", OTHERS | answers, [STUB])


def found(*answers, stubs=(STUB,)):
    """The pairs that are alike, as pairs of numbers."""
    named = OTHERS | {f"s{i}": answer for i, answer in enumerate(answers)}
    result = compare("t", named, list(stubs))
    return [(int(a.first[1:]), int(a.second[1:])) for a in result.unusual]


def renamed(source):
    """The same answer with other names, comments, strings and line breaks."""
    for old, new in (("largest", "m"), ("powers", "e"), ("total", "z"), ("rows", "r")):
        source = source.replace(old, new)
    return source.replace("    z = e", "    # now divide\n\n    z  =  e")


def test_renamed_variables_are_alike():
    assert found(ANSWER, renamed(ANSWER), OTHER) == [(0, 1)]
    [pair] = compare_in_class(a=ANSWER, b=renamed(ANSWER)).unusual
    assert pair.similarity == pytest.approx(1)
    assert not pair.same_text


def test_reordered_lines_are_alike():
    lines = LONG.splitlines()
    # lines 4 to 7 in another order
    moved = "\n".join([*lines[:5], lines[7], lines[5], lines[6], *lines[8:]])
    assert found(LONG, renamed(moved), OTHER) == [(0, 1)]


def test_the_same_text_is_said():
    [pair] = compare_in_class(a=ANSWER, b=ANSWER + "\n\n", c=OTHER).unusual
    assert (pair.first, pair.second, pair.same_text) == ("a", "b", True)


def test_what_was_handed_out_does_not_count():
    assert found(STUB, STUB) == []
    small = STUB.replace("raise NotImplementedError", "return scores")
    assert found(small, STUB) == []
    # another language's edition is handed out too
    chinese = STUB.replace("# your code, about two lines", "# 你的代码")
    assert found(chinese, chinese, stubs=(STUB, chinese)) == []


def test_odd_answers_are_no_trouble():
    assert found() == []
    assert found("", "   ", "no python at all (", "é" * 50) == []
    repeated = STUB + "    x = [1, 2, 3, 4, 5, 6]\n" * 5
    assert found(repeated, OTHER) == []


def test_a_part_of_a_long_answer_is_no_copy():
    longer = ANSWER + "\n" + OTHER.replace("softmax", "slowly")
    assert found(ANSWER, longer) == []


def test_what_many_have_is_usual():
    named = {f"s{i:02}": renamed(ANSWER) for i in range(20)}
    named |= {"x": OTHER, "y": OTHER.replace("out", "mine")}
    result = compare("t", named, [STUB])
    assert (result.count, result.ways, result.most_usual) == (22, 2, 20)
    assert result.alike == 20 * 19 // 2 + 1
    [pair] = result.unusual
    assert (pair.first, pair.second, pair.have_it, pair.count) == ("x", "y", 2, 22)


def test_a_usual_way_to_the_letter_as_only_two_have_it():
    named = {f"s{i:02}": ANSWER.replace("total", f"total{i}") for i in range(20)}
    named |= {"x": renamed(ANSWER), "y": renamed(ANSWER)}
    [pair] = compare("t", named, [STUB]).unusual
    assert (pair.first, pair.second, pair.same_text) == ("x", "y", True)
    # a short line is the same by chance
    short = {name: f"{STUB}    return f(scores, 'x')" for name in named}
    assert compare("t", short, [STUB]).unusual == ()


@pytest.fixture(scope="module")
def bank():
    """Right answers of the bank, written independently, by exercise."""
    entries = mistakes.load("24_2_self_attention").right
    groups = {}
    for entry in entries:
        if not entry.dtypes:
            # the import of the bank's own is no answer
            source = entry.source.replace("from autograde.mistakes import right", "")
            groups.setdefault(entry.exercise, []).append(source)
    return groups


def test_independent_answers_of_the_bank_are_not_alike(bank):
    assert len(bank) == 6
    for exercise, sources in bank.items():
        head = sources[0].strip().splitlines()[0]
        assert found(*sources, stubs=(head,)) == [], exercise


def test_similarity_is_what_copydetect_says(bank):
    for sources in bank.values():
        prints = [similar.fingerprint(source) for source in sources]
        groups = [similar.Group(own, ["x"]) for own in prints]
        ours = similar._likeness(groups, 0.0)
        for (i, a), (j, b) in itertools.combinations(enumerate(prints), 2):
            assert ours[i, j] == pytest.approx(min(compare_files(a, b)[1]), abs=1e-6)


def test_the_whole_class_is_fast(bank):
    draw = random.Random(0)
    answers = {}
    for i in range(300):
        lines = draw.choice(bank["SelfAttention"]).splitlines()
        lines.insert(-1, f"        x{i % 7} = [{draw.randrange(10**6)}] * {i}")
        answers[f"s{i:03}"] = "\n".join(lines)
    started = time.monotonic()
    assert compare("t", answers, []).count == 300
    assert time.monotonic() - started < 20


def test_what_half_of_a_small_class_has_is_usual():
    assert compare("t", {"a": ANSWER, "b": ANSWER, "c": OTHER}, [STUB]).unusual == ()


def test_pairs_add_up_over_exercises():
    def alike(test, first, second, have):
        return Alike(test, first, second, 1.0, have, 32)

    one = Usual("test1_1_1_f", unusual=(alike("test1_1_1_f", "a", "b", 2),))
    two = Usual(
        "test1_1_2_g",
        unusual=(alike("test1_1_2_g", "a", "b", 4), alike("test1_1_2_g", "a", "c", 2)),
    )
    pairs = similar_class.pairs([one, two])
    assert [(p.first, p.second, p.bits) for p in pairs] == [
        ("a", "b", 7),
        ("a", "c", 4),
    ]
    exercises = tuple(Exercise("n", u.test, 1) for u in (one, two))
    results = Results("ch", exercises, ())
    text = similar_class.evidence(results, pairs[0].alike[1])
    assert text == "1.1.2 100 % (had by 4 of 32)"
