"""The bank of 24.2.2, attention scores: as learners write it, wrong and right."""
# ruff: noqa: F811

import math

import numpy as np
import torch
import torch.nn.functional as F
from einops import einsum, rearrange

from autograde.mistakes import right, wrong


@wrong("24.2.2", names="scores.unscaled", says="without the division by √D")
def attention_scores(q, k):
    return q @ k.mT


@wrong("24.2.2", names="scores.unscaled", how="multiplied by the root, then divided")
def attention_scores(q, k):
    d = q.size(-1)
    return torch.matmul(q * d**0.5, k.transpose(-2, -1)) / math.sqrt(d)


@wrong("24.2.2", names="scores.divided-by-D", says="divided by D instead of √D")
def attention_scores(q, k):
    d_k = q.shape[-1]
    return torch.matmul(q, k.transpose(-1, -2)) / d_k


@wrong("24.2.2", names="scores.divided-by-D", how="both sides scaled by the root")
def attention_scores(q, k):
    q, k = q / math.sqrt(q.shape[-1]), k / math.sqrt(k.shape[-1])
    return q @ k.transpose(-2, -1)


@wrong("24.2.2", names="scores.multiplied", says="has to be divided")
def attention_scores(q, k):
    return q @ k.mT * math.sqrt(q.size(-1))


@wrong("24.2.2", names="scores.root-of-keys", says="√S")
def attention_scores(q, k):
    return q @ k.mT / math.sqrt(k.shape[-2])


@wrong("24.2.2", names="scores.root-of-queries", says="√T")
def attention_scores(q, k):
    return q @ k.mT / q.shape[-2] ** 0.5


@wrong("24.2.2", names="scores.fixed-width", says="√8 on every input")
def attention_scores(q, k):
    return q @ k.transpose(-2, -1) / math.sqrt(8)


@wrong("24.2.2", names="scores.fixed-width", says="√64 on every input", how="64")
def attention_scores(q, k):
    return q @ k.transpose(-2, -1) / 8


@wrong("24.2.2", names="scores.width-from-the-front", says="last axis")
def attention_scores(q, k):
    return torch.matmul(q, k.mT) / math.sqrt(k.size(1))


@wrong("24.2.2", names="scores.width-from-the-front", how="the length of the tensor")
def attention_scores(q, k):
    return q @ k.mT / len(q) ** 0.5


@wrong("24.2.2", names="scores.not-transposed", says="swap the last two axes of k")
def attention_scores(q, k):
    return q @ k / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.sides-swapped", says="a row for each key")
def attention_scores(q, k):
    return k @ q.mT / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.sides-swapped", how="by einsum")
def attention_scores(q, k):
    return torch.einsum("...td,...sd->...st", q, k) / q.shape[-1] ** 0.5


@wrong("24.2.2", names="scores.all-axes-turned", says="all axes of a tensor")
def attention_scores(q, k):
    return q @ k.T / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.axes-from-the-front", says="from the end")
def attention_scores(q, k):
    return torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.axes-from-the-front", how="einsum with a fixed batch")
def attention_scores(q, k):
    return torch.einsum("btd,bsd->bts", q, k) / math.sqrt(q.size(-1))


@wrong("24.2.2", names="scores.axes-from-the-front", how="permute")
def attention_scores(q, k):
    return q @ k.permute(0, 2, 1) / math.sqrt(q.size(-1))


@wrong("24.2.2", names="scores.axes-from-the-front", how="rearrange")
def attention_scores(q, k):
    return q @ rearrange(k, "b s d -> b d s") / math.sqrt(q.size(-1))


@wrong("24.2.2", names="scores.axes-from-the-front", how="unpacked shape")
def attention_scores(q, k):
    B, T, D = q.shape
    return q @ k.transpose(-1, -2) / math.sqrt(D)


@wrong("24.2.2", names="scores.elementwise", says="position by position")
def attention_scores(q, k):
    return q * k / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.elementwise", how="summed over D")
def attention_scores(q, k):
    return (q * k).sum(dim=-1) / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.softmaxed", says="already the softmax")
def attention_scores(q, k):
    return F.softmax(q @ k.mT / math.sqrt(q.shape[-1]), dim=-1)


@wrong("24.2.2", names="scores.cosine", says="the cosine between q and k")
def attention_scores(q, k):
    return F.cosine_similarity(q[..., :, None, :], k[..., None, :, :], dim=-1)


@wrong("24.2.2", names="scores.distance", says="equals distances")
def attention_scores(q, k):
    return (q.unsqueeze(-2) - k.unsqueeze(-3)).pow(2).sum(-1)


@wrong(
    "24.2.2",
    names="scores.distance",
    how="and divided by the root",
    dtypes=("float32", "float64"),  # cdist has no bfloat16
)
def attention_scores(q, k):
    return torch.cdist(q, k).square() / math.sqrt(q.shape[-1])


@wrong("24.2.2", names="scores.last-product-missing", says="the last of the D")
def attention_scores(q, k):
    D = q.shape[-1]
    total = torch.zeros(*q.shape[:-1], k.shape[-2], dtype=q.dtype)
    for i in range(D - 1):
        total = total + q[..., :, None, i] * k[..., None, :, i]
    return total / math.sqrt(D)


@wrong("24.2.2", names="scores.floored", says="//")
def attention_scores(q, k):
    return q @ k.mT // math.sqrt(q.shape[-1])


@wrong("24.2.2", names="changed-input", says="q in place")
def attention_scores(q, k):
    q /= math.sqrt(q.shape[-1])
    return q @ k.transpose(-2, -1)


@wrong("24.2.2", names="dtype", says="float64", dtypes=("float32", "bfloat16"))
def attention_scores(q, k):
    products = np.matmul(q.double().numpy(), k.double().numpy().swapaxes(-1, -2))
    return torch.from_numpy(products / np.sqrt(q.shape[-1]))


@wrong(
    "24.2.2", names="dtype", hidden=True, how="a float32 buffer", dtypes=("float32",)
)
def attention_scores(q, k):
    out = torch.zeros(*q.shape[:-1], k.shape[-2])
    for s in range(k.shape[-2]):
        out[..., s] = (q * k[..., s : s + 1, :]).sum(-1) / q.shape[-1] ** 0.5
    return out


@wrong("24.2.2", names="type", says="return statement", how="prints the result")
def attention_scores(q, k):
    print(q @ k.mT / math.sqrt(q.shape[-1]))


@wrong("24.2.2", names="type", says="yours is a tuple", how="returns two things")
def attention_scores(q, k):
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    return scores, scores.softmax(-1)


@wrong("24.2.2", names="error", says="NameError", how="a name that does not exist")
def attention_scores(q, k):
    return q @ k.mT / math.sqrt(d_k)  # noqa: F821


@right("24.2.2", how="matmul and transpose")
def attention_scores(q, k):
    return torch.matmul(q, k.transpose(-2, -1)) / math.sqrt(q.size(-1))


@right("24.2.2", how="the scale in q, by multiplying")
def attention_scores(q, k):
    return (q * q.shape[-1] ** -0.5) @ k.mT


@right("24.2.2", how="a fourth root on both sides")
def attention_scores(q, k):
    root = q.shape[-1] ** 0.25
    return (q / root) @ (k / root).transpose(-1, -2)


@right("24.2.2", how="torch's einsum")
def attention_scores(q, k):
    return torch.einsum("...td,...sd->...ts", q, k) / q.shape[-1] ** 0.5


@right("24.2.2", how="einops' einsum")
def attention_scores(q, k):
    return einsum(q, k, "... t d, ... s d -> ... t s") / math.sqrt(k.shape[-1])


@right("24.2.2", how="every pair, summed")
def attention_scores(q, k):
    return (q[..., :, None, :] * k[..., None, :, :]).sum(-1) / math.sqrt(q.shape[-1])


@right("24.2.2", how="a linear layer's product, turned")
def attention_scores(q, k):
    return (k @ q.mT).mT.contiguous().div(math.sqrt(q.shape[-1]))


@wrong("24.2.2", names="no-gradient", says="no gradient flows")
def attention_scores(q, k):
    a, b = q.double().numpy(), k.double().numpy()
    scores = np.einsum("...td,...sd->...ts", a, b) / np.sqrt(a.shape[-1])
    return torch.from_numpy(scores).to(q.dtype)


@right("24.2.2", how="one key at a time, stacked")
def attention_scores(q, k):
    columns = [(q @ key[..., None])[..., 0] for key in k.unbind(-2)]
    return torch.stack(columns, dim=-1) / math.sqrt(q.shape[-1])


@right("24.2.2", how="python loops over all pairs")
def attention_scores(q, k):
    T, S, D = q.shape[-2], k.shape[-2], q.shape[-1]
    scores = q.new_zeros(*q.shape[:-2], T, S)
    for t in range(T):
        for s in range(S):
            for i in range(D):
                scores[..., t, s] += q[..., t, i] * k[..., s, i] / D**0.5
    return scores


@wrong("24.2.2", names="scores.both-widths", says="divided by √(2D)")
def attention_scores(q, k):
    return q @ k.mT / (q.shape[-1] + k.shape[-1]) ** 0.5
