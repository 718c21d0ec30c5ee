"""The bank of 24.2.6, SelfAttention: wrong, as learners write it."""
# ruff: noqa: F811, F821

import math

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import wrong


@wrong("24.2.6", names="module.extra-parameters", says="bias=False")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D)
        self.W_K = nn.Linear(C, D)
        self.W_V = nn.Linear(C, D)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x), mask)


@wrong("24.2.6", names="module.extra-parameters", says="output projection")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)
        self.W_O = nn.Linear(D, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return self.W_O(scaled_dot_product_attention(q, k, v, mask))


@wrong("24.2.6", names="module.missing-parameters", says="cannot play three roles")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = self.W_K = self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x), mask)


@wrong("24.2.6", names="module.missing-parameters", how="layers in a list")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.layers = [nn.Linear(C, D, bias=False) for _ in range(3)]

    @property
    def W_Q(self):
        return self.layers[0]

    @property
    def W_K(self):
        return self.layers[1]

    @property
    def W_V(self):
        return self.layers[2]

    def to(self, dtype):
        self.layers = [layer.to(dtype) for layer in self.layers]
        return self

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(*(w(x) for w in self.layers), mask)


@wrong("24.2.6", names="module.query-and-key-swapped", says="W_Q for the keys")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        k, q, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.values-from-keys", says="values come from W_K")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_K(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.keys-from-queries", says="both q and k from W_Q")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q = self.W_Q(x)
        k = self.W_Q(x)
        v = self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.values-and-keys-swapped", says="W_V for the keys")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, v, k = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.bare-values", says="mixes the inputs themselves")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), x, mask)


@wrong("24.2.6", names="module.bare-inputs", says="W_Q and W_K are not used")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(x, x, self.W_V(x), mask)


@wrong("24.2.6", names="module.scaled-by-C", says="√C, the width of the model")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.C = C
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        scores = self.W_Q(x) @ self.W_K(x).mT / math.sqrt(self.C)
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        return torch.softmax(scores, -1) @ self.W_V(x)


@wrong("24.2.6", names="module.scaled-by-C", how="x.shape[-1]")
class SelfAttention(nn.Module):
    def __init__(self, embed_dim, head_dim):
        super().__init__()
        self.W_Q = nn.Linear(embed_dim, head_dim, bias=False)
        self.W_K = nn.Linear(embed_dim, head_dim, bias=False)
        self.W_V = nn.Linear(embed_dim, head_dim, bias=False)

    def forward(self, x, mask=None):
        wei = self.W_Q(x) @ self.W_K(x).transpose(-2, -1) * x.shape[-1] ** -0.5
        if mask is not None:
            wei = wei.masked_fill(mask == 0, float("-inf"))
        return F.softmax(wei, dim=-1) @ self.W_V(x)


@wrong("24.2.6", names="module.unscaled", says="without the division by √D")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        scores = self.W_Q(x) @ self.W_K(x).mT
        if mask is not None:
            scores = scores.masked_fill(~mask, float("-inf"))
        return scores.softmax(-1) @ self.W_V(x)


@wrong("24.2.6", names="module.divided-by-D", says="divided by D instead of √D")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.D = D
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        # the scale is in attention already
        q = self.W_Q(x) / math.sqrt(self.D)
        return scaled_dot_product_attention(q, self.W_K(x), self.W_V(x), mask)


@wrong("24.2.6", names="module.matrices-turned", says="transposed matrices")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = (x @ w.weight for w in (self.W_Q, self.W_K, self.W_V))
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.shapes", says="nn.Linear(C, D)", how="Linear(D, C)")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(D, C, bias=False)
        self.W_K = nn.Linear(D, C, bias=False)
        self.W_V = nn.Linear(D, C, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x), mask)


@wrong("24.2.6", names="module.mask-ignored", says="does not use the mask")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x))


@wrong("24.2.6", names="parameters", says="with their order and defaults")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x))


@wrong("24.2.6", names="module.residual", says="adds its input to the output")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return x + scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.no-gradient", says="No gradient reaches")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k = self.W_Q(x).detach(), self.W_K(x).detach()
        return scaled_dot_product_attention(q, k, self.W_V(x), mask)


@wrong("24.2.6", names="module.no-gradient", says="no_grad", how="all of them")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    @torch.no_grad()
    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.no-gradient", how="weights as plain data")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        k = F.linear(x, self.W_K.weight.data)
        return scaled_dot_product_attention(self.W_Q(x), k, self.W_V(x), mask)


@wrong("24.2.6", names="module.no-attribute", says="no layer named W_Q")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.query = nn.Linear(C, D, bias=False)
        self.key = nn.Linear(C, D, bias=False)
        self.value = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(
            self.query(x), self.key(x), self.value(x), mask
        )


@wrong("24.2.6", names="module.no-init", how="super().__init__() forgotten")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        return scaled_dot_product_attention(self.W_Q(x), self.W_K(x), self.W_V(x), mask)


@wrong("24.2.6", names="module.not-layers", says="bare tensors", how="bare parameters")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Parameter(torch.randn(C, D))
        self.W_K = nn.Parameter(torch.randn(C, D))
        self.W_V = nn.Parameter(torch.randn(C, D))

    def forward(self, x, mask=None):
        q, k, v = x @ self.W_Q, x @ self.W_K, x @ self.W_V
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="module.shapes", says="Each matrix maps C to D")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k.mT, v, mask)


@wrong(
    "24.2.6", names="module.no-forward", says="Name the method", how="no forward at all"
)
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def attend(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return scaled_dot_product_attention(q, k, v, mask)


@wrong("24.2.6", names="random", says="two different answers", how="dropout")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)
        self.dropout = nn.Dropout(0.5)

    def forward(self, x, mask=None):
        q, k, v = self.W_Q(x), self.W_K(x), self.W_V(x)
        return self.dropout(scaled_dot_product_attention(q, k, v, mask))


@wrong("24.2.6", names="not-written", says="Not written yet", how="half written")
class SelfAttention(nn.Module):
    def __init__(self, C, D):
        super().__init__()
        self.W_Q = nn.Linear(C, D, bias=False)
        self.W_K = nn.Linear(C, D, bias=False)
        self.W_V = nn.Linear(C, D, bias=False)

    def forward(self, x, mask=None):
        raise NotImplementedError
