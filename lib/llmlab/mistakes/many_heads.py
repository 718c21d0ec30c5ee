"""Mistakes in attention in H heads. Oracle: attention(q, k, v, H, mask)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import attending, in_heads
from .masked_heads import MASKED
from .scores import FIXED_AXES, SIZES
from .splitting import MINUS_ONE, NO_VIEW

HEADS = [
    Mistake(
        "heads.scaled-by-C",
        N_("Your scores are divided by √C = √{C}; one head's products run over D."),
        N_("D = C / H = {width} channels: divide by √D, or leave it to torch."),
        in_heads.times(lambda C, D: (D / C) ** 0.5),
        figures=lambda C, H: {"width": C // H},
    ),
    Mistake(
        "heads.unscaled",
        N_("Your output equals attention in heads without the division by √D."),
        N_('D = {width} is the width of one head. See "Why √D" in 24.2.'),
        in_heads.times(lambda C, D: D**0.5),
        figures=lambda C, H: {"width": C // H},
    ),
    Mistake(
        "heads.divided-by-D",
        N_("Your scores are divided by D instead of √D."),
        N_("Is the division done twice? torch's attention does it by itself."),
        in_heads.times(lambda C, D: D**-0.5),
    ),
    Mistake(
        "heads.root-of-keys",
        N_("Your scores are divided by √S, the number of keys, instead of √D."),
        N_("Read the width off the last axis of one head, after the split."),
        in_heads.by_keys,
    ),
    Mistake(
        "heads.root-of-number",
        N_("Your scores are divided by √H = √{H}, the number of heads."),
        N_("D = C / H = {width} channels: divide by √D, or leave it to torch."),
        in_heads.times(lambda C, D: D / C**0.5),
        figures=lambda C, H: {"width": C // H},
    ),
    Mistake(
        "heads.width-for-number",
        N_("Yours makes heads of {H} channels; it has to make {H} heads."),
        N_(
            "`chunk(H)` makes H pieces, `split(H)` makes pieces of H. D is C // H, the "
            "width of one head."
        ),
        in_heads.number_for_width,
    ),
    Mistake(
        "heads.one-head",
        N_("Your output equals attention with a single head of width C."),
        N_("Split q, k and v into H heads before you attend."),
        in_heads.one_head,
    ),
    Mistake(
        "heads.across-heads",
        N_("In yours the {H} heads of one token attend to one another."),
        N_(
            "Attention compares along the last axis but one. Move the heads in front "
            "of the positions first: (…, H, T, D)."
        ),
        in_heads.across_heads,
        raises=SIZES,
    ),
    *ways(
        "heads.bare-reshape",
        N_("In yours a head holds a piece of the sentence, not of the channels."),
        N_(
            "A reshape does not swap axes: cut C into (H, D), then swap T and H. On "
            "the way back swap first, then join."
        ),
        in_heads.bare_reshape,
        in_heads.bare_split,
    ),
    Mistake(
        "heads.bare-merge",
        N_("Your heads are right, but they are joined without swapping H and T."),
        N_("First swap H and T, then join H and D: use your merge_heads."),
        in_heads.bare_merge,
    ),
    *ways(
        "heads.interleaved",
        N_("In yours the channels of the heads are interleaved."),
        N_("A head's D channels lie side by side: (H, D), in this order."),
        in_heads.interleaved,
        in_heads.interleaved_merge,
    ),
    *MASKED,
    Mistake(
        "heads.over-queries",
        N_("Your output equals attention whose softmax runs over the queries."),
        N_("The weights of one query sum to 1: softmax over the keys, the last axis."),
        in_heads.in_each_head(attending.over_queries),
    ),
    Mistake(
        "heads.softmax-over-heads",
        N_("Your softmax runs over the heads: they compete for each key."),
        N_("Each head has weights of its own: softmax over the keys, axis −1."),
        in_heads.softmax_over_heads,
    ),
    Mistake(
        "heads.keys-as-values",
        N_("Your output is a mixture of keys. It has to be a mixture of values."),
        N_("Three inputs, three parts: q and k are compared, v is passed on."),
        in_heads.in_each_head(attending.keys_as_values),
    ),
    Mistake(
        "heads.values-and-keys-swapped",
        N_("Your values stand in the keys' place, and your keys in the values'."),
        N_("Keys are compared with queries; values are what is passed on."),
        in_heads.values_for_keys,
    ),
    Mistake(
        "heads.roles-swapped",
        N_("Your output equals attention with k in the queries' place, and q in k's."),
        N_("Queries are the rows of the scores: q stands on the left."),
        in_heads.in_each_head(attending.roles_swapped),
        raises=SIZES,
    ),
    Mistake(
        "heads.residual",
        N_("You add q to the output."),
        N_("The residual connection belongs to the layer around attention, in 24.5."),
        in_heads.residual,
    ),
    Mistake(
        "heads.averaged",
        N_("Yours takes the mean of the heads: it is (…, T, D)."),
        N_("Put them side by side, with your merge_heads: (…, T, C)."),
        in_heads.separate(lambda heads: heads.mean(-3)),
    ),
    Mistake(
        "heads.not-merged",
        N_("Yours still has an axis of heads."),
        N_("Put them side by side at the end, with your merge_heads: (…, T, C)."),
        in_heads.separate(lambda heads: heads),
    ),
    Mistake(
        "heads.mask-none",
        N_("Your code uses the mask when there is none: mask is None."),
        N_("Ask first: `if mask is not None:`. None allows every key."),
        raises="NoneType",
    ),
    Mistake(
        "heads.if-mask",
        N_("`if mask:` asks a whole tensor for one yes or no."),
        N_("Ask whether there is one: `if mask is not None:`."),
        raises=r"Boolean value of Tensor",
    ),
    Mistake(
        "heads.view",
        N_("`view` cannot join axes that a transpose has moved: they lie apart."),
        N_("Use `reshape`, which copies when it must, or `.contiguous().view(…)`."),
        raises=NO_VIEW,
    ),
    *ways(
        "heads.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_('Count axes from the end, or write "..." for those in front.'),
        in_heads.mask_at_axis_one,
    ),
    Mistake(
        "heads.axes-from-the-front",
        N_("Your code works for one number of axes only. Here is another one."),
        N_('Count axes from the end, or write "..." for those in front.'),
        raises=FIXED_AXES,
    ),
    Mistake(
        "heads.minus-one",
        N_("The batch is empty, and torch cannot work out what −1 stands for."),
        N_("Write the size itself: D = C // H, and T or S."),
        raises=MINUS_ONE,
    ),
    Mistake(
        "heads.shapes",
        N_("Two shapes do not fit together."),
        N_(
            "q is (…, H, T, D), k and v are (…, H, S, D), and the mask (…, 1, T, S). T "
            "and S may differ: take each from its own tensor."
        ),
        raises=SIZES + r"|is invalid for input of size",
    ),
]
