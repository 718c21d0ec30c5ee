"""The bank of 24.1.3, gradient_norms."""
# ruff: noqa: B905, F811, F821, F841

import math

import torch

from autograde.mistakes import right, wrong


@wrong("24.1.3", names="influence.of-the-sum", says="gradient of y.sum() only")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(
        y.sum(), sources, retain_graph=True, materialize_grads=True
    )
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.of-the-sum", how="ones as grad_outputs")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(
        y, sources, torch.ones_like(y), retain_graph=True, allow_unused=True
    )
    return torch.stack([y.new_zeros(()) if g is None else g.norm() for g in grads])


@wrong("24.1.3", names="influence.of-the-sum", how="the mean")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(y.mean(), sources, materialize_grads=True)
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.one-number-only", says="one number of y only")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(y[0], sources, materialize_grads=True)
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.one-number-only", how="the return is in the loop")
def gradient_norms(y, sources):
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.one-number-only", how="the last one stays")
def gradient_norms(y, sources):
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        norms = torch.stack([g.norm() for g in grads])
    return norms


@wrong("24.1.3", names="influence.of-squares", says="sum of squares")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(y.square().sum(), sources, materialize_grads=True)
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.of-squares", how="the norm of y")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(y.norm(), sources, materialize_grads=True)
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.gradients-pile-up", says="added to those before")
def gradient_norms(y, sources):
    for source in sources:
        source.retain_grad()
    squares = y.new_zeros(len(sources))
    for number in y:
        number.backward(retain_graph=True)
        for i, source in enumerate(sources):
            if source.grad is not None:
                squares[i] += source.grad.square().sum()
    return squares.sqrt()


@wrong("24.1.3", names="influence.no-root", says="square root is missing")
def gradient_norms(y, sources):
    total = y.new_zeros(len(sources))
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        total += torch.stack([g.square().sum() for g in grads])
    return total


@wrong("24.1.3", names="influence.mean-of-rows", says="means of D norms")
def gradient_norms(y, sources):
    rows = []
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        rows.append(torch.stack([g.norm() for g in grads]))
    return torch.stack(rows).mean(0)


@wrong("24.1.3", names="influence.sum-of-rows", says="add up D norms")
def gradient_norms(y, sources):
    total = torch.zeros(len(sources), dtype=y.dtype)
    for i in range(len(y)):
        grads = torch.autograd.grad(
            y[i], sources, retain_graph=True, materialize_grads=True
        )
        total += torch.stack([g.norm() for g in grads])
    return total


@wrong("24.1.3", names="influence.per-number", says="divided by √D")
def gradient_norms(y, sources):
    total = 0
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        total = total + torch.stack([g.square().sum() for g in grads])
    return (total / len(y)).sqrt()


@wrong("24.1.3", names="influence.largest-stretch", says="spectral norms")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    return torch.stack([torch.linalg.norm(torch.stack(g), ord=2) for g in zip(*rows)])


@wrong("24.1.3", names="influence.other-norm", says="sums, means or maxima")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    return torch.stack([torch.stack(g).abs().sum() for g in zip(*rows)])


@wrong("24.1.3", names="influence.other-norm", how="the largest entry")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    return torch.stack([torch.stack(g).abs().max() for g in zip(*rows)])


@wrong("24.1.3", names="influence.signs-cancel", says="with their signs")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    return torch.stack([torch.stack(g).sum() for g in zip(*rows)])


@wrong("24.1.3", names="influence.order-turned", says="opposite order")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    norms = [torch.stack(g).norm() for g in zip(*rows)]
    return torch.stack(norms[::-1])


@wrong("24.1.3", names="influence.relative", says="divided by the largest")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    norms = torch.stack([torch.stack(g).norm() for g in zip(*rows)])
    return norms / norms.max()


@wrong("24.1.3", names="influence.one-step-only", says="one step only")
def gradient_norms(y, sources):
    norms = []
    for before, after in zip(sources[:-1], [*sources[1:-1], y]):
        rows = [
            torch.autograd.grad(n, before, retain_graph=True, materialize_grads=True)[0]
            for n in after
        ]
        norms.append(torch.stack(rows).norm())
    # y itself: the identity
    norms[-1] = y.new_tensor(len(y)).sqrt()
    return torch.stack([*norms, y.new_zeros(())])


@wrong("24.1.3", names="influence.unused-stops", says="its norm is 0")
def gradient_norms(y, sources):
    rows = [torch.autograd.grad(n, sources, retain_graph=True) for n in y]
    return torch.stack([torch.stack(g).norm() for g in zip(*rows)])


@wrong("24.1.3", names="influence.unused-stops", how="None has no norm")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, allow_unused=True) for n in y
    ]
    return torch.stack([torch.stack(g).norm() for g in zip(*rows)])


@wrong("24.1.3", names="influence.graph-freed", says="retain_graph=True")
def gradient_norms(y, sources):
    rows = [torch.autograd.grad(n, sources, materialize_grads=True) for n in y]
    return torch.stack([torch.stack(g).norm() for g in zip(*rows)])


@wrong("24.1.3", names="influence.not-a-number", says="one by one")
def gradient_norms(y, sources):
    grads = torch.autograd.grad(y, sources, retain_graph=True, materialize_grads=True)
    return torch.stack([g.norm() for g in grads])


@wrong("24.1.3", names="influence.unused-stops", how="states keep no .grad")
def gradient_norms(y, sources):
    y.sum().backward(retain_graph=True)
    return torch.stack([source.grad.norm() for source in sources])


@wrong("24.1.3", names="type", says="yours is a list")
def gradient_norms(y, sources):
    rows = [
        torch.autograd.grad(n, sources, retain_graph=True, materialize_grads=True)
        for n in y
    ]
    return [torch.stack(g).norm().item() for g in zip(*rows)]


@wrong("24.1.3", names="influence.root-mean-square", says="the mean of all squares")
def gradient_norms(y, sources):
    keep = dict(retain_graph=True, materialize_grads=True)
    rows = [torch.autograd.grad(number, sources, **keep) for number in y]
    jacobians = [torch.stack(jac) for jac in zip(*rows)]
    return torch.stack([jac.pow(2).mean().sqrt() for jac in jacobians])


@wrong("24.1.3", names="influence.other-norm", how="the largest row's norm")
def gradient_norms(y, sources):
    best = torch.zeros(len(sources), dtype=y.dtype)
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        best = torch.maximum(best, torch.stack([g.norm() for g in grads]))
    return best


@wrong("24.1.3", names="shape", how="an unused source is left out")
def gradient_norms(y, sources):
    rows = []
    for number in y:
        keep = dict(retain_graph=True, allow_unused=True)
        rows.append(torch.autograd.grad(number, sources, **keep))
    used = [jac for jac in zip(*rows) if jac[0] is not None]
    return torch.stack([torch.stack(jac).norm() for jac in used])


@wrong("24.1.3", names="dtype", hidden=True, how="float32 from a list of numbers")
def gradient_norms(y, sources):
    keep = dict(retain_graph=True, materialize_grads=True)
    rows = [torch.autograd.grad(number, sources, **keep) for number in y]
    return torch.tensor([torch.stack(jac).norm().item() for jac in zip(*rows)])


@right("24.1.3", how="sums of squares, row by row")
def gradient_norms(y, sources):
    squares = torch.zeros(len(sources), dtype=y.dtype)
    for i in range(len(y)):
        grads = torch.autograd.grad(y[i], sources, retain_graph=True, allow_unused=True)
        for j, g in enumerate(grads):
            if g is not None:
                squares[j] += g.pow(2).sum()
    return squares.sqrt()


@right("24.1.3", how="all rows in one batched call")
def gradient_norms(y, sources):
    eye = torch.eye(len(y), dtype=y.dtype)
    jacobians = torch.autograd.grad(
        y, sources, eye, is_grads_batched=True, materialize_grads=True
    )
    return torch.stack([torch.linalg.vector_norm(j) for j in jacobians])


@right("24.1.3", how="one source at a time")
def gradient_norms(y, sources):
    norms = []
    for source in sources:
        rows = [
            torch.autograd.grad(number, source, retain_graph=True, allow_unused=True)[0]
            for number in y
        ]
        rows = [torch.zeros_like(source) if r is None else r for r in rows]
        norms.append(torch.cat([r.flatten() for r in rows]).norm())
    return torch.stack(norms)


@right("24.1.3", how="backward, with the old gradients thrown away")
def gradient_norms(y, sources):
    squares = [0.0] * len(sources)
    for source in sources:
        source.retain_grad()
    for number in y:
        for source in sources:
            source.grad = None
        number.backward(retain_graph=True)
        for i, source in enumerate(sources):
            if source.grad is not None:
                squares[i] += source.grad.double().square().sum().item()
    return torch.tensor([math.sqrt(s) for s in squares], dtype=y.dtype)


@right("24.1.3", how="unit vectors as grad_outputs, einsum")
def gradient_norms(y, sources):
    rows = []
    for unit in torch.eye(y.shape[0]).to(y.dtype):
        rows.append(
            torch.autograd.grad(
                y, sources, unit, retain_graph=True, materialize_grads=True
            )
        )
    jacobians = [torch.stack(list(g)) for g in zip(*rows)]
    return torch.stack([torch.einsum("ij,ij->", j, j).sqrt() for j in jacobians])


@right("24.1.3", how="the norm of the rows' norms")
def gradient_norms(y, sources):
    rows = []
    for i in range(y.numel()):
        grads = torch.autograd.grad(y[i], sources, retain_graph=True, allow_unused=True)
        sizes = [y.new_zeros(()) if g is None else g.norm() for g in grads]
        rows.append(torch.stack(sizes))
    return torch.stack(rows).norm(dim=0)


@right("24.1.3", how="all gradients in one long vector, float64 inside")
def gradient_norms(y, sources):
    sizes = [s.numel() for s in sources]
    total = torch.zeros(len(sources), dtype=torch.float64)
    for number in y:
        grads = torch.autograd.grad(
            number, sources, retain_graph=True, materialize_grads=True
        )
        flat = torch.cat([g.reshape(-1).double() for g in grads]).square()
        total += torch.stack([part.sum() for part in flat.split(sizes)])
    return total.sqrt().to(y.dtype)
