"""Known mistakes by topic: what they compute, and the words that explain them.

Each list is given to `check.exercise(…, mistakes=…)`. Variants are derived from the
oracle of the test cell, so nothing here answers an exercise.
"""

from .alibi import ALIBI
from .attention import ATTENTION
from .gru import GRU
from .influence import INFLUENCE
from .learned import LEARNED
from .lstm import LSTM
from .masks import CAUSAL_MASK
from .module import SELF_ATTENTION
from .order import ORDER_ERROR
from .padding import PADDING_MASK
from .recurrent import RNN
from .rope import ROPE
from .rope_use import CONVERT, ROPE_ATTENTION
from .scores import SCORES
from .sinusoidal import SHIFT, SINUSOIDAL
from .softmax import SOFTMAX
from .steps import STEPS

__all__ = [
    "ALIBI",
    "ATTENTION",
    "CAUSAL_MASK",
    "CONVERT",
    "GRU",
    "INFLUENCE",
    "LEARNED",
    "LSTM",
    "ORDER_ERROR",
    "PADDING_MASK",
    "RNN",
    "ROPE",
    "ROPE_ATTENTION",
    "SCORES",
    "SELF_ATTENTION",
    "SHIFT",
    "SINUSOIDAL",
    "SOFTMAX",
    "STEPS",
]
