"""Mistakes in ALiBi's biases. Oracle: bias(H, T, S), shape (H, T, S)."""

import math

import torch
from torch import Tensor

from ..check.mistake import Mistake, call, ways
from ..i18n import N_


def _unit(oracle, T: int, S: int) -> Tensor:
    """Distances with −∞ in the future, read off the flattest head of 8."""
    return oracle(H=8, T=T, S=S)[-1] * 256


def _right(oracle, H: int) -> Tensor:
    """The right slopes, read off the oracle: the bias one step back."""
    return -oracle(H=H, T=2, S=2)[:, 1, 0]


def _slopes(slopes):
    """Other slopes: a function of the right ones, of H and of the heads 1, …, H."""

    def variant(oracle, H, T, S):
        known = {"m": _right(oracle, H), "H": H}
        known["h"] = torch.arange(1, H + 1, dtype=torch.float64)
        wrong = call(slopes, known).expand(H)[:, None, None]
        unit = _unit(oracle, T, S)
        return torch.where(unit.isinf(), unit, wrong * unit)

    return variant


def _filled(fill):
    """The future holds something else than −∞: a function of its distance."""

    def variant(oracle, H, T, S):
        right = oracle(H=H, T=T, S=S)
        ahead = torch.arange(S) - torch.arange(S - T, S)[:, None]
        wrong = fill(_right(oracle, H)[:, None, None], ahead)
        return torch.where(right.isinf(), wrong.expand_as(right), right)

    return variant


def _aligned_left(oracle, H, T, S):
    """Query t stands at position t."""
    rest = torch.full((H, T, S - T), -math.inf, dtype=torch.float64)
    return torch.cat([oracle(H=H, T=T, S=T), rest], -1)


def _from_zero(change):
    """Distances are counted from query 0 at position 0; the mask is right."""

    def variant(oracle, H, T, S):
        right = oracle(H=H, T=T, S=S)
        bias = -_right(oracle, H)[:, None, None] * change(
            torch.arange(T)[:, None] - torch.arange(S)
        )
        return torch.where(right.isinf(), right, bias)

    return variant


def _mask_from_zero(oracle, H, T, S):
    """The mask counts queries from 0; the distances are right."""
    shown = torch.ones(T, S, dtype=torch.bool).tril()
    return oracle(H=H, T=T, S=S).where(shown, -math.inf)


def _past_blocked(oracle, H, T, S):
    ahead = torch.arange(S) - torch.arange(S - T, S)[:, None]
    bias = _right(oracle, H)[:, None, None] * ahead
    return bias.masked_fill(ahead < 0, -math.inf)


def _zero_times_infinity(oracle, H, T, S):
    """−∞ times the mask is added: NaN where the mask is 0."""
    right = oracle(H=H, T=T, S=S)
    return right.where(right.isinf(), math.nan)


def _by_key(first):
    """The bias grows with the key's own position, from 0 or from the last key."""

    def variant(oracle, H, T, S):
        right = oracle(H=H, T=T, S=S)
        bias = _right(oracle, H)[:, None, None] * (
            torch.arange(S) - (0 if first else S - 1)
        )
        return torch.where(right.isinf(), right, bias.expand_as(right))

    return variant


def _shifted(oracle, H, T, S):
    """The newest key, the query itself, has distance 1."""
    right = oracle(H=H, T=T, S=S)
    return right + oracle(H=H, T=2, S=2)[:, 1:, :1]


ALIBI = [
    Mistake(
        "alibi.sign",
        N_("Your biases rise with the distance: far keys are preferred."),
        N_("A bias is a penalty: −slope · distance."),
        _slopes(lambda m: -m),
    ),
    *ways(
        "alibi.slopes-from-zero",
        N_("Your slopes begin at 1: h counts from 0, and the exponent needs h + 1."),
        N_("The slopes are 2^(−8(h + 1)/H). With H = 8: 1/2 to 1/256."),
        _slopes(lambda m: m / m[0]),
        _slopes(lambda h: 2.0 ** (1 - h)),
    ),
    Mistake(
        "alibi.slopes-for-eight",
        N_("Your slopes are 1/2, 1/4, …, whatever H is. That is right for H = 8."),
        N_("The exponent −8(h + 1)/H ends at −8 for any number of heads."),
        _slopes(lambda h: 2.0**-h),
    ),
    Mistake(
        "alibi.slopes-growing",
        N_("Your slopes grow with the head: the sign of the exponent is missing."),
        N_("The slopes are below 1: 2^(−8(h + 1)/H)."),
        _slopes(lambda m: 1 / m),
    ),
    *ways(
        "alibi.without-itself",
        N_("You block the query's own key as well."),
        N_("Only keys after the query are the future. Its own has the bias 0."),
        lambda oracle, H, T, S: oracle(H=H, T=T, S=S).where(
            torch.arange(S) < torch.arange(S - T, S)[:, None], -math.inf
        ),
    ),
    *ways(
        "alibi.one-slope",
        N_("All your heads have the same slope."),
        N_("Each head has its own: some look near, some look far."),
        _slopes(lambda h: torch.ones_like(h)),
        _slopes(lambda h: torch.zeros_like(h)),
        _slopes(lambda m: m[:1]),
        _slopes(lambda m: m[-1:]),
        _slopes(lambda H, h: torch.full_like(h, 1 / H)),
    ),
    *ways(
        "alibi.slopes-linear",
        N_("Your slopes fall in equal steps. They fall by an equal factor."),
        N_("Each slope is 2^(−8/H) times the one before."),
        _slopes(lambda H, h: h / H),
        _slopes(lambda h: 1 / h),
        _slopes(lambda H, h: 8 * h / H),
        _slopes(lambda H, h: 1 - (h - 1) / H),
        _slopes(lambda m, h: m[0] * h),
    ),
    Mistake(
        "alibi.slopes-reversed",
        N_("Your heads come in the opposite order: the flattest first."),
        N_("Head 0 has the largest slope."),
        _slopes(lambda m: m.flip(0)),
    ),
    *ways(
        "alibi.slope-base",
        N_("Your slopes are powers of another number than 2."),
        N_("2^(−8(h + 1)/H): `torch.exp` takes powers of e."),
        _slopes(lambda m: m ** (1 / math.log(2))),
        _slopes(lambda m: m ** (math.log(10) / math.log(2))),
    ),
    *ways(
        "alibi.queries-restart",
        N_("Your queries stand at positions 0 to T − 1."),
        N_("They are the last T of S positions, S − T to S − 1, as in a causal mask."),
        _aligned_left,
        _from_zero(lambda distance: distance),
        _from_zero(torch.abs),
    ),
    Mistake(
        "alibi.mask-restarts",
        N_("Your distances are right, but your mask counts the queries from 0."),
        N_("They are the last T of S positions, S − T to S − 1, as in a causal mask."),
        _mask_from_zero,
    ),
    Mistake(
        "alibi.past-blocked",
        N_("Yours blocks the past and leaves the future open."),
        N_("Keys after the query get −∞, so that the softmax gives them no weight."),
        _past_blocked,
    ),
    Mistake(
        "alibi.nan",
        N_("0 times −∞ is NaN, and that is added where nothing is blocked."),
        N_("Use `masked_fill` or `torch.where` with −∞ where the mask is False."),
        _zero_times_infinity,
    ),
    Mistake(
        "alibi.all-queries",
        N_("Yours has a row for each of the S positions."),
        N_("Only the last T of them are queries: the shape is (H, T, S)."),
        lambda oracle, H, T, S: oracle(H=H, T=S, S=S),
    ),
    *ways(
        "alibi.future-open",
        N_("Your future is not blocked."),
        N_("Keys after the query get −∞, so that the softmax gives them no weight."),
        _filled(lambda m, ahead: m * ahead),
        _filled(lambda m, ahead: -m * ahead),
        _filled(lambda m, ahead: 0.0 * m * ahead),
    ),
    *ways(
        "alibi.future-not-infinite",
        N_("Your future holds a large negative number. Asked for is −∞."),
        N_("Use `-math.inf`: then the softmax gives exactly 0."),
        *(
            _filled(lambda m, ahead, low=low: low + 0.0 * m * ahead)
            for low in (-1e9, -1e4, -1e10, -1e30, torch.finfo(torch.float32).min)
        ),
    ),
    *ways(
        "alibi.by-key",
        N_("Your bias depends on the key's position alone, not on the distance."),
        N_(
            "After a softmax this makes no difference, as each row is off by one "
            "constant. Asked for is −slope · distance, with 0 for the query's own key."
        ),
        _by_key(True),
        _by_key(False),
    ),
    Mistake(
        "alibi.one-too-far",
        N_("Your distances are one too large."),
        N_("A query's distance to its own key is 0."),
        _shifted,
    ),
    *ways(
        "alibi.axes",
        N_("The numbers are right, but the axes are not (H, T, S)."),
        N_("Heads come first, then queries, then keys."),
        lambda oracle, H, T, S: oracle(H=H, T=T, S=S).movedim(0, -1),
        lambda oracle, H, T, S: oracle(H=H, T=T, S=S)[None],
        lambda oracle, H, T, S: oracle(H=H, T=T, S=S).mT,
    ),
    Mistake(
        "alibi.shapes",
        N_("Slopes and distances do not meet as a table (H, T, S)."),
        N_("Give the slopes two more axes, (H, 1, 1), and the distances (T, S)."),
        raises=r"size of tensor|must match|broadcast|masked_fill only supports",
    ),
]
