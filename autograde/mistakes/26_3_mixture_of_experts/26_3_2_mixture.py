"""The bank of 26.3.2, mixture: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("26.3.2", names="mixture.overwrites", says="overwritten")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        out[token] = expert(x[token]) * weights[token, place, None]
    return out


@wrong("26.3.2", names="mixture.overwrites", how="index_copy")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = torch.where(chosen == e)
        rows = expert(x[token]) * weights[token, place].unsqueeze(1)
        out = out.index_copy(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.first-choice-only", says="first choice")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token = (chosen[:, 0] == e).nonzero()[:, 0]
        out[token] += expert(x[token]) * weights[token, :1]
    return out


@wrong("26.3.2", names="mixture.weights-on-input", says="goes into the expert")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        out = out.index_add(0, token, expert(x[token] * weights[token, place, None]))
    return out


@wrong("26.3.2", names="mixture.no-weights", says="without their weights")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, _ = (chosen == e).nonzero(as_tuple=True)
        out = out.index_add(0, token, expert(x[token]))
    return out


@wrong("26.3.2", names="mixture.weight-of-another-choice", says="another choice")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token = (chosen == e).any(1).nonzero()[:, 0]
        out[token] += expert(x[token]) * weights[token, 0, None]
    return out


@wrong("26.3.2", names="mixture.no-weights", how="the sum of a token's")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token = (chosen == e).any(1).nonzero()[:, 0]
        out[token] += expert(x[token]) * weights[token].sum(1, keepdim=True)
    return out


@wrong("26.3.2", names="mixture.not-back-in-order", says="order of the experts")
def mixture(x, weights, chosen, experts):
    order = chosen.flatten().argsort(stable=True)
    token = order // chosen.shape[1]
    parts = []
    for e in range(-1, len(experts)):
        mine = token[chosen.flatten()[order] == e]
        parts.append(experts[e](x[mine]) if e >= 0 else x[mine] * 0)
    rows = torch.cat(parts) * weights.flatten()[order, None]
    return rows.view(*chosen.shape, -1).sum(1)


@wrong("26.3.2", names="mixture.wrong-token", says="taken apart wrongly")
def mixture(x, weights, chosen, experts):
    out, flat = torch.zeros_like(x), chosen.flatten()
    for e, expert in enumerate(experts):
        pair = (flat == e).nonzero()[:, 0]
        token = pair % len(x)
        rows = expert(x[token]) * weights.flatten()[pair, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.minus-one", says="last expert")
def mixture(x, weights, chosen, experts):
    out, chosen = torch.zeros_like(x), chosen % len(experts)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        rows = expert(x[token]) * weights[token, place, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.minus-one", how="one_hot stops")
def mixture(x, weights, chosen, experts):
    out, table = torch.zeros_like(x), F.one_hot(chosen, len(experts))
    for e, expert in enumerate(experts):
        token, place = table[..., e].nonzero(as_tuple=True)
        rows = expert(x[token]) * weights[token, place, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.divided-again", says="again")
def mixture(x, weights, chosen, experts):
    weights, out = weights.softmax(-1), torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        rows = expert(x[token]) * weights[token, place, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.residual", says="adds x")
def mixture(x, weights, chosen, experts):
    out = x
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        rows = expert(x[token]) * weights[token, place, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.every-expert", says="every expert runs")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        out = out + expert(x) * (weights * (chosen == e)).sum(1, keepdim=True)
    return out


@wrong("26.3.2", names="mixture.once-per-choice", says="once for each choice")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for k in range(chosen.shape[1]):
        for e, expert in enumerate(experts):
            token = (chosen[:, k] == e).nonzero()[:, 0]
            rows = expert(x[token]) * weights[token, k, None]
            out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.token-loop", says="for each token")
def mixture(x, weights, chosen, experts):
    rows = []
    for n in range(len(x)):
        row = x[n] * 0
        for w, e in zip(weights[n], chosen[n].tolist(), strict=True):
            if e >= 0:
                row = row + w * experts[e](x[n])
        rows.append(row)
    return torch.stack(rows)


@wrong("26.3.2", names="mixture.one-hot-products", says="moving rows")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        pick = F.one_hot(token, len(x)).to(x.dtype)  # (n, N)
        out = out + pick.T @ (expert(pick @ x) * weights[token, place, None])
    return out


@wrong("26.3.2", names="mixture.no-gradient", says="No gradient flows")
def mixture(x, weights, chosen, experts):
    with torch.no_grad():
        out = torch.zeros_like(x)
        for e, expert in enumerate(experts):
            token, place = (chosen == e).nonzero(as_tuple=True)
            rows = expert(x[token]) * weights[token, place, None]
            out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.detached", says="no gradient reaches")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        rows = expert(x[token]) * weights.detach()[token, place, None]
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.shapes", says="do not fit together")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        out = out.index_add(0, token, expert(x[token]) * weights[token, place])
    return out


@wrong("26.3.2", names="mixture.overwrites", how="+= with a token twice in the index")
def mixture(x, weights, chosen, experts):
    token, place = (chosen >= 0).nonzero(as_tuple=True)
    order = chosen[token, place].argsort(stable=True)
    token, place = token[order], place[order]
    number, rows, out = chosen[token, place], [], torch.zeros_like(x)
    for e in number.unique().tolist():
        rows.append(experts[e](x[token[number == e]]))
    out[token] += torch.cat(rows) * weights[token, place, None]
    return out


@wrong("26.3.2", names="mixture.divided-again", how="by the sum of what is left")
def mixture(x, weights, chosen, experts):
    weights = weights * (chosen >= 0)
    weights = weights / weights.sum(-1, keepdim=True).clamp(min=1e-9)
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = (chosen == e).nonzero(as_tuple=True)
        rows = weights[token, place, None] * expert(x[token])
        out = out.index_add(0, token, rows)
    return out


@wrong("26.3.2", names="mixture.wrong-token", how="only on the way to the expert")
def mixture(x, weights, chosen, experts):
    N, K = chosen.shape
    flat = chosen.flatten()
    order = flat.argsort(stable=True)
    counts = [int((flat == e).sum()) for e in range(-1, len(experts))]
    parts = x[order % N].split(counts)
    rows = [torch.zeros_like(parts[0])]
    rows += [f(p) if len(p) else p for f, p in zip(experts, parts[1:], strict=True)]
    outputs = torch.cat(rows)[order.argsort()]
    return (outputs.view(N, K, -1) * weights[..., None]).sum(1)


@right("26.3.2", how="+= on the rows of one expert, which are all different")
def mixture(x, weights, chosen, experts):
    out = torch.zeros_like(x)
    for e, expert in enumerate(experts):
        token, place = torch.where(chosen == e)
        out[token] += expert(x[token]) * weights[token, place].unsqueeze(-1)
    return out


@right("26.3.2", how="sort, split, unsort, weighted sum")
def mixture(x, weights, chosen, experts):
    flat = chosen.flatten()
    order = flat.argsort(stable=True)
    counts = (flat + 1).bincount(minlength=len(experts) + 1).tolist()
    parts = x[order // chosen.shape[1]].split(counts)
    done = [parts[0] * 0] + [
        f(p) if len(p) else p for f, p in zip(experts, parts[1:], strict=True)
    ]
    home = torch.empty_like(torch.cat(done))
    home[order] = torch.cat(done)
    return (home.view(*chosen.shape, -1) * weights[..., None]).sum(1)


@right("26.3.2", how="a boolean mask for each expert")
def mixture(x, weights, chosen, experts):
    out = x * 0
    for e in range(len(experts)):
        mine = chosen == e
        token = mine.any(1)
        if token.any():
            w = (weights * mine).sum(1)[token]
            part = torch.zeros_like(x)
            part[token] = w[:, None] * experts[e](x[token])
            out = out + part
    return out


@right("26.3.2", how="pairs without −1 first, one index_add at the end")
def mixture(x, weights, chosen, experts):
    token, place = (chosen >= 0).nonzero(as_tuple=True)
    number, w = chosen[token, place], weights[token, place]
    rows, tokens = [x[:0]], [token[:0]]
    for e in number.unique().tolist():
        at = (number == e).nonzero().squeeze(1)
        rows.append(experts[e](x[token[at]]) * w[at].unsqueeze(1))
        tokens.append(token[at])
    return torch.zeros_like(x).index_add(0, torch.cat(tokens), torch.cat(rows))
