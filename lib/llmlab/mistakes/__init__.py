"""Known mistakes by topic: what they compute, and the words that explain them.

Each list is given to `check.exercise(…, mistakes=…)`. Variants are derived from the
oracle of the test cell, so nothing here answers an exercise.
"""

from .attention import ATTENTION
from .head_counts import ATTENTION_COST, CONTRIBUTIONS
from .many_heads import HEADS
from .masks import CAUSAL_MASK
from .module import SELF_ATTENTION
from .multi_head import MULTI_HEAD
from .padding import PADDING_MASK
from .scores import SCORES
from .softmax import SOFTMAX
from .split_merge import MERGE_HEADS, SPLIT_HEADS

__all__ = [
    "ATTENTION",
    "ATTENTION_COST",
    "CAUSAL_MASK",
    "CONTRIBUTIONS",
    "HEADS",
    "MERGE_HEADS",
    "MULTI_HEAD",
    "PADDING_MASK",
    "SCORES",
    "SELF_ATTENTION",
    "SOFTMAX",
    "SPLIT_HEADS",
]
