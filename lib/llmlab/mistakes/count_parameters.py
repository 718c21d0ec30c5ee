"""Mistakes in counting parameters. Oracle: {"all", "used"}(sizes)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from . import counting
from .counting import BY_FAMILY, feed_forwards, matrices, more, sizes, used

COUNT_PARAMETERS = [
    *ways(
        "count.tied-twice",
        N_("You count the head although it is the embedding once more."),
        N_("If config.tied, the V·C numbers are there once."),
        sizes(lambda c: {"tied": False}),
    ),
    *ways(
        "count.head-forgotten",
        N_("You count no head, or none that is not tied."),
        N_("If not config.tied, the head has V·C numbers of its own."),
        sizes(lambda c: {"tied": True}),
        more(lambda c, p: -c.V * c.C),
    ),
    *ways(
        "count.no-positions",
        N_("The table of learned positions is missing in your count."),
        N_("length × C numbers, if config.positions is learned."),
        sizes(lambda c: {"positions": "rope"}),
    ),
    *ways(
        "count.rope-has-table",
        N_("You count a table of positions where there is RoPE."),
        N_("RoPE turns by fixed angles: it has no parameters."),
        sizes(lambda c: {"positions": "learned"}),
    ),
    *ways(
        "count.all-heads",
        N_("You count H heads for keys and values. There are G."),
        N_("k and v have G·D rows each; q and out work with H·D."),
        more(lambda c, p: c.L * 2 * (c.H - c.G) * c.D * (c.C + c.bias)),
        more(lambda c, p: c.L * 2 * (c.H - c.G) * c.D * c.C),
    ),
    *ways(
        "count.grouped-queries",
        N_("You count G heads for the queries too. There are H."),
        N_("Only k and v have G·D rows."),
        more(lambda c, p: -c.L * (c.H - c.G) * c.D * (2 * c.C + c.bias)),
        more(lambda c, p: -c.L * (c.H - c.G) * c.D * (c.C + c.bias)),
    ),
    *ways(
        "count.width-of-heads",
        N_("You take H·D to be C. Here D is a number of its own."),
        N_("q is (H·D, C), out is (C, H·D)."),
        more(
            lambda c, p: (
                c.L * (c.C - c.H * c.D) * (2 * c.C + c.bias)
                + c.L * 2 * (c.C // c.H - c.D) * c.G * (c.C + c.bias)
            )
        ),
        more(lambda c, p: c.L * (4 * c.C * c.C - 2 * c.C * c.D * (c.H + c.G))),
        more(
            lambda c, p: (
                c.L * (4 * c.C * (c.C + c.bias))
                - c.L * (2 * c.C * c.D * (c.H + c.G) + c.bias * (c.H * c.D + c.C))
                - c.L * c.bias * 2 * c.G * c.D
            )
        ),
    ),
    *ways(
        "count.no-bias",
        N_("You count no biases where config.bias asks for them."),
        N_("q, k, v, out, up and down of GPT have one number more per output."),
        sizes(lambda c: {"bias": False}),
        more(lambda c, p: -c.bias * c.L * (c.D * (c.H + 2 * c.G) + c.C)),
        more(lambda c, p: feed_forwards(c, -c.bias * (not p.gated) * (c.F + c.C))),
    ),
    *ways(
        "count.always-bias",
        N_("You count biases where config.bias is False."),
        N_("Multiply them by config.bias: True counts as 1, False as 0."),
        sizes(lambda c: {"bias": True}),
        more(
            lambda c, p: (
                (not c.bias) * c.L * (c.D * (c.H + 2 * c.G) + c.C)
                + (not c.bias) * (not p.gated) * c.L * (c.F + c.C)
            )
        ),
    ),
    *ways(
        "count.bias-of-none",
        N_("You count a bias of a head, a gate or a router. These never have one."),
        N_("config.bias is about q, k, v, out, and GPT's up and down."),
        more(lambda c, p: c.bias * (not c.tied) * c.V),
        more(lambda c, p: c.bias * c.V),
        more(lambda c, p: feed_forwards(c, c.bias * p.gated * (2 * c.F + c.C))),
        more(lambda c, p: feed_forwards(c, c.bias * p.gated * (c.F + c.C))),
        more(lambda c, p: c.bias * c.L * c.E),
    ),
    *ways(
        "count.norm-bias",
        N_("You give layer norm a bias only if config.bias is True."),
        N_("Layer norm always has two vectors here, RMSNorm one."),
        more(lambda c, p: (c.bias - 1) * counting.layer_norms(c) * c.C),
    ),
    *ways(
        "count.by-family",
        N_("You read one choice off another, as if there were only two families."),
        N_("Norm, activation, positions and bias are chosen one by one: ask for each."),
        *(sizes(change) for change in BY_FAMILY),
    ),
    *ways(
        "count.no-feed-forward",
        N_("Without experts you count no feed-forward. There is one in each block."),
        N_("E and K are 0 then: max(E, 1) are stored, max(K, 1) used."),
        more(lambda c, p: (not c.E) * -c.L * p.expert),
        used(lambda found, c, p: found["used"] - (not c.E) * c.L * p.expert),
    ),
    *ways(
        "count.one-row",
        N_("You count one row of a table as used. Here the whole table counts."),
        N_("Used: everything but the experts that a token is not sent to."),
        used(lambda found, c, p: found["used"] - (c.V - 1) * c.C),
        used(lambda found, c, p: found["used"] - (c.V - 1) * c.C - counting.table(c)),
        used(lambda found, c, p: found["used"] - counting.table(c)),
    ),
    *ways(
        "count.two-matrices",
        N_("You count two matrices in a gated feed-forward. It has three."),
        N_("gate, up and down: 3·C·F."),
        more(lambda c, p: matrices(c, -1) if p.gated else 0),
    ),
    *ways(
        "count.three-matrices",
        N_("You count three matrices in GPT's feed-forward. It has two."),
        N_("Only swiglu has a gate."),
        more(lambda c, p: 0 if p.gated else matrices(c, 1)),
    ),
    *ways(
        "count.no-last-norm",
        N_("The norm behind the last block is missing in your count."),
        N_("A pre-norm model has 2·L + 1 norms."),
        more(lambda c, p: -c.pre_norm * p.norm),
    ),
    *ways(
        "count.post-norm-too",
        N_("You count a norm behind the last block of a post-norm model."),
        N_("There each block ends in a norm already."),
        more(lambda c, p: (not c.pre_norm) * p.norm),
    ),
    *ways(
        "count.one-norm",
        N_("You count one norm for each block, or none. There are two."),
        N_("Attention and feed-forward have one each, and the model a last one."),
        more(lambda c, p: -c.L * p.norm),
        more(lambda c, p: -2 * c.L * p.norm),
        more(lambda c, p: -(2 * c.L + c.pre_norm) * p.norm),
    ),
    *ways(
        "count.norm-vectors",
        N_("Your norms hold the wrong number of vectors."),
        N_("Layer norm has a weight and a bias, RMSNorm a weight only."),
        sizes(lambda c: {"norm": "rms"}),
        sizes(lambda c: {"norm": "layer"}),
        sizes(lambda c: {"norm": "layer" if c.norm == "rms" else "rms"}),
    ),
    *ways(
        "count.no-router",
        N_("The router is missing in your count."),
        N_("It has C·E numbers in each block, and every token uses it."),
        more(lambda c, p: -c.L * c.C * c.E),
    ),
    *ways(
        "count.one-expert",
        N_("You count one expert where there are E."),
        N_("All E experts are stored: max(E, 1) feed-forwards in each block."),
        more(lambda c, p: (-c.L * max(c.E - 1, 0) * p.expert, 0)),
        more(
            lambda c, p: (
                -c.L * max(c.E - 1, 0) * p.expert,
                -c.L * max(c.K - 1, 0) * p.expert,
            )
        ),
    ),
    *ways(
        "count.all-used",
        N_("You count all experts as used. A token is sent to K of them."),
        N_("Used: everything but the experts, and K of these."),
        used(lambda found, c, p: found["all"]),
    ),
    *ways(
        "count.one-used",
        N_("You count one expert as used, or none. A token is sent to K of them."),
        N_("K experts of each block, max(K, 1) without experts."),
        used(lambda found, c, p: found["used"] - c.L * max(c.K - 1, 0) * p.expert),
        used(lambda found, c, p: found["used"] - c.L * max(c.K, 1) * p.expert),
        used(lambda found, c, p: found["used"] - c.L * c.K * p.expert),
    ),
    *ways(
        "count.share-of-all",
        N_("You take K/E of all parameters. Only the experts are chosen from."),
        N_("Embedding, attention, norms and router work for every token."),
        used(lambda found, c, p: found["all"] * c.K // c.E if c.E else found["all"]),
        used(lambda found, c, p: found["all"] * c.K / c.E if c.E else found["all"]),
    ),
    *ways(
        "count.one-layer",
        N_("You count one block. There are L."),
        N_("Everything within a block comes L times, what stands around it once."),
        sizes(lambda c: {"L": 1}),
    ),
    *ways(
        "count.everything-times-L",
        N_("You multiply what stands around the blocks by L too."),
        N_("Embedding, positions, last norm and head are there once."),
        more(
            lambda c, p: (
                (c.L - 1)
                * (
                    c.V * c.C * (2 - c.tied)
                    + (c.positions == "learned") * c.length * c.C
                    + c.pre_norm * p.norm
                )
            )
        ),
    ),
    *ways(
        "count.four-C",
        N_("You take F to be 4·C. Here it is a number of its own."),
        N_("config.F is the width, whatever the family does."),
        sizes(lambda c: {"F": 4 * c.C}),
        sizes(lambda c: {"F": 8 * c.C // 3}),
    ),
    *ways(
        "count.swapped",
        N_("Your two numbers have changed places."),
        N_("First all parameters, then those that a token uses."),
        lambda oracle, sizes: {
            "all": oracle(sizes=sizes)["used"],
            "used": oracle(sizes=sizes)["all"],
        },
    ),
    Mistake(
        "count.one-number",
        N_("Return two numbers: all parameters, and those that a token uses."),
        N_("`return total, used`; without experts both are the same."),
        raises=r"cannot unpack|not enough values to unpack|too many values to unpack",
    ),
]
