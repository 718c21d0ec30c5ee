"""Mistakes with the mask in attention in H heads, listed in `many_heads`."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import attending, in_heads
from .scores import SIZES

MASKED = [
    *ways(
        "heads.mask-over-batch",
        N_("Your mask lines up its sentences with the heads."),
        N_(
            "Scores are (…, H, T, S). Give the mask an axis of length 1 in front of "
            "(T, S): then all heads of a sentence share it."
        ),
        in_heads.masks_by(lambda b, h, B, H: h, lambda B, H: B == H),
        raises=SIZES,
    ),
    Mistake(
        "heads.mask-repeated",
        N_("You repeat the masks in another order than you repeat the sentences."),
        N_(
            "`repeat(H, 1, 1)` gives masks 0, 1, 0, 1 …; with sentences and heads in "
            "one axis each mask is needed H times in a row: `repeat_interleave(H, 0)`."
        ),
        in_heads.masks_by(lambda b, h, B, H: (b * H + h) % B, lambda B, H: True),
    ),
    *ways(
        "heads.mask-ignored",
        N_("Your output equals attention that does not use the mask at all."),
        N_("Hand it on, and if you fill with `masked_fill`, keep the result."),
        in_heads.in_each_head(attending.ignored),
    ),
    *ways(
        "heads.inverted-mask",
        N_("Your output equals attention that looks only where it may not."),
        N_("True means: may look. `F.scaled_dot_product_attention` reads it so, too."),
        in_heads.in_each_head(attending.inverted),
        in_heads.in_each_head(attending.inverted_nan),
        in_heads.in_each_head(attending.inverted_mean),
    ),
    Mistake(
        "heads.mask-after-softmax",
        N_(
            "Your weights are set to 0 after the softmax, so the others sum to less "
            "than 1."
        ),
        N_("Mask the scores, before the softmax: what is left then sums to 1."),
        in_heads.in_each_head(attending.mask_after),
    ),
    Mistake(
        "heads.masked-to-zero",
        N_("Your output equals attention whose blocked scores were set to 0."),
        N_("exp(0) is 1, so a blocked key still gets weight. Only exp(−∞) is 0."),
        in_heads.in_each_head(attending.masked_to_zero),
    ),
    *ways(
        "heads.always-causal",
        N_("Your output equals attention with a causal mask of its own."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        in_heads.causal_without_mask,
        in_heads.in_each_head(attending.always_causal),
        in_heads.in_each_head(attending.causal_on_left),
    ),
    Mistake(
        "heads.mask-added",
        N_("Your output equals scores + mask: True adds 1 and False adds 0."),
        N_("A mask of floats is added to the scores. Keep it bool: True may look."),
        in_heads.in_each_head(attending.added),
    ),
    Mistake(
        "heads.nan",
        N_("0 times −∞ is NaN, and so are whole rows of yours."),
        N_("Use `masked_fill` or `torch.where` with −∞ where the mask is False."),
        in_heads.zero_times_infinity,
    ),
]
