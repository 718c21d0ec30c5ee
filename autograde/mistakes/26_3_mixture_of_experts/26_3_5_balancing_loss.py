"""The bank of 26.3.5, balancing_loss: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("26.3.5", names="balancing.other-convention", says="factor K")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum(1).mean(0)
    loss = E * (load * logits.softmax(-1).mean(0)).sum()
    return loss / K if per_token else loss


@wrong("26.3.5", names="balancing.other-convention", how="always Switch's")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E = logits.shape[-1]
    load = F.one_hot(chosen, E).float().mean((0, 1))
    return E * (load * logits.softmax(-1).mean(0)).sum()


@wrong("26.3.5", names="balancing.no-E", says="lacks the factor E")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum(1).mean(0)
    loss = (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.no-E", how="a mean of products times E")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum(1).mean(0)
    loss = E * (load * logits.softmax(-1).mean(0)).mean()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.E-twice", says="once too often")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum(1).mean(0)
    loss = E**2 * (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.sum-of-tokens", says="asked for are means")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum((0, 1))
    loss = E * (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.padding-divides", says="counted in the mean")
def balancing_loss(logits, chosen, per_token=False, real=None):
    E, K = logits.shape[-1], chosen.shape[-1]
    asked, share = F.one_hot(chosen, E).sum(1).float(), logits.softmax(-1)
    if real is not None:
        asked, share = asked * real[:, None], share * real[:, None]
    loss = E * (asked.mean(0) * share.mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.padding-counts", says="Padding counts")
def balancing_loss(logits, chosen, per_token=False, real=None):
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = E * (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.soft-load", says="not counted")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    share, K = logits.softmax(-1).mean(0), chosen.shape[-1]
    loss = len(share) * (share * share).sum()
    return loss * K if per_token else loss


@wrong("26.3.5", names="balancing.no-share", says="load alone")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = E * load.square().sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.no-share", how="the squared coefficient of variation")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    load = F.one_hot(chosen, logits.shape[-1]).sum((0, 1)).float()
    return (load.std(correction=0) / load.mean()) ** 2


@wrong("26.3.5", names="balancing.weights", says="chosen experts alone")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    weights = logits.gather(1, chosen).softmax(-1)
    share = torch.zeros_like(logits).scatter(1, chosen, weights).mean(0)
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = E * (load * share).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.first-choice", says="first choices only")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E = logits.shape[-1]
    load = F.one_hot(logits.argmax(-1), E).float().mean(0)
    return E * (load * logits.softmax(-1).mean(0)).sum()


@wrong("26.3.5", names="balancing.first-choice", how="of those that came")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    load = F.one_hot(chosen[:, 0], logits.shape[-1]).float().mean(0)
    return len(load) * (load * logits.softmax(-1).mean(0)).sum()


@wrong("26.3.5", names="balancing.token-by-token", says="for each token")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    loss = E * logits.softmax(-1).gather(1, chosen).sum(1).mean()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.over-tokens", says="down the tokens")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = E * (load * logits.softmax(0).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.no-softmax", says="mean of logits")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = E * (load * logits.mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.sign", says="wrong sign")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    loss = -E * (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.integers", says="whole numbers")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).mean(0)
    loss = E * (load * logits.softmax(-1).mean(0)).sum()
    return loss if per_token else loss / K


@wrong("26.3.5", names="no-gradient", says="no gradient flows")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).sum(1).float().mean(0)
    share = logits.detach().softmax(-1).mean(0)
    return E * (load * share).sum() / (1 if per_token else K)


@right("26.3.5", how="bincount")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    N, E = logits.shape
    load = torch.bincount(chosen.flatten(), minlength=E) / N
    share = torch.exp(logits - logits.logsumexp(1, keepdim=True)).sum(0) / N
    return (load @ share) * E / (1 if per_token else chosen.shape[1])


@right("26.3.5", how="a mask of ones and zeros")
def balancing_loss(logits, chosen, per_token=False, real=None):
    count = torch.ones(len(logits)) if real is None else real.float()
    E, K = logits.shape[-1], chosen.shape[-1]
    asked = (chosen[..., None] == torch.arange(E)).float().sum(1)
    load = (count[:, None] * asked).sum(0) / count.sum()
    share = (count[:, None] * logits.softmax(-1)).sum(0) / count.sum()
    return E**2 * (load * share).mean() / (K if not per_token else 1)


@right("26.3.5", how="a mean over tokens of the load of what they like")
def balancing_loss(logits, chosen, per_token=False, real=None):
    rows = torch.arange(len(logits)) if real is None else real.nonzero()[:, 0]
    logits, chosen = logits.index_select(0, rows), chosen.index_select(0, rows)
    E = logits.shape[1]
    table = torch.zeros_like(logits).scatter_add(
        1, chosen, torch.ones(chosen.shape, dtype=logits.dtype)
    )
    load = table.sum(0) / (len(rows) if per_token else chosen.numel())
    return (logits.softmax(1) @ load).mean() * E


@right("26.3.5", how="an einsum over pairs of tokens and choices")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        kept = [n for n, yes in enumerate(real.tolist()) if yes]
        logits = torch.stack([logits[n] for n in kept])
        chosen = torch.stack([chosen[n] for n in kept])
    (N, E), K = logits.shape, chosen.shape[1]
    table = torch.eye(E, dtype=logits.dtype)[chosen]  # (N, K, E)
    probs = torch.exp(logits.log_softmax(dim=1))
    loss = torch.einsum("nke,me->", table, probs) * E / N**2
    return loss if per_token else loss / K


@wrong("26.3.5", names="balancing.shapes", how="the share of a token, not an expert")
def balancing_loss(logits, chosen, per_token=False, real=None):
    if real is not None:
        logits, chosen = logits[real], chosen[real]
    E, K = logits.shape[-1], chosen.shape[-1]
    load = F.one_hot(chosen, E).float().sum(1).mean(0)
    share = logits.softmax(-1).mean(-1)
    loss = E * (load * share).sum()
    return loss if per_token else loss / K
