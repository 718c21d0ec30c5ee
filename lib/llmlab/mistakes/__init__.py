"""Known mistakes by topic: what they compute, and the words that explain them.

Each list is given to `check.exercise(…, mistakes=…)`. Variants are derived from the
oracle of the test cell, so nothing here answers an exercise.
"""

from .attention import ATTENTION
from .gru import GRU
from .influence import INFLUENCE
from .lstm import LSTM
from .masks import CAUSAL_MASK
from .module import SELF_ATTENTION
from .padding import PADDING_MASK
from .recurrent import RNN
from .scores import SCORES
from .softmax import SOFTMAX
from .steps import STEPS

__all__ = [
    "ATTENTION",
    "CAUSAL_MASK",
    "GRU",
    "INFLUENCE",
    "LSTM",
    "PADDING_MASK",
    "RNN",
    "SCORES",
    "SELF_ATTENTION",
    "SOFTMAX",
    "STEPS",
]
