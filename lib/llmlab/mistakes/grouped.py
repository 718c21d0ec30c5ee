"""Mistakes in grouped attention without copies. Oracle: attention(q, k, v, mask)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import attending, in_groups
from .in_groups import in_each_head
from .scores import FIXED_AXES, SIZES
from .splitting import MINUS_ONE, NO_SUCH_SHAPE, NO_VIEW

GROUPED = [
    Mistake(
        "grouped.copies",
        N_("Your values are right, but a key stands in memory once per query head."),
        N_(
            "Nothing on the way may be larger than the keys. `repeat_kv` copies, and "
            "so does `@` when it stretches an axis of length 1. Use `torch.einsum`, or "
            "make one axis of n and T in the queries."
        ),
        in_groups.copies,
    ),
    *ways(
        "grouped.tiled",
        N_("In yours query heads 0, G, 2G, … share a head, not neighbours."),
        N_(
            "The first H / G query heads form group 0: cut H into (g n), in this "
            "order, and join it in this order again."
        ),
        in_groups.mapping(lambda h, H, G: h % G),
    ),
    *ways(
        "grouped.one-head",
        N_("In yours all query heads look into the same key/value head."),
        N_("Each group has a head of its own: head h // (H // G)."),
        in_groups.mapping(lambda h, H, G: 0),
        in_groups.mapping(lambda h, H, G: G - 1),
    ),
    *ways(
        "grouped.order",
        N_("Your heads are right, but they come out in another order."),
        N_("Join (g n), the group first: query head h comes out as head h."),
        in_groups.after(in_groups.other_order),
    ),
    *ways(
        "grouped.not-joined",
        N_("Yours still has an axis for the groups and one for their members."),
        N_("Join the two at the end: (…, H, T, D)."),
        in_groups.after(lambda right: right),
        in_groups.after(lambda right: right.flatten(-3, -2)),
    ),
    *ways(
        "grouped.averaged",
        N_("Yours has one result for each group; it takes the mean or the sum."),
        N_("Every query head has a result of its own: H of them."),
        in_groups.after(lambda right: right.mean(-3)),
        in_groups.after(lambda right: right.sum(-3)),
    ),
    Mistake(
        "grouped.unscaled",
        N_("Your output equals attention without the division by √D."),
        N_('The products run over D = {D} numbers. See "Why √D" in 24.2.'),
        in_each_head(attending.times(lambda D, **_: D**0.5)),
    ),
    *ways(
        "grouped.scale",
        N_("Your scores are divided by another number than √D."),
        N_("D is the last axis of q, whatever H and G are. Divide once."),
        in_each_head(attending.times(lambda D, **_: D**-0.5)),
        in_each_head(attending.times(lambda D, S, **_: (D / S) ** 0.5)),
        lambda oracle, q, k, v, mask=None: oracle(
            q=q * q.shape[-3] ** -0.5, k=k, v=v, mask=mask
        ),
        lambda oracle, q, k, v, mask=None: oracle(
            q=q * (k.shape[-3] / q.shape[-3]) ** 0.5, k=k, v=v, mask=mask
        ),
    ),
    *ways(
        "grouped.over-queries",
        N_("Your softmax runs over the queries."),
        N_("The weights of one query sum to 1: softmax over the keys, the last axis."),
        in_each_head(attending.over_queries),
    ),
    *ways(
        "grouped.mask-over-groups",
        N_("Your mask lines up its sentences with the groups or their members."),
        N_(
            "Scores are (…, G, n, T, S). The mask needs two axes of length 1 in front "
            "of (T, S): `mask[..., None, None, :, :]`."
        ),
        in_groups.masks_by(0),
        in_groups.masks_by(1),
        raises=SIZES,
    ),
    Mistake(
        "grouped.mask-rows",
        N_("In the joint axis of n and T your mask has its rows in another order."),
        N_(
            "The rows are head 0 with all its queries, then head 1: the whole mask "
            "comes n times, `mask.repeat(…, n, 1)`, not each row n times."
        ),
        in_groups.mask_rows,
    ),
    *ways(
        "grouped.mask-ignored",
        N_("Your output equals attention that does not use the mask at all."),
        N_("If you fill with `masked_fill`, keep the result."),
        in_each_head(attending.ignored),
    ),
    *ways(
        "grouped.inverted-mask",
        N_("Your output equals attention that looks only where it may not."),
        N_("True means: may look. Fill with −∞ where the mask is False."),
        in_each_head(attending.inverted),
        in_each_head(attending.inverted_nan),
        in_each_head(attending.inverted_mean),
    ),
    *ways(
        "grouped.mask-late",
        N_("Your mask works on the weights, or adds 1 and 0 to the scores."),
        N_("Blocked scores become −∞ before the softmax: then the rest sums to 1."),
        in_each_head(attending.mask_after),
        in_each_head(attending.masked_to_zero),
        in_each_head(attending.added),
    ),
    *ways(
        "grouped.always-causal",
        N_("Your output equals attention with a causal mask of its own."),
        N_("Only the mask that is passed in says where to look; None allows all."),
        in_each_head(attending.always_causal),
        in_each_head(attending.causal_on_left),
    ),
    Mistake(
        "grouped.keys-as-values",
        N_("Your output is a mixture of keys. It has to be a mixture of values."),
        N_("q and k are compared, v is passed on."),
        in_each_head(attending.keys_as_values),
    ),
    Mistake(
        "grouped.over-members",
        N_("Your softmax runs over query heads: they compete for each key."),
        N_("Each query head has weights of its own: softmax over the keys, axis −1."),
        in_groups.softmax_over(-3),
    ),
    Mistake(
        "grouped.mask-none",
        N_("Your code uses the mask when there is none: mask is None."),
        N_("Ask first: `if mask is not None:`. None allows every key."),
        raises="NoneType",
    ),
    Mistake(
        "grouped.view",
        N_("`view` cannot join axes that are not side by side in memory."),
        N_("Use `reshape`, `flatten` or `rearrange`: they copy when they must."),
        raises=NO_VIEW,
    ),
    Mistake(
        "grouped.minus-one",
        N_("The batch is empty, and torch cannot work out what −1 stands for."),
        N_("Write the size itself: n = H // G."),
        raises=MINUS_ONE,
    ),
    Mistake(
        "grouped.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_('Count axes from the end, or write "..." for those in front.'),
        raises=FIXED_AXES,
    ),
    Mistake(
        "grouped.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "q is (…, G, n, T, D) after the cut, k and v stay (…, G, S, D), scores are "
            "(…, G, n, T, S). T and S, n and G may differ."
        ),
        raises=SIZES + "|" + NO_SUCH_SHAPE + r"|subscript|operand",
    ),
]
