"""Right answers, written as people write: lambdas, caches, classes, globals."""

from textwrap import dedent

from ..make import answered, files
from ..record import Files, Material, Register

ALL = Register(kind="odd", all_solved=True)


def _wrapped(name: str, about: str, **changes: str) -> None:
    """Record answers that wrap the right one: `{right}` is the author's code.

    A right answer is renamed to `right_NAME` by the text that stands below it.
    """

    @ALL(name, about)
    def make(material: Material) -> Files:
        answers = dict(material.answers)
        for key, text in changes.items():
            right = answers[key]
            answers[key] = dedent(text).replace("{right}", right)
        return files(answered(material, answers))


_wrapped(
    "lambdas",
    "answers that are lambdas",
    softmax="{right}\n\n_one = softmax\nsoftmax = lambda scores: _one(scores)",
    causal_mask="{right}\n\n_two = causal_mask\ncausal_mask = lambda T, S: _two(T, S)",
)
_wrapped(
    "decorated",
    "decorators: functools.wraps, cache, and torch.no_grad on a helper",
    causal_mask="""
import functools

{right}

causal_mask = functools.cache(causal_mask)
""",
    softmax="""
import functools

def noted(function):
    @functools.wraps(function)
    def call(*args, **kwargs):
        calls.append(function.__name__)
        return function(*args, **kwargs)
    return call

calls = []

@torch.no_grad()
def look(scores):
    return scores.max()

{right}

softmax = noted(softmax)
""",
)
_wrapped(
    "callable-object",
    "answers that are objects of a dataclass, partials and static methods",
    softmax="""
from dataclasses import dataclass

{right}

@dataclass
class Softmax:
    function: object
    count: int = 0

    def __call__(self, scores):
        self.count += 1
        return self.function(scores)

softmax = Softmax(softmax)
""",
    attention_scores="""
from functools import partial

{right}

class Tools:
    scores = staticmethod(attention_scores)

attention_scores = partial(Tools.scores)
""",
)
_wrapped(
    "hierarchy",
    "a hierarchy of classes with an abstract base",
    SelfAttention="""
from abc import ABC, abstractmethod

{right}

class Base(ABC, SelfAttention):
    @property
    def width(self):
        return self.W_Q.out_features

class Middle(Base):
    def __repr__(self):
        return "Middle"

class SelfAttention(Middle):
    def forward(self, x, mask=None):
        return super().forward(x, mask)
""",
)
_wrapped(
    "globals",
    "global state: counters, caches and a module that is switched",
    attention_scores="""
calls = 0
history = []

{right}

_plain_scores = attention_scores

def attention_scores(q, k):
    global calls
    calls += 1
    history.append((q.shape, k.shape))
    return _plain_scores(q, k)
""",
)
_wrapped(
    "future",
    "from __future__ import annotations, and type aliases",
    softmax='from __future__ import annotations\n"""Mine."""\nScores = Tensor\n{right}',
)
_wrapped(
    "unicode-names",
    "Chinese names, Greek letters and emoji in texts",
    softmax="""
π, 注意力 = 3.14, "🙂 注意力"

{right}

最大 = softmax

def softmax(scores):
    结果 = 最大(scores)
    return 结果
""",
)
_wrapped(
    "printing",
    "answers that print a lot, on both streams, and draw a bar",
    softmax="""
import sys

{right}

_quiet = softmax

def softmax(scores):
    print("called with", scores, "\\r")
    print("!" * 1000, file=sys.stderr)
    return _quiet(scores)
""",
)
_wrapped(
    "answer-threads",
    "an answer that computes in a thread and catches its own errors",
    padding_mask="""
import threading

{right}

_mask = padding_mask

def padding_mask(lengths, S):
    found = []
    worker = threading.Thread(target=lambda: found.append(_mask(lengths, S)))
    worker.start()
    worker.join()
    return found[0]
""",
)
_wrapped(
    "compiled",
    "answers through torch.jit, vmap and numpy",
    causal_mask="""
import numpy as np

def causal_mask(T, S):
    return torch.from_numpy(np.tri(T, S, S - T, dtype=bool))
""",
)
_wrapped(
    "device-aware",
    "answers that move to a GPU if there is one",
    softmax="""
{right}

_here = softmax
where = "cuda" if torch.cuda.is_available() else "cpu"

def softmax(scores):
    return _here(scores.to(where)).to(scores.device)
""",
)
_wrapped(
    "keyword-arguments",
    "more parameters with defaults than were asked for",
    softmax="""
{right}

_plain = softmax

def softmax(scores, dim=-1, *, eps=0.0, verbose=False):
    \"\"\"Mine, with options.\"\"\"
    return _plain(scores)
""",
)
