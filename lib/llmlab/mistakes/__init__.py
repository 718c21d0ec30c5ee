"""Known mistakes by topic: what they compute, and the words that explain them.

Each list is given to `check.exercise(…, mistakes=…)`. Variants are derived from the
oracle of the test cell, so nothing here answers an exercise.
"""

from .alibi import ALIBI
from .attention import ATTENTION
from .block import BLOCK
from .cache_bytes import CACHE_BYTES
from .cached import CACHED
from .count_parameters import COUNT_PARAMETERS
from .decoder import DECODER
from .decoder_layer import DECODER_LAYER
from .encoder_layer import ENCODER_LAYER
from .expert_bias import UPDATE_BIAS
from .expert_biased import ROUTE_WITH_BIAS
from .expert_capacity import CAPACITY
from .expert_layer import MIXTURE_LAYER
from .expert_losses import BALANCING
from .expert_mixture import MIXTURE
from .expert_routes import ROUTE
from .expert_z_loss import Z_LOSS
from .feed_forward import FEED_FORWARD
from .gelu import GELU
from .greedy import GREEDY
from .grouped import GROUPED
from .grouped_module import GROUPED_MODULE
from .gru import GRU
from .head_counts import ATTENTION_COST
from .head_parts import CONTRIBUTIONS
from .influence import INFLUENCE
from .layer_norm import LAYER_NORM
from .layouts import CONVERT
from .learned import LEARNED
from .lstm import LSTM
from .many_heads import HEADS
from .masks import CAUSAL_MASK
from .merging import MERGE_HEADS
from .module import SELF_ATTENTION
from .multi_head import MULTI_HEAD
from .next_token import NEXT_TOKEN_LOSS
from .order import ORDER_ERROR
from .padding import PADDING_MASK
from .pool_heads import POOL_HEADS
from .read_published import READ_PUBLISHED
from .recurrent import RNN
from .repeat_kv import REPEAT_KV
from .rms_norm import RMS_NORM
from .rope import ROPE
from .rope_use import ROPE_ATTENTION
from .scores import SCORES
from .shift import SHIFT
from .sinusoidal import SINUSOIDAL
from .softmax import SOFTMAX
from .splitting import SPLIT_HEADS
from .stack import STACK
from .steps import STEPS
from .swiglu import SWIGLU
from .token_losses import MASKED_LOSS

__all__ = [
    "ALIBI",
    "ATTENTION",
    "ATTENTION_COST",
    "CACHED",
    "CACHE_BYTES",
    "BLOCK",
    "BALANCING",
    "CAPACITY",
    "CAUSAL_MASK",
    "CONTRIBUTIONS",
    "CONVERT",
    "COUNT_PARAMETERS",
    "DECODER",
    "DECODER_LAYER",
    "ENCODER_LAYER",
    "FEED_FORWARD",
    "GELU",
    "GREEDY",
    "GROUPED",
    "GROUPED_MODULE",
    "GRU",
    "HEADS",
    "INFLUENCE",
    "LAYER_NORM",
    "LEARNED",
    "LSTM",
    "MASKED_LOSS",
    "MERGE_HEADS",
    "MIXTURE",
    "MIXTURE_LAYER",
    "MULTI_HEAD",
    "NEXT_TOKEN_LOSS",
    "ORDER_ERROR",
    "PADDING_MASK",
    "POOL_HEADS",
    "REPEAT_KV",
    "READ_PUBLISHED",
    "RMS_NORM",
    "RNN",
    "ROPE",
    "ROPE_ATTENTION",
    "ROUTE",
    "ROUTE_WITH_BIAS",
    "SCORES",
    "SELF_ATTENTION",
    "SHIFT",
    "SINUSOIDAL",
    "SOFTMAX",
    "SPLIT_HEADS",
    "STACK",
    "STEPS",
    "SWIGLU",
    "UPDATE_BIAS",
    "Z_LOSS",
]
