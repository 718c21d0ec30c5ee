"""Mistakes in attention. Oracle: attention(q, k, v, mask)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import attending
from .scores import FIXED_AXES, SIZES

ATTENTION = [
    Mistake(
        "attention.unscaled",
        N_("Your output equals attention without the division by √D."),
        N_(
            "With D = {D} the scores' variance is about {D} before the softmax, which "
            'makes it too sharp. See "Why √D".'
        ),
        attending.times(lambda D, **_: D**0.5),
    ),
    Mistake(
        "attention.divided-by-D",
        N_(
            "Your output equals attention whose scores were divided by D instead of √D."
        ),
        N_(
            "With D = {D} the scores' variance should be about 1 before the softmax; "
            'yours is about {variance}. See "Why √D".'
        ),
        attending.times(lambda D, **_: D**-0.5),
        figures=lambda D: {"variance": 1 / D},
    ),
    Mistake(
        "attention.multiplied",
        N_("Your output equals attention whose scores were multiplied by √D."),
        N_('It has to be divided, so that the variance is about 1. See "Why √D".'),
        attending.times(lambda D, **_: D),
    ),
    Mistake(
        "attention.root-of-keys",
        N_("Your output equals attention whose scores were divided by √S, not √D."),
        N_("D = {D} is the width of a query, `q.shape[-1]`; S counts the keys."),
        attending.times(lambda S, D, **_: (D / S) ** 0.5),
    ),
    Mistake(
        "attention.root-of-queries",
        N_("Your output equals attention whose scores were divided by √T, not √D."),
        N_("D = {D} is the width of a query, `q.shape[-1]`; T counts the queries."),
        attending.times(lambda T, D, **_: (D / T) ** 0.5),
    ),
    *ways(
        "attention.inverted-mask",
        N_("Your output equals attention that looks only where it may not."),
        N_("True means: may look. Fill with −∞ where the mask is False."),
        attending.inverted,
        attending.inverted_nan,
        attending.inverted_mean,
    ),
    *ways(
        "attention.mask-ignored",
        N_("Your output equals attention that does not use the mask at all."),
        N_(
            "If you wrote `scores.masked_fill(…)`, keep its result: the name without "
            "an underscore at its end returns a new tensor."
        ),
        attending.ignored,
    ),
    *ways(
        "attention.mask-after-softmax",
        N_(
            "Your weights are set to 0 after the softmax, so the others sum to less "
            "than 1."
        ),
        N_("Mask the scores, before the softmax: what is left then sums to 1."),
        attending.mask_after,
    ),
    *ways(
        "attention.mask-after-softmax",
        N_("You fill −∞, or a huge negative number, into the weights."),
        N_(
            "It belongs into the scores, before the softmax: exp(−∞) is 0, and so is "
            "the weight of a blocked key then."
        ),
        attending.mask_after_filled(float("-inf")),
        attending.mask_after_filled(-1e9),
    ),
    *ways(
        "attention.masked-to-zero",
        N_("Your output equals attention whose blocked scores were set to 0."),
        N_("exp(0) is 1, so a blocked key still gets weight. Only exp(−∞) is 0."),
        attending.masked_to_zero,
    ),
    *ways(
        "attention.mask-added",
        N_("Your output equals scores + mask: True adds 1 and False adds 0."),
        N_("Use `masked_fill` or `torch.where` with −∞ where the mask is False."),
        attending.added,
    ),
    *ways(
        "attention.nan-row",
        N_("A query that may look nowhere gives NaN in yours; it has to give zeros."),
        N_(
            "A row of nothing but −∞ has no distribution: softmax computes 0 / 0. "
            "Replace those rows with zeros."
        ),
        attending.nan_rows,
    ),
    *ways(
        "attention.mean-row",
        N_(
            "A query that may look nowhere gets the mean of all values in yours; it "
            "has to give zeros."
        ),
        N_(
            "A large negative number in place of −∞ makes all scores of such a row "
            "equal. So padding leaks in. Set these rows to zero."
        ),
        attending.mean_rows,
    ),
    *ways(
        "attention.mask-too-weak",
        N_(
            "Blocked keys still get some weight: the number that you fill in for them "
            "is not low enough."
        ),
        N_("However low it is, other scores may be lower. Only −∞ gives exactly 0."),
        attending.too_weak,
    ),
    *ways(
        "attention.over-queries",
        N_("Your output equals attention whose softmax runs over the queries."),
        N_("The weights of one query sum to 1: softmax over the keys, the last axis."),
        attending.over_queries,
    ),
    *ways(
        "attention.no-softmax",
        N_("Your output equals scores times values: there is no softmax."),
        N_("Turn the scores into weights first."),
        attending.raw_scores(0.0),
        attending.raw_scores(float("-inf")),
    ),
    *ways(
        "attention.divided-by-sum",
        N_("Your weights are scores divided by their sum: there is no exp."),
        N_("Scores can be negative, and then such weights are too: use a softmax."),
        attending.over_their_sum,
    ),
    *ways(
        "attention.keys-as-values",
        N_("Your output is a mixture of keys. It has to be a mixture of values."),
        N_("Keys decide where to look; values are what is passed on: weights @ v."),
        attending.keys_as_values,
    ),
    *ways(
        "attention.queries-as-values",
        N_("Your output is made of queries alone: k and v do not appear in it."),
        N_("Queries are compared with keys, and values are what is passed on."),
        attending.queries_only,
    ),
    *ways(
        "attention.weights-only",
        N_("Your output is the weights: the product with the values is missing."),
        N_("Mix the values with these weights: it takes one more matrix product."),
        attending.weights_only,
    ),
    *ways(
        "attention.weights-transposed",
        N_("Your output equals the transposed weights times v."),
        N_("Row t of the weights belongs to query t: weights @ v, as they are."),
        attending.transposed_weights,
        raises=SIZES,
    ),
    *ways(
        "attention.roles-swapped",
        N_("Your output equals attention with k in the queries' place, and q in k's."),
        N_("Queries are the rows of the scores: q stands on the left."),
        attending.roles_swapped,
        raises=SIZES,
    ),
    *ways(
        "attention.mask-transposed",
        N_("Your output equals attention with the mask transposed."),
        N_("Row t of the mask belongs to query t, as it does in the scores."),
        attending.mask_turned,
        raises=SIZES,
    ),
    *ways(
        "attention.always-causal",
        N_("Your output equals attention with a causal mask of its own."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        attending.always_causal,
        attending.causal_on_left,
    ),
    *ways(
        "attention.rows-zeroed",
        N_("Your output is zero for every query that has a blocked key."),
        N_("It has to be zero only where all keys are blocked: `any`, not `all`."),
        attending.rows_zeroed,
    ),
    Mistake(
        "attention.mask-none",
        N_("Your code uses the mask when there is none: mask is None."),
        N_("Ask first: `if mask is not None:`. None allows every key."),
        raises="NoneType",
    ),
    Mistake(
        "attention.if-mask",
        N_("`if mask:` asks a tensor of many values for one yes or no."),
        N_("Ask whether there is a mask: `if mask is not None:`."),
        raises=r"Boolean value of Tensor",
    ),
    Mistake(
        "attention.bool-arithmetic",
        N_("The mask holds True and False: `1 - mask` and `-mask` do not work on it."),
        N_("The opposite of a mask is `~mask`."),
        raises=r"(Subtraction|Negation).*bool tensor",
    ),
    Mistake(
        "attention.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_(
            "Any number of leading axes may come: count axes from the end, as in "
            '`.transpose(-2, -1)`, or write "..." for those in front.'
        ),
        raises=FIXED_AXES,
    ),
    Mistake(
        "attention.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "Scores are (…, T, S), the mask and the weights too, and v is (…, S, D). "
            "Swap only the last two axes of k, and count axes from the end."
        ),
        raises=SIZES,
    ),
]
