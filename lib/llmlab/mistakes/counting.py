"""Wrong counts of parameters, derived from the oracle: {"all", "used"}(sizes)."""

from ..models.architecture import Config


def sizes(change):
    """The oracle's count of another configuration."""

    def variant(oracle, sizes):
        return oracle(sizes=sizes | change(Config(**sizes)))

    return variant


def more(change):
    """The oracle's count and something more, or less: of all, and of the used.

    `change` takes the configuration and the sizes of its parts.
    """

    def variant(oracle, sizes):
        found, config = oracle(sizes=sizes), Config(**sizes)
        extra = change(config, Parts(oracle, sizes, config))
        extra = extra if isinstance(extra, tuple) else (extra, extra)
        return {"all": found["all"] + extra[0], "used": found["used"] + extra[1]}

    return variant


def used(change):
    """Another count of what a token uses."""

    def variant(oracle, sizes):
        found, config = oracle(sizes=sizes), Config(**sizes)
        return found | {"used": change(found, config, Parts(oracle, sizes, config))}

    return variant


class Parts:
    """What a norm and a feed-forward hold: differences of the oracle's counts."""

    def __init__(self, oracle, sizes: dict, config: Config):
        def count(**change):
            return oracle(sizes=sizes | change)["all"]

        self.norm = count(pre_norm=True) - count(pre_norm=False)
        two, one = count(E=2, K=1), count(E=1, K=1)
        self.expert = (two - one) // config.L - config.C
        self.gated = config.activation == "swiglu"


def feed_forwards(c: Config, count: int) -> tuple[int, int]:
    """So many numbers more or less in every feed-forward: of all, of the used."""
    return count * c.L * max(c.E, 1), count * c.L * max(c.K, 1)


def matrices(c: Config, count: int) -> tuple[int, int]:
    """So many matrices of C × F more or less in every feed-forward."""
    return feed_forwards(c, count * c.C * c.F)


def layer_norms(c: Config) -> int:
    """How many layer norms there are in all."""
    return (c.norm == "layer") * (2 * c.L + c.pre_norm)


def table(c: Config) -> int:
    """All rows of the table of learned positions but one."""
    return (c.positions == "learned") * (c.length - 1) * c.C


def _family(asked: str, newer: str, answer: str, new, old):
    """One choice read off another one."""
    return lambda c: {answer: new if getattr(c, asked) == newer else old}


# what tells LLaMA's family from GPT's, each read off each other one
_CHOICES = {
    "norm": ("rms", "layer"),
    "activation": ("swiglu", "gelu"),
    "positions": ("rope", "learned"),
}
BY_FAMILY = [
    _family(asked, _CHOICES[asked][0], answer, *_CHOICES[answer])
    for asked in _CHOICES
    for answer in _CHOICES
    if asked != answer
]
