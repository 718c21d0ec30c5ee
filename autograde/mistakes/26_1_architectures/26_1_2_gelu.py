"""The bank of 26.1.2, gelu: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import math

import torch

from autograde.mistakes import right, wrong


@wrong(
    "26.1.2",
    names="gelu.always-exact",
    says="exact whatever",
    dtypes=("float32", "float64"),
)
def gelu(x, tanh):
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong(
    "26.1.2",
    names="gelu.always-tanh",
    says="whatever `tanh` says",
    dtypes=("float32", "float64"),
)
def gelu(x, tanh):
    inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
    return 0.5 * x * (1 + torch.tanh(inner))


@wrong(
    "26.1.2", names="gelu.swapped", says="changed places", dtypes=("float32", "float64")
)
def gelu(x, tanh):
    if not tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.no-root-two", says="not x / √2")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x))


@wrong("26.1.2", names="gelu.no-root-two", how="multiplied")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x * math.sqrt(2)))


@wrong("26.1.2", names="gelu.no-half", says="twice as large")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return x * (1 + torch.tanh(inner))
    return x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.no-half", how="in one formula")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.no-half", how="in the tanh formula")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.no-one", says="negative x give positive")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * torch.erf(x / math.sqrt(2))


@wrong("26.1.2", names="gelu.no-one", how="in both")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * torch.tanh(inner)
    return 0.5 * x * torch.erf(x / math.sqrt(2))


@wrong("26.1.2", names="gelu.square", says="x² where x³")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**2)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.constant", says="another number")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.44715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.constant", how="no root")
def gelu(x, tanh):
    if tanh:
        inner = (2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.constant", how="left out")
def gelu(x, tanh):
    if tanh:
        inner = x + 0.044715 * x**3
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong(
    "26.1.2", names="gelu.sigmoid", says="third formula", dtypes=("float32", "float64")
)
def gelu(x, tanh):
    if tanh:
        return x * torch.sigmoid(1.702 * x)
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.other-bend", says="SiLU or ReLU")
def gelu(x, tanh):
    return F.silu(x)


@wrong("26.1.2", names="gelu.other-bend", how="ReLU")
def gelu(x, tanh):
    return torch.relu(x)


@wrong("26.1.2", names="gelu.only-share", says="Φ(x) alone")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * (1 + torch.tanh(inner))
    return 0.5 * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.density", says="normal density")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return x * torch.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


@wrong("26.1.2", names="gelu.one-number", says="take one number")
def gelu(x, tanh):
    if tanh:
        return 0.5 * x * (1 + math.tanh(0.7978845608 * (x + 0.044715 * x**3)))
    return 0.5 * x * (1 + math.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="forbidden", says="torch's own gelu")
def gelu(x, tanh):
    return F.gelu(x, approximate="tanh" if tanh else "none")


@wrong("26.1.2", names="changed-input", says="in place")
def gelu(x, tanh):
    y = x.clone()
    x /= math.sqrt(2)
    if tanh:
        return 0.5 * y * (1 + torch.tanh(0.7978845608028654 * (y + 0.044715 * y**3)))
    return 0.5 * y * (1 + torch.erf(x))


@wrong(
    "26.1.2",
    names="no-gradient",
    says="no gradient flows",
    how="by lists",
    dtypes=("float32",),  # a list becomes a tensor of 32 bits
)
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    p = torch.tensor(
        [0.5 * (1 + math.erf(v / math.sqrt(2))) for v in x.flatten().tolist()]
    )
    return x.detach() * p.reshape(x.shape).to(x.dtype)


@right("26.1.2", how="two returns")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@right("26.1.2", how="sigmoid of twice the argument, ndtr")
def gelu(x, tanh):
    if tanh:
        z = 2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x.pow(3))
        return x * torch.sigmoid(z)
    return x * torch.special.ndtr(x)


@right("26.1.2", how="what is left above")
def gelu(x, tanh):
    if tanh:
        z = math.sqrt(8 / math.pi) * x * (1 + 0.044715 * x * x)
        return x - x / (1 + torch.exp(z))
    return x - x * torch.erfc(x / 2**0.5) / 2


@right("26.1.2", how="the distribution itself")
def gelu(x, tanh):
    y = x.double()
    if tanh:
        y = y / 2 * (1 + ((2 / torch.pi) ** 0.5 * (y + 0.044715 * y**3)).tanh())
    else:
        y = y * torch.distributions.Normal(0.0, 1.0).cdf(y)
    return y.to(x.dtype)


@wrong("26.1.2", names="gelu.brackets", says="not the cube")
def gelu(x, tanh):
    if tanh:
        inner = math.sqrt(2 / math.pi) * x + 0.044715 * x**3
        return 0.5 * x * (1 + torch.tanh(inner))
    return 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.constant", how="√2 over π")
def gelu(x, tanh):
    if tanh:
        return x / 2 * (1 + torch.tanh(math.sqrt(2) / math.pi * (x + 0.044715 * x**3)))
    return x / 2 * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.open-bracket", says="multiplies the 1 only")
def gelu(x, tanh):
    if tanh:
        return x / 2 * 1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))
    return x / 2 * (1 + torch.erf(x / math.sqrt(2)))


@wrong("26.1.2", names="gelu.share-above", says="a minus stands")
def gelu(x, tanh):
    if tanh:
        return x / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x / 2 * (1 - torch.erf(x / math.sqrt(2)))


@right("26.1.2", how="one minus a share, exp")
def gelu(x, tanh):
    if tanh:
        return x - x / (1 + torch.exp(2 * (2 / math.pi) ** 0.5 * (x + 0.044715 * x**3)))
    return x / 2 * (1 + torch.erf(x / math.sqrt(2)))


@right("26.1.2", how="a normal distribution's cdf")
def gelu(x, tanh):
    if tanh:
        return x / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * torch.distributions.Normal(0.0, 1.0).cdf(x)
