"""Which answers are alike, and which of these likenesses are unusual.

Fingerprints and their comparison are copydetect's (winnowing; Schleimer, Wilkerson and
Aiken 2003): names, strings, comments and line breaks do not count. All fingerprints
are kept, none is winnowed away, since an answer has a few lines only.

Short answers are alike by nature. So each likeness is set against the class: an answer
that many have says nothing, one that only two or three have does.
"""

import io
import math
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations

import numpy as np

# signs of a fingerprint: shorter ones fit everything, longer ones need whole lines
SIGNS = 12
ABOVE = 0.8
# an answer is unusual if at most this many, or this share of the class, have it
FEW, SHARE = 3, 0.005
# a text shorter than this is the same by chance
TELLING = 80


@dataclass(frozen=True)
class Alike:
    """Two students' answers to one exercise that are alike, as few others' are.

    `similarity`: share of the longer answer that is in the other one as well;
    `have_it`: how many of `count` students have an answer like theirs;
    `same_text`: equal to the letter, names and comments included.
    """

    test: str
    first: str
    second: str
    similarity: float
    have_it: int
    count: int
    same_text: bool = False

    @property
    def bits(self) -> float:
        """How surprising it is: bits, as from tosses of a coin.

        >>> Alike("t", "a", "b", 1.0, have_it=2, count=64).bits
        5.0
        """
        return math.log2(self.count / self.have_it)


@dataclass(frozen=True)
class Usual:
    """How alike the answers to one exercise are in this class."""

    test: str
    count: int = 0
    ways: int = 0
    most_usual: int = 0
    alike: int = 0
    unusual: tuple[Alike, ...] = ()


@dataclass
class Group:
    """The students whose answers have the same fingerprints."""

    print: object
    students: list[str] = field(default_factory=list)


def compare(
    test: str, answers: dict[str, str], stubs: list[str], above: float = ABOVE
) -> Usual:
    """Compare all answers to one exercise; what was handed out does not count."""
    handed_out = set().union(*(fingerprint(stub).hashes for stub in stubs))
    groups: dict[frozenset, Group] = {}
    for student, source in sorted(answers.items()):
        own = without(fingerprint(source), handed_out)
        if own.hashes:
            group = groups.setdefault(frozenset(own.hashes), Group(own))
            group.students.append(student)
    found = list(groups.values())
    count = sum(len(group.students) for group in found)
    likeness = _likeness(found, above)
    have_it = _have_it(found, likeness)
    # what half of a small class has is usual there
    few = min(max(FEW, SHARE * count), count / 2)
    texts = {name: _text(answers[name], stubs) for g in found for name in g.students}
    unusual = _unusual(test, found, likeness, have_it, few, count, texts)
    unusual += _same_texts(test, texts, few, {(a.first, a.second) for a in unusual})
    alike = sum(math.comb(len(group.students), 2) for group in found)
    alike += sum(len(found[i].students) * len(found[j].students) for i, j in likeness)
    return Usual(
        test, count, len(found), max(have_it, default=0), alike, tuple(unusual)
    )


@lru_cache(maxsize=20_000)
def fingerprint(source: str):
    """copydetect's fingerprint of Python code."""
    # it loads pyplot, which takes a second
    from copydetect import CodeFingerprint

    return CodeFingerprint("answer.py", SIGNS, 1, fp=io.StringIO(source))


def without(print_, handed_out: set):
    """A fingerprint less what was handed out.

    copydetect's own `boilerplate` fails where a fingerprint occurs twice in an answer.
    """
    from copydetect.utils import get_token_coverage

    own = object.__new__(type(print_))
    own.__dict__.update(print_.__dict__)
    own.hashes = print_.hashes - handed_out
    own.hash_idx = {h: i for h, i in print_.hash_idx.items() if h in own.hashes}
    length = len(print_.filtered_code)
    own.token_coverage = get_token_coverage(own.hash_idx, SIGNS, length)
    return own


def _likeness(groups: list[Group], above: float) -> dict[tuple[int, int], float]:
    """Similarity of each pair of groups that reaches the limit.

    What `copydetect.compare_files` computes for a pair, at once for all pairs of a
    group: a thousand answers are half a million pairs.
    """
    numbers = {
        h: i for i, h in enumerate(set().union(*(g.print.hashes for g in groups)))
    }
    has = np.zeros((len(groups), len(numbers)), bool)
    for row, group in enumerate(groups):
        has[row, [numbers[h] for h in group.print.hashes]] = True
    sides = np.zeros((len(groups), len(groups)), np.float32)
    for row, group in enumerate(groups):
        sides[row] = _covered(group.print, numbers, has)
    # of the less covered side: a line that is part of a long answer is no copy
    found = np.minimum(sides, sides.T)
    rows = np.argwhere(np.triu(found >= above - 1e-6, 1))
    return {(int(i), int(j)): float(found[i, j]) for i, j in rows}


def _covered(own, numbers: dict, has: np.ndarray) -> np.ndarray:
    """The share of an answer that each group's fingerprints cover."""
    places = [(place, h) for h, all_ in own.hash_idx.items() for place in all_]
    shared = np.zeros((len(has), len(own.filtered_code) + 1), np.int16)
    here = np.array([place for place, _hash in places])
    shared[:, here] = has[:, [numbers[h] for _place, h in places]]
    # a fingerprint covers the signs from its place on
    before = np.cumsum(shared, axis=1, dtype=np.int16)
    until = np.concatenate([np.zeros_like(before[:, :SIGNS]), before[:, :-SIGNS]], 1)
    return (before > until).sum(axis=1) / own.token_coverage


def _have_it(groups: list[Group], likeness: dict) -> list[int]:
    """For each group: how many students have its answer or one like it."""
    counts = [len(group.students) for group in groups]
    total = list(counts)
    for i, j in likeness:
        total[i] += counts[j]
        total[j] += counts[i]
    return total


def _unusual(test, groups, likeness, have_it, few, count, texts) -> list[Alike]:
    found = []

    def add(a: str, b: str, similarity: float, have: int) -> None:
        first, second = sorted((a, b))
        same = texts[a] == texts[b]
        found.append(Alike(test, first, second, similarity, have, count, same))

    for group, have in zip(groups, have_it, strict=True):
        if 2 <= have <= few:
            for a, b in combinations(group.students, 2):
                add(a, b, 1.0, have)
    for (i, j), similarity in likeness.items():
        have = max(have_it[i], have_it[j])
        if have <= few:
            for a in groups[i].students:
                for b in groups[j].students:
                    add(a, b, similarity, have)
    return found


def _same_texts(test, texts: dict[str, str], few: float, known: set) -> list[Alike]:
    """A usual way to write it, but to the letter as very few have it."""
    counts = Counter(texts.values())
    by_text: dict[str, list[str]] = {}
    for student, text in texts.items():
        if len(text) >= TELLING and 2 <= counts[text] <= few:
            by_text.setdefault(text, []).append(student)
    return [
        Alike(test, a, b, 1.0, len(students), len(texts), True)
        for students in by_text.values()
        for a, b in combinations(sorted(students), 2)
        if (a, b) not in known
    ]


def _text(source: str, stubs: list[str]) -> str:
    given = {line.strip() for stub in stubs for line in stub.splitlines()}
    lines = (line.rstrip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and line.strip() not in given)
