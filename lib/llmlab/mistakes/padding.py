"""Mistakes in a padding mask. True means "may look". Oracle: mask(lengths, S)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from .masks import SAY_TRUE, is_additive, is_number


def _one_more(oracle, lengths, S):
    return oracle(lengths=(lengths + 1).clamp(max=S), S=S)


def _one_less(oracle, lengths, S):
    return oracle(lengths=(lengths - 1).clamp(min=0), S=S)


def _only_last(oracle, lengths, S):
    right = oracle(lengths=lengths, S=S)
    return right & ~_one_less(oracle, lengths, S)


def _longest(oracle, lengths, S):
    longest = int(lengths.max()) if lengths.numel() else 0
    return oracle(lengths=lengths, S=S)[..., :longest]


def _first_for_all(oracle, lengths, S):
    return oracle(lengths=lengths[:1].expand(len(lengths)), S=S)


PADDING_MASK = [
    Mistake(
        "padding.inverted",
        N_("Your mask is exactly the opposite: True marks the padding."),
        SAY_TRUE,
        lambda oracle, lengths, S: ~oracle(lengths=lengths, S=S),
    ),
    Mistake(
        "padding.inverted-and-shifted",
        N_("Your mask allows the last real token and the padding, and hides the rest."),
        N_(
            "Turn the comparison around, and count positions from 0: position < length."
        ),
        lambda oracle, lengths, S: ~oracle(lengths=(lengths - 1).clamp(min=0), S=S),
    ),
    *ways(
        "padding.head-axis",
        N_("Your mask is (B, 1, 1, S): it has an axis for heads, which come in 24.3."),
        N_("Scores are (B, T, S) here, so the mask is (B, 1, S)."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S)[:, None],
    ),
    *ways(
        "padding.batch-second",
        N_("Your mask is (1, B, S): the batch is not the first axis."),
        N_("Scores are (B, T, S). Put the axis of length 1 between B and S."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).movedim(0, 1),
    ),
    Mistake(
        "padding.one-too-many",
        N_("Your mask keeps one padding token of each sentence."),
        N_("A sentence of length n has the positions 0 to n − 1."),
        _one_more,
    ),
    Mistake(
        "padding.one-too-few",
        N_("Your mask hides the last real token of each sentence."),
        N_("A sentence of length n has the positions 0 to n − 1."),
        _one_less,
    ),
    *ways(
        "padding.no-query-axis",
        N_("Your mask is (B, S): the axis of the queries is missing."),
        N_(
            "Scores are (B, T, S). With (B, S) the batch would line up with the "
            "queries. The shape (B, 1, S) stretches over all queries."
        ),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S)[:, 0],
        lambda oracle, lengths, S: ~oracle(lengths=lengths, S=S)[:, 0],
    ),
    Mistake(
        "padding.hides-queries",
        N_("Your mask is (B, S, 1): it hides queries, not keys."),
        N_("Nobody may look at padding: padding is a key. Keys are the last axis."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).mT,
    ),
    Mistake(
        "padding.at-the-left",
        N_("Your mask takes the padding to be at the left."),
        N_("Here a sentence starts at position 0 and padding follows it."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).flip(-1),
    ),
    Mistake(
        "padding.longest-in-batch",
        N_("Your mask has as many columns as the longest sentence. It has to have S."),
        N_("A batch may be padded further than its longest sentence: use S."),
        _longest,
    ),
    Mistake(
        "padding.first-length-for-all",
        N_("Your mask uses the first sentence's length for all sentences."),
        N_("Each row of the batch has a length of its own."),
        _first_for_all,
    ),
    Mistake(
        "padding.longest-for-all",
        N_("Your mask uses the longest sentence's length for all sentences."),
        N_("Each row of the batch has a length of its own."),
        lambda oracle, lengths, S: oracle(
            lengths=lengths.max().expand(len(lengths)), S=S
        ),
    ),
    *ways(
        "padding.both-sides",
        N_("Your mask is (B, S, S): it hides the queries of the padding as well."),
        N_(
            "Only keys are hidden, the same for every query: (B, 1, S). A padding "
            "query's output is not used, so it needs no mask."
        ),
        lambda oracle, lengths, S: (
            oracle(lengths=lengths, S=S) & oracle(lengths=lengths, S=S).mT
        ),
    ),
    *ways(
        "padding.only-last",
        N_("Your mask allows one token of each sentence, its last one."),
        N_("All tokens before it are real as well: compare with <, not with =."),
        _only_last,
    ),
    Mistake(
        "padding.stretched",
        N_("Your mask is right but stretched to (B, S, S)."),
        N_("The shape (B, 1, S) stretches by itself, over any number of queries."),
        lambda oracle, lengths, S: oracle(lengths=lengths, S=S).repeat(1, S, 1),
    ),
    Mistake(
        "padding.zeros-and-ones",
        N_("Your mask is right but holds the numbers 0 and 1, not True and False."),
        N_("Compare, or convert at the end with `.bool()`."),
        applies=is_number,
    ),
    Mistake(
        "padding.additive",
        N_("Your mask holds 0 and −∞ (or a very low number), to be added to scores."),
        N_(
            "Asked for is True and False: compare positions with lengths. The exercise "
            "on attention fills in the −∞."
        ),
        applies=is_additive,
    ),
    Mistake(
        "padding.comparison-shapes",
        N_("The comparison pairs positions with sentences: the shapes do not line up."),
        N_(
            "Give the positions the shape (S,) and the lengths the shape (B, 1, 1): "
            "then they stretch to (B, 1, S)."
        ),
        raises=r"size of tensor a|must match the size",
    ),
    Mistake(
        "padding.one-number",
        N_("Your code uses `lengths` as one number. It holds one for each sentence."),
        N_(
            "Go through the sentences one by one, or give the lengths the shape "
            "(B, 1, 1) and compare all at once."
        ),
        raises=r"Boolean value of Tensor|only one element tensors|Python scalar|"
        r"only integer tensors",
    ),
]
