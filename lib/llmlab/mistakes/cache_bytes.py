"""Mistakes in the size of a cache. Oracle: size(L, H, G, D, N, each) → {"bytes"}."""

from ..check.mistake import Mistake, call, ways
from ..i18n import N_


def _counted(change):
    """Other arguments for the oracle, or another factor."""

    def variant(oracle, L, H, G, D, N, each):
        given = {"L": L, "H": H, "G": G, "D": D, "N": N, "each": each}
        changed = call(change, given)
        if isinstance(changed, dict):
            given, changed = {**given, **changed}, 1
        return {"bytes": float(oracle(**given)["bytes"] * changed)}

    return variant


def _whole(unit):
    """Divided by a unit without a remainder."""

    def variant(oracle, L, H, G, D, N, each):
        right = oracle(L=L, H=H, G=G, D=D, N=N, each=each)["bytes"]
        return {"bytes": float(right // unit)}

    return variant


def _narrow(L, H, G, D, N, each):
    """2 * L * G * D // H * N * each, from left to right."""
    return {"bytes": float(2 * L * G * D // H * N * each)}


CACHE_BYTES = [
    Mistake(
        "bytes.query-heads",
        N_("You count H = {H} heads; the cache holds G = {G}."),
        N_("Only keys and values are stored, and those have G heads."),
        _counted(lambda H: {"G": H}),
    ),
    Mistake(
        "bytes.group-size",
        N_("You count H / G, the query heads of a group, in place of G."),
        N_("Each group stores one head, however many query heads it serves."),
        _counted(lambda H, G: H / G / G),
    ),
    *ways(
        "bytes.keys-only",
        N_("Your number is half of what it is."),
        N_("A key *and* a value for each token, head and layer."),
        _counted(lambda: 0.5),
    ),
    *ways(
        "bytes.no-layers",
        N_("You count one layer."),
        N_("Each of the L layers has keys and values of its own."),
        _counted(lambda: {"L": 1}),
    ),
    *ways(
        "bytes.fixed-width",
        N_("You do not use `each`: numbers may take 1, 2 or 4 bytes."),
        N_("Multiply by the bytes of one number."),
        _counted(lambda: {"each": 1}),
        _counted(lambda: {"each": 2}),
        _counted(lambda: {"each": 4}),
    ),
    *ways(
        "bytes.one-head",
        N_("You count one head of each layer, or one number of each head."),
        N_("G heads, and D numbers in each."),
        _counted(lambda: {"G": 1}),
        _counted(lambda: {"D": 1}),
    ),
    *ways(
        "bytes.one-token",
        N_("You count one token."),
        N_("All N tokens stay in the cache."),
        _counted(lambda N: {"N": 1}),
    ),
    *ways(
        "bytes.squared",
        N_("Your number grows with the square of the tokens or of the width."),
        N_("The cache holds rows for tokens, not a table of pairs: N times D."),
        _counted(lambda N: N),
        _counted(lambda D: D),
    ),
    *ways(
        "bytes.unit",
        N_("Your number is not in bytes."),
        N_("No division: bytes, not KiB or GiB. And `each` is in bytes, not in bits."),
        _counted(lambda: 8),
        _counted(lambda: 1 / 8),
        *(_counted(lambda unit=unit: 1 / unit) for unit in (2**10, 2**20, 2**30)),
        *(_counted(lambda unit=unit: 1 / unit) for unit in (1e3, 1e6, 1e9)),
        *map(_whole, (8, 2**10, 2**20, 2**30)),
    ),
    *ways(
        "bytes.divided-width",
        N_("You divide D by the number of heads."),
        N_("D is the width of one head already, not that of the model."),
        _counted(lambda H: 1 / H),
        _counted(lambda G: 1 / G),
        _counted(lambda H, D: {"D": D // H}),
        _counted(lambda G, D: {"D": D // G}),
        _narrow,
    ),
    *ways(
        "bytes.queries-too",
        N_("You count queries as well."),
        N_("The query of an old token is never needed again."),
        _counted(lambda H, G: (2 * G + H) / (2 * G)),
        _counted(lambda: 1.5),
    ),
    *ways(
        "bytes.twice",
        N_("Your number is too large by a factor of two."),
        N_("One key and one value: a factor of 2, once."),
        _counted(lambda: 2),
    ),
]
