"""The bank of 24.2.1, softmax: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange, reduce

from autograde.mistakes import right, wrong


@wrong("24.2.1", names="softmax.overflow", says="∞ / ∞ is NaN")
def softmax(scores):
    return torch.exp(scores) / torch.exp(scores).sum(dim=-1, keepdim=True)


@wrong("24.2.1", names="softmax.over-queries", says="down the columns")
def softmax(scores):
    e = torch.exp(scores - scores.max(dim=-2, keepdim=True).values)
    return e / e.sum(dim=-2, keepdim=True)


@wrong("24.2.1", names="softmax.first-axis", says="over axis 0")
def softmax(scores):
    e_x = torch.exp(scores - torch.max(scores, dim=0, keepdim=True)[0])
    return e_x / e_x.sum(dim=0, keepdim=True)


@wrong(
    "24.2.1",
    names="softmax.first-axis",
    how="numpy's axis",
    dtypes=("float32", "float64"),  # numpy has no bfloat16
)
def softmax(x):
    e_x = np.exp(x.numpy() - np.max(x.numpy(), axis=0))
    return torch.from_numpy(e_x / e_x.sum(axis=0))


@wrong("24.2.1", names="softmax.second-axis", says="count it as −1")
def softmax(scores):
    m = scores.max(dim=1, keepdim=True).values
    e = (scores - m).exp()
    return e / e.sum(1, keepdim=True)


@wrong("24.2.1", names="softmax.over-everything", says="over all numbers at once")
def softmax(x):
    e = torch.exp(x - x.max())
    return e / e.sum()


@wrong("24.2.1", names="softmax.over-everything", how="and it overflows")
def softmax(x):
    return torch.exp(x) / torch.sum(torch.exp(x))


@wrong("24.2.1", names="softmax.axis-dropped", says="keepdim=True")
def softmax(scores):
    exps = torch.exp(scores)
    return exps / exps.sum(dim=-1)


@wrong("24.2.1", names="softmax.axis-dropped", how="of the maximum")
def softmax(scores):
    shifted = scores - scores.amax(-1)
    exps = shifted.exp()
    return exps / exps.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.axis-dropped", how="of both")
def softmax(scores):
    exps = (scores - scores.max(-1).values).exp()
    return exps / exps.sum(-1)


@wrong("24.2.1", names="softmax.largest-of-all", says="Every row needs its own")
def softmax(scores):
    e = torch.exp(scores - torch.max(scores))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("24.2.1", names="softmax.shifted-by-mean", says="the mean of each row")
def softmax(scores):
    centred = scores - scores.mean(-1, keepdim=True)
    e = torch.exp(centred * 1.0)
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.clamped", says="cut off")
def softmax(scores):
    e = torch.exp(scores.clamp(-50, 50))
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.clamped", says="Shifting", how="at 80, from above")
def softmax(scores):
    e = torch.exp(torch.clamp(scores, max=80))
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.not-divided", says="do not sum to 1")
def softmax(scores):
    maximum, _ = torch.max(scores, dim=-1, keepdim=True)
    return torch.exp(scores - maximum)


@wrong("24.2.1", names="softmax.exp-only", says="the division by the row's sum")
def softmax(scores):
    return torch.exp(scores)


@wrong("24.2.1", names="softmax.no-exp", says="there is no exp")
def softmax(scores):
    return scores / scores.sum(dim=-1, keepdim=True)


@wrong("24.2.1", names="softmax.no-exp", how="shifted")
def softmax(scores):
    shifted = scores - scores.amin(-1, keepdim=True)
    return shifted / shifted.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.log", says="the logarithm of the softmax")
def softmax(scores):
    shifted = scores - scores.amax(-1, keepdim=True)
    return shifted - torch.log(torch.exp(shifted).sum(-1, keepdim=True))


@wrong("24.2.1", names="softmax.base-two", says="powers of 2")
def softmax(scores):
    p = 2 ** (scores - scores.amax(-1, keepdim=True))
    return p / p.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.sigmoid", says="a sigmoid of each score")
def softmax(scores):
    return 1 / (1 + torch.exp(-scores))


@wrong("24.2.1", names="softmax.negated", says="the smallest score")
def softmax(scores):
    e = torch.exp(scores.amin(-1, keepdim=True) - scores)
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.shift-only-above", says="numerator")
def softmax(scores):
    top = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return top / torch.exp(scores).sum(dim=-1, keepdim=True)


@wrong("24.2.1", names="softmax.length", says="squares of each of your rows")
def softmax(scores):
    e = torch.exp(scores - scores.amax(-1, keepdim=True))
    return F.normalize(e, dim=-1)


@wrong("24.2.1", names="softmax.divided-by-largest", says="Subtract the maximum")
def softmax(scores):
    # divides by the maximum in place of subtracting it
    e = torch.exp(scores / scores.amax(-1, keepdim=True))
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="softmax.hard", says="largest")
def softmax(scores):
    return F.one_hot(scores.argmax(-1), scores.shape[-1]).to(scores.dtype)


@wrong(
    "24.2.1",
    names="precision",
    says="added to be safe",
    dtypes=("float32", "float64"),
)
def softmax(scores):
    e = torch.exp(scores - scores.amax(-1, keepdim=True))
    return e / (e.sum(-1, keepdim=True) + 1e-3)


@wrong(
    "24.2.1",
    names="softmax.last-left-out",
    says="where your loop or slice ends",
    how="an off-by-one loop",
)
def softmax(scores):
    flat = scores.reshape(-1, scores.shape[-1])
    out = torch.zeros_like(flat)
    for i, row in enumerate(flat):
        total = sum(math.exp(s - max(row)) for s in row[:-1])
        for j in range(len(row)):
            out[i, j] = math.exp(row[j] - max(row)) / total
    return out.view(scores.shape)


@wrong("24.2.1", names="forbidden", says="torch's own softmax")
def softmax(scores):
    return F.softmax(scores, dim=-1)


@wrong("24.2.1", names="forbidden", says="softmax", how="as a module")
def softmax(scores):
    return torch.nn.Softmax(dim=-1)(scores)


@wrong("24.2.1", names="forbidden", says="log_softmax")
def softmax(scores):
    return scores.log_softmax(-1).exp()


@wrong("24.2.1", names="forbidden", says="logsumexp")
def softmax(scores):
    return (scores - torch.logsumexp(scores, -1, keepdim=True)).exp()


@wrong("24.2.1", names="changed-input", says="scores in place")
def softmax(scores):
    scores -= scores.amax(-1, keepdim=True)
    scores.exp_()
    scores /= scores.sum(-1, keepdim=True)
    return scores


@wrong(
    "24.2.1", names="dtype", says="float64", dtypes=("float32", "bfloat16"), how="numpy"
)
def softmax(scores):
    x = scores.double().numpy()
    e = np.exp(x - x.max(-1, keepdims=True))
    return torch.tensor(e / e.sum(-1, keepdims=True))


@wrong("24.2.1", names="dtype", hidden=True, how="always float32", dtypes=("float32",))
def softmax(scores):
    e = torch.exp(scores.float() - scores.float().amax(-1, keepdim=True))
    return e / e.sum(-1, keepdim=True)


@wrong("24.2.1", names="type", says="return statement", how="returns nothing")
def softmax(scores):
    e = torch.exp(scores - scores.amax(-1, keepdim=True))
    weights = e / e.sum(-1, keepdim=True)  # noqa: F841


@wrong("24.2.1", names="type", says="yours is a list", how="returns a list")
def softmax(scores):
    def row(s):
        if isinstance(s[0], list):
            return [row(inner) for inner in s]
        e = [math.exp(x - max(s)) for x in s]
        return [x / sum(e) for x in e]

    return row(scores.tolist())


@wrong("24.2.1", names="error", says="ZeroDivisionError", how="stops")
def softmax(scores):
    total = 0
    return torch.exp(scores) / (1 / total)


@wrong("24.2.1", names="random", says="two different answers")
def softmax(scores):
    e = torch.exp(scores - scores.amax(-1, keepdim=True))
    return F.dropout(e / e.sum(-1, keepdim=True), 0.5)


@right("24.2.1", how="max returns values and indices")
def softmax(scores):
    e = torch.exp(scores - scores.max(dim=-1, keepdim=True).values)
    return e / e.sum(dim=-1, keepdim=True)


@wrong("24.2.1", names="overwritten", says="needs for the gradient")
def softmax(scores):
    out = scores.clone()
    out -= scores.amax(-1, keepdim=True)
    out.exp_()
    out.div_(out.sum(-1, keepdim=True))
    return out


@wrong("24.2.1", names="no-gradient", says="no gradient flows")
def softmax(scores):
    values = scores.double().numpy()
    values = np.exp(values - values.max(axis=-1, keepdims=True))
    return torch.from_numpy(values / values.sum(-1, keepdims=True)).to(scores.dtype)


@right("24.2.1", how="float64 inside, by logarithms")
def softmax(scores):
    x = scores.double()
    m = x.amax(-1, keepdim=True)
    log_total = m + (x - m).exp().sum(-1, keepdim=True).log()
    return (x - log_total).exp().to(scores.dtype)


@right("24.2.1", how="einops")
def softmax(scores):
    e = (scores - reduce(scores, "... s -> ... 1", "max")).exp()
    return e / rearrange(torch.einsum("...s->...", e), "... -> ... 1")


@right("24.2.1", how="one over a sum of exponentials of differences")
def softmax(scores):
    # a key's share is 1 / Σ_j exp(s_j − s_i); a difference of two −∞ is no number
    gaps = scores[..., None, :] - scores[..., :, None]
    shares = 1 / gaps.exp().sum(-1)
    return torch.where(scores.isneginf(), torch.zeros_like(scores), shares)


@right("24.2.1", how="sorted first, and put back")
def softmax(scores):
    ordered, places = scores.sort(dim=-1, descending=True)
    e = torch.exp(ordered - ordered[..., :1])
    shares = e / e.cumsum(-1)[..., -1:]
    return torch.zeros_like(shares).scatter(-1, places, shares)


@right("24.2.1", how="a custom function with its own gradient")
def softmax(scores):
    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            e = (x - x.amax(-1, keepdim=True)).exp()
            p = e / e.sum(-1, keepdim=True)
            ctx.save_for_backward(p)
            return p

        @staticmethod
        def backward(ctx, up):
            (p,) = ctx.saved_tensors
            return p * (up - (up * p).sum(-1, keepdim=True))

    return Softmax.apply(scores)


@wrong("24.2.1", names="no-gradient", says="no gradient flows")
def softmax(scores):
    flat = scores.reshape(-1, scores.shape[-1])
    rows = []
    for row in flat.tolist():
        top = max(row)
        e = [math.exp(s - top) for s in row]
        rows.append([x / sum(e) for x in e])
    if not rows:
        return torch.zeros_like(scores)
    return torch.tensor(rows, dtype=scores.dtype).reshape(scores.shape)


@right("24.2.1", how="online, one key at a time")
def softmax(scores):
    largest = torch.full_like(scores[..., 0], -math.inf)
    total = torch.zeros_like(scores[..., 0])
    for s in scores.unbind(-1):
        newer = torch.maximum(largest, s)
        # nothing but −∞ so far: there is no sum to rescale
        old = torch.where(total > 0, (largest - newer).exp(), 0)
        new = torch.where(s > -math.inf, (s - newer).exp(), 0)
        total, largest = total * old + new, newer
    return (scores - largest[..., None]).exp() / total[..., None]


@wrong("24.2.1", names="softmax.divided-by-mean", says="Your rows sum to S")
def softmax(scores):
    e = torch.exp(scores - scores.amax(dim=-1, keepdim=True))
    return e / e.mean(dim=-1, keepdim=True)
