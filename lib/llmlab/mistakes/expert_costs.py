"""Right values at a wrong price. Oracle: mixture(x, weights, chosen, maps).

A value holds "output", "rows", "most calls" and "FLOPs", of which these are counts.
"""

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _costs(rows, calls, flops):
    """Other counts, where the oracle has any."""

    def variant(oracle, got, x, weights, chosen, maps):
        right = oracle(x=x, weights=weights, chosen=chosen, maps=maps)
        used = {
            "right": right,
            "N": len(x),
            "K": chosen.shape[1],
            "E": len(maps),
            **got,
        }
        return {
            "rows": rows(**used) if rows else right["rows"],
            "most calls": calls(**used) if calls else right["most calls"],
            "FLOPs": flops(**used) if flops else right["FLOPs"],
        }

    return variant


def _all(right, N, E, **rest):
    return right["rows"] * 0 + N


def _all_flops(right, N, E, **rest):
    return right["FLOPs"] * N * E // int(right["rows"].sum())


def _product(got, expected):
    """The right rows in one call each, and FLOPs on top."""
    return (
        isinstance(got, dict)
        and got["most calls"] == expected["most calls"]
        and bool((got["rows"] == expected["rows"]).all())
        and got["FLOPs"] > expected["FLOPs"]
    )


MIXTURE_COSTS = [
    *ways(
        "mixture.every-expert",
        N_("The values are right, but every expert runs on every token."),
        N_("That costs E/K times as much. Give an expert the rows that chose it."),
        _costs(_all, None, _all_flops),
    ),
    *ways(
        "mixture.once-per-choice",
        N_("The values are right, but an expert is called once for each choice."),
        N_("Call it once, on the rows of all tokens that have it as any choice."),
        _costs(
            lambda right, rows, **rest: (
                rows if int(rows.sum()) == int(right["rows"].sum()) else None
            ),
            lambda K, right, **got: K if got["most calls"] == K > 1 else -1,
            None,
        ),
    ),
    *ways(
        "mixture.token-loop",
        N_("The values are right, but an expert is called for each token."),
        N_("Gather the rows of all its tokens first: x[token] is one tensor."),
        _costs(None, lambda right, **rest: int(right["rows"].max()), None),
    ),
    Mistake(
        "mixture.one-hot-products",
        N_("The values are right, but FLOPs are spent on moving rows."),
        N_("Products with tables of 0 and 1 cost 2·N·E·C and more. Use indices."),
        applies=_product,
    ),
]
