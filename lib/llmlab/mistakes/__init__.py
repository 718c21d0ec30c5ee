"""Known mistakes by topic: what they compute, and the words that explain them.

Each list is given to `check.exercise(…, mistakes=…)`. Variants are derived from the
oracle of the test cell, so nothing here answers an exercise.
"""

from .attention import ATTENTION
from .decoder_layer import DECODER_LAYER
from .encoder_layer import ENCODER_LAYER
from .feed_forward import FEED_FORWARD
from .greedy import GREEDY
from .layer_norm import LAYER_NORM
from .masks import CAUSAL_MASK
from .module import SELF_ATTENTION
from .padding import PADDING_MASK
from .scores import SCORES
from .softmax import SOFTMAX
from .stack import STACK
from .token_losses import MASKED_LOSS, NEXT_TOKEN_LOSS

__all__ = [
    "ATTENTION",
    "CAUSAL_MASK",
    "DECODER_LAYER",
    "ENCODER_LAYER",
    "FEED_FORWARD",
    "GREEDY",
    "LAYER_NORM",
    "MASKED_LOSS",
    "NEXT_TOKEN_LOSS",
    "PADDING_MASK",
    "SCORES",
    "SELF_ATTENTION",
    "SOFTMAX",
    "STACK",
]
