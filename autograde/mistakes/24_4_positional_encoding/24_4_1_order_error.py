"""The bank of 24.4.1, an order-blindness test: wrong and right."""
# ruff: noqa: F811

import numpy as np
import torch
import torch.nn.functional as F

from autograde.mistakes import right, wrong


@wrong("24.4.1", names="order.outputs-not-moved", says="were not shuffled")
def order_error(layer, x, order):
    return (layer(x[..., order, :]) - layer(x)).abs().max()


@wrong("24.4.1", names="order.outputs-not-moved", how="the loss function's words")
def order_error(layer, x, order):
    original = layer(x)
    permuted = layer(torch.index_select(x, -2, order))
    return torch.max(torch.abs(original - permuted))


@wrong("24.4.1", names="order.inputs-not-moved", says="never sees the shuffled")
def order_error(layer, x, order):
    out = layer(x)
    return (out[..., order, :] - out).abs().max()


@wrong("24.4.1", names="order.inverse", says="inverse of the order")
def order_error(layer, x, order):
    inverse = torch.argsort(order)
    return (layer(x[..., order, :]) - layer(x)[..., inverse, :]).abs().max()


@wrong("24.4.1", names="order.signed", says="absolute value")
def order_error(layer, x, order):
    return (layer(x[..., order, :]) - layer(x)[..., order, :]).max()


@wrong("24.4.1", names="order.mean", says="average")
def order_error(layer, x, order):
    return (layer(x[..., order, :]) - layer(x)[..., order, :]).abs().mean()


@wrong("24.4.1", names="order.mean", how="mean squared error")
def order_error(layer, x, order):
    return F.mse_loss(layer(x[..., order, :]), layer(x)[..., order, :])


@wrong("24.4.1", names="order.added-up", says="largest one is asked for")
def order_error(layer, x, order):
    return torch.norm(layer(x[..., order, :]) - layer(x)[..., order, :])


@wrong("24.4.1", names="order.added-up", how="sum")
def order_error(layer, x, order):
    gap = layer(x[..., order, :]) - layer(x)[..., order, :]
    return gap.abs().sum()


@wrong("24.4.1", names="order.squared", says="square")
def order_error(layer, x, order):
    gap = layer(x[..., order, :]) - layer(x)[..., order, :]
    return (gap**2).max()


@wrong("24.4.1", names="order.pooled", says="sums or means")
def order_error(layer, x, order):
    a = layer(x[..., order, :]).sum(dim=-2)
    b = layer(x).sum(dim=-2)
    return (a - b).abs().max()


@wrong("24.4.1", names="order.pooled", how="means")
def order_error(layer, x, order):
    a, b = layer(x[..., order, :]).mean(-2), layer(x).mean(-2)
    return torch.abs(a - b).max()


@wrong("24.4.1", names="order.wrong-axis", says="another axis")
def order_error(layer, x, order):
    return (layer(x[order]) - layer(x)[order]).abs().max()


@wrong("24.4.1", names="order.wrong-axis", how="features")
def order_error(layer, x, order):
    return (layer(x[..., order]) - layer(x)[..., order]).abs().max()


@wrong("24.4.1", names="order.axes-from-the-front", says="axis 1")
def order_error(layer, x, order):
    return (layer(x[:, order]) - layer(x)[:, order]).abs().max()


@wrong("24.4.1", names="order.axes-from-the-front", how="index_select")
def order_error(layer, x, order):
    first = layer(x.index_select(1, order))
    return (first - layer(x).index_select(1, order)).abs().max()


@wrong("24.4.1", names="order.not-one-number", says="one number is asked for")
def order_error(layer, x, order):
    return (layer(x[..., order, :]) - layer(x)[..., order, :]).abs()


@wrong("24.4.1", names="order.yes-or-no", says="how large")
def order_error(layer, x, order):
    return torch.allclose(layer(x[..., order, :]), layer(x)[..., order, :], atol=1e-6)


@wrong("24.4.1", names="order.yes-or-no", how="as a tensor: is it blind?")
def order_error(layer, x, order):
    same = layer(x[..., order, :]) == layer(x)[..., order, :]
    return (~same).any()


@wrong("24.4.1", names="order.relative", says="size of the outputs")
def order_error(layer, x, order):
    plain = layer(x)
    gap = layer(x[..., order, :]) - plain[..., order, :]
    return gap.abs().max() / plain.abs().max()


@right("24.4.1", how="torch.amax of index_select")
def order_error(layer, x, order):
    a = layer(x.index_select(-2, order))
    return torch.amax(torch.abs(a - layer(x).index_select(-2, order)))


@right("24.4.1", how="the shuffled outputs are put back instead")
def order_error(layer, x, order):
    back = order.argsort()
    return (layer(x[..., order, :])[..., back, :] - layer(x)).abs().max()


@right("24.4.1", how="a permutation matrix")
def order_error(layer, x, order):
    P = F.one_hot(order, x.shape[-2]).to(x.dtype)
    return (layer(P @ x) - P @ layer(x)).abs().max()


@right("24.4.1", how="token by token, a plain number")
def order_error(layer, x, order):
    a, b, worst = layer(x[..., order, :]), layer(x), 0.0
    for t, source in enumerate(order.tolist()):
        worst = max(worst, float((a[..., t, :] - b[..., source, :]).abs().max()))
    return worst


@right("24.4.1", how="the largest norm of order infinity, by numpy")
def order_error(layer, x, order):
    gap = layer(x[..., order, :]) - layer(x)[..., order, :]
    return np.abs(gap.double().numpy()).max()


@right("24.4.1", how="torch.dist with p = infinity")
def order_error(layer, x, order):
    first, last = layer(x[..., order, :]), layer(x)[..., order, :]
    return torch.dist(first, last, p=float("inf"))


@wrong("24.4.1", names="order.not-one-number", says="values and their places")
def order_error(layer, x, order):
    return (layer(x[..., order, :]) - layer(x)[..., order, :]).abs().max(-1)


@wrong("24.4.1", names="order.float32", says="rounded to float32", hidden=True)
def order_error(layer, x, order):
    a = layer(x[..., order, :])
    b = layer(x)
    worst = 0.0
    for t, o in enumerate(order.tolist()):
        worst = max(worst, (a[..., t, :] - b[..., o, :]).abs().max().item())
    return torch.tensor(worst)


@right("24.4.1", how="outputs moved back")
def order_error(layer, x, order):
    back = torch.argsort(order)
    return (layer(x[..., order, :])[..., back, :] - layer(x)).abs().amax()


@right("24.4.1", how="a plain number")
def order_error(layer, x, order):
    a = layer(x.index_select(-2, order))
    b = layer(x).index_select(-2, order)
    return float(torch.maximum(a - b, b - a).max())
