"""The bank of 26.3.6, z_loss: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("26.3.6", names="z-loss.no-square", says="without a square")
def z_loss(logits):
    return logits.logsumexp(-1).mean()


# with 8 bits the root of mean squares is the mean size
@wrong("26.3.6", names="z-loss.root", says="a root", dtypes=("float32", "float64"))
def z_loss(logits):
    return logits.logsumexp(-1).square().mean().sqrt()


@wrong("26.3.6", names="z-loss.sum", says="add over tokens")
def z_loss(logits):
    return (torch.logsumexp(logits, -1) ** 2).sum()


@wrong("26.3.6", names="z-loss.square-late", says="square the mean")
def z_loss(logits):
    return logits.logsumexp(-1).mean() ** 2


@wrong("26.3.6", names="z-loss.over-tokens", says="down the tokens")
def z_loss(logits):
    return logits.logsumexp(0).square().mean()


@wrong("26.3.6", names="z-loss.mean-of-exp", says="logarithm of a mean")
def z_loss(logits):
    largest = logits.amax(-1, keepdim=True)
    z = (logits - largest).exp().mean(-1).log() + largest[:, 0]
    return z.square().mean()


@wrong("26.3.6", names="z-loss.logits", says="logits themselves")
def z_loss(logits):
    return logits.square().mean()


@wrong("26.3.6", names="z-loss.logits", how="the largest one")
def z_loss(logits):
    return logits.max(-1).values.pow(2).mean()


@wrong("26.3.6", names="z-loss.no-log", says="no logarithm")
def z_loss(logits):
    return logits.exp().sum(-1).square().mean()


@wrong("26.3.6", names="z-loss.of-shares", says="through a softmax")
def z_loss(logits):
    return logits.softmax(-1).logsumexp(-1).square().mean()


@wrong("26.3.6", names="z-loss.overflow", says="overflow")
def z_loss(logits):
    return torch.log(torch.exp(logits).sum(-1)).square().mean()


@wrong("26.3.6", names="z-loss.half", says="half")
def z_loss(logits):
    return 0.5 * logits.logsumexp(-1).square().mean()


@wrong("26.3.6", names="no-gradient", says="no gradient flows")
def z_loss(logits):
    return logits.detach().logsumexp(-1).square().mean()


@right("26.3.6", how="the largest taken out")
def z_loss(logits):
    largest = logits.amax(-1, keepdim=True)
    z = torch.log(torch.exp(logits - largest).sum(-1)) + largest.squeeze(-1)
    return (z * z).mean()


@right("26.3.6", how="from the log-softmax of one expert")
def z_loss(logits):
    z = logits[:, 0] - F.log_softmax(logits, dim=-1)[:, 0]
    return (z**2).sum() / len(z)


@right("26.3.6", how="against zeros, by mse")
def z_loss(logits):
    z = torch.logsumexp(logits, dim=1)
    return F.mse_loss(z, torch.zeros_like(z))


@right("26.3.6", how="two at a time")
def z_loss(logits):
    z = logits[:, 0]
    for e in range(1, logits.shape[1]):
        z = torch.logaddexp(z, logits[:, e])
    return z.square().mean()
