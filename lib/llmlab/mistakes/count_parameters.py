"""Mistakes in counting parameters. Oracle: {"all", "used"}(sizes)."""

from ..check.mistake import Mistake, ways
from ..i18n import N_
from ..models.architecture import Config


def _sizes(change):
    """The oracle's count of another configuration."""

    def variant(oracle, sizes):
        return oracle(sizes=sizes | change(Config(**sizes)))

    return variant


def _more(change):
    """The oracle's count and something more, or less: of all, and of the used."""

    def variant(oracle, sizes):
        found, extra = oracle(sizes=sizes), change(Config(**sizes))
        extra = extra if isinstance(extra, tuple) else (extra, extra)
        return {"all": found["all"] + extra[0], "used": found["used"] + extra[1]}

    return variant


def _used(change):
    """Another count of what a token uses."""

    def variant(oracle, sizes):
        found = oracle(sizes=sizes)
        return found | {"used": change(found, Config(**sizes))}

    return variant


def _norm(c: Config) -> int:
    return c.C * (2 if c.norm == "layer" else 1)


def _expert(c: Config) -> int:
    gpt = 2 * c.C * c.F + c.bias * (c.F + c.C)
    return 3 * c.C * c.F if c.activation == "swiglu" else gpt


def _gated(c: Config) -> bool:
    return c.activation == "swiglu"


def _matrix(c: Config, count: int):
    """So many matrices of C × F more or less in every feed-forward."""
    one = count * c.C * c.F * c.L
    return one * max(c.E, 1), one * max(c.K, 1)


COUNT_PARAMETERS = [
    *ways(
        "count.tied-twice",
        N_("You count the head although it is the embedding once more."),
        N_("If config.tied, the V·C numbers are there once."),
        _sizes(lambda c: {"tied": False}),
    ),
    *ways(
        "count.head-forgotten",
        N_("You count no head, or none that is not tied."),
        N_("If not config.tied, the head has V·C numbers of its own."),
        _sizes(lambda c: {"tied": True}),
        _more(lambda c: -c.V * c.C),
    ),
    *ways(
        "count.no-positions",
        N_("The table of learned positions is missing in your count."),
        N_("length × C numbers, if config.positions is learned."),
        _sizes(lambda c: {"positions": "rope"}),
    ),
    *ways(
        "count.rope-has-table",
        N_("You count a table of positions where there is RoPE."),
        N_("RoPE turns by fixed angles: it has no parameters."),
        _sizes(lambda c: {"positions": "learned"}),
    ),
    *ways(
        "count.all-heads",
        N_("You count H heads for keys and values. There are G."),
        N_("k and v have G·D rows each; q and out work with H·D."),
        _more(lambda c: c.L * 2 * (c.H - c.G) * c.D * (c.C + c.bias)),
    ),
    *ways(
        "count.grouped-queries",
        N_("You count G heads for the queries too. There are H."),
        N_("Only k and v have G·D rows."),
        _more(lambda c: -c.L * (c.H - c.G) * c.D * (2 * c.C + c.bias)),
        _more(lambda c: -c.L * (c.H - c.G) * c.D * (c.C + c.bias)),
    ),
    *ways(
        "count.width-of-heads",
        N_("You take H·D to be C. Here D is a number of its own."),
        N_("q is (H·D, C), out is (C, H·D)."),
        _more(
            lambda c: (
                c.L * (c.C - c.H * c.D) * (2 * c.C + c.bias)
                + c.L * 2 * (c.C // c.H - c.D) * c.G * (c.C + c.bias)
            )
        ),
        _more(lambda c: c.L * (4 * c.C * c.C - 2 * c.C * c.D * (c.H + c.G))),
        _more(
            lambda c: (
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
        _sizes(lambda c: {"bias": False}),
        _more(lambda c: -c.bias * c.L * (c.D * (c.H + 2 * c.G) + c.C)),
        _more(
            lambda c: (
                -c.bias * (not _gated(c)) * c.L * max(c.E, 1) * (c.F + c.C),
                -c.bias * (not _gated(c)) * c.L * max(c.K, 1) * (c.F + c.C),
            )
        ),
    ),
    *ways(
        "count.always-bias",
        N_("You count biases where config.bias is False."),
        N_("Multiply them by config.bias: True counts as 1, False as 0."),
        _sizes(lambda c: {"bias": True}),
        _more(
            lambda c: (
                (not c.bias) * c.L * (c.D * (c.H + 2 * c.G) + c.C)
                + (not c.bias) * (not _gated(c)) * c.L * (c.F + c.C)
            )
        ),
    ),
    *ways(
        "count.two-matrices",
        N_("You count two matrices in a gated feed-forward. It has three."),
        N_("gate, up and down: 3·C·F."),
        _more(lambda c: _matrix(c, -1) if _gated(c) else 0),
    ),
    *ways(
        "count.three-matrices",
        N_("You count three matrices in GPT's feed-forward. It has two."),
        N_("Only swiglu has a gate."),
        _more(lambda c: 0 if _gated(c) else _matrix(c, 1)),
    ),
    *ways(
        "count.no-last-norm",
        N_("The norm behind the last block is missing in your count."),
        N_("A pre-norm model has 2·L + 1 norms."),
        _more(lambda c: -c.pre_norm * _norm(c)),
    ),
    *ways(
        "count.post-norm-too",
        N_("You count a norm behind the last block of a post-norm model."),
        N_("There each block ends in a norm already."),
        _more(lambda c: (not c.pre_norm) * _norm(c)),
    ),
    *ways(
        "count.one-norm",
        N_("You count one norm for each block, or none. There are two."),
        N_("Attention and feed-forward have one each, and the model a last one."),
        _more(lambda c: -c.L * _norm(c)),
        _more(lambda c: -2 * c.L * _norm(c)),
        _more(lambda c: -(2 * c.L + c.pre_norm) * _norm(c)),
    ),
    *ways(
        "count.norm-vectors",
        N_("Your norms hold the wrong number of vectors."),
        N_("Layer norm has a weight and a bias, RMSNorm a weight only."),
        _sizes(lambda c: {"norm": "rms"}),
        _sizes(lambda c: {"norm": "layer"}),
        _sizes(lambda c: {"norm": "layer" if c.norm == "rms" else "rms"}),
    ),
    *ways(
        "count.no-router",
        N_("The router is missing in your count."),
        N_("It has C·E numbers in each block, and every token uses it."),
        _more(lambda c: -c.L * c.C * c.E),
    ),
    *ways(
        "count.one-expert",
        N_("You count one expert where there are E."),
        N_("All E experts are stored: max(E, 1) feed-forwards in each block."),
        _more(lambda c: (-c.L * max(c.E - 1, 0) * _expert(c), 0)),
        _more(
            lambda c: (
                -c.L * max(c.E - 1, 0) * _expert(c),
                -c.L * max(c.K - 1, 0) * _expert(c),
            )
        ),
    ),
    *ways(
        "count.all-used",
        N_("You count all experts as used. A token is sent to K of them."),
        N_("Used: everything but the experts, and K of these."),
        _used(lambda found, c: found["all"]),
    ),
    *ways(
        "count.one-used",
        N_("You count one expert as used, or none. A token is sent to K of them."),
        N_("K experts of each block, max(K, 1) without experts."),
        _used(lambda found, c: found["used"] - c.L * max(c.K - 1, 0) * _expert(c)),
        _used(lambda found, c: found["used"] - c.L * max(c.K, 1) * _expert(c)),
        _used(lambda found, c: found["used"] - c.L * c.K * _expert(c)),
    ),
    *ways(
        "count.share-of-all",
        N_("You take K/E of all parameters. Only the experts are chosen from."),
        N_("Embedding, attention, norms and router work for every token."),
        _used(lambda found, c: found["all"] * c.K // c.E if c.E else found["all"]),
        _used(lambda found, c: found["all"] * c.K / c.E if c.E else found["all"]),
    ),
    *ways(
        "count.one-layer",
        N_("You count one block. There are L."),
        N_("Everything within a block comes L times, what stands around it once."),
        _sizes(lambda c: {"L": 1}),
    ),
    *ways(
        "count.everything-times-L",
        N_("You multiply what stands around the blocks by L too."),
        N_("Embedding, positions, last norm and head are there once."),
        _more(
            lambda c: (
                (c.L - 1)
                * (
                    c.V * c.C * (2 - c.tied)
                    + (c.positions == "learned") * c.length * c.C
                    + c.pre_norm * _norm(c)
                )
            )
        ),
    ),
    *ways(
        "count.four-C",
        N_("You take F to be 4·C. Here it is a number of its own."),
        N_("config.F is the width, whatever the family does."),
        _sizes(lambda c: {"F": 4 * c.C}),
        _sizes(lambda c: {"F": 8 * c.C // 3}),
    ),
    Mistake(
        "count.one-number",
        N_("Return two numbers: all parameters, and those that a token uses."),
        N_("`return total, used`; without experts both are the same."),
        raises=r"cannot unpack|not enough values to unpack|too many values to unpack",
    ),
]
