"""The bank of 26.3.4, MixtureOfExperts: wrong answers, as learners write them."""
# ruff: noqa: F811, F821

from autograde.mistakes import wrong


@wrong("26.3.4", names="layer.not-divided", says="do not sum to 1")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = self.logits.softmax(-1).topk(self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.divided-again", says="again")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        if self.factor is not None:
            weights = weights * (chosen >= 0)
            weights = weights / weights.sum(-1, keepdim=True).clamp(min=1e-9)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.softmax-twice", says="twice")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits.softmax(-1), self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.all-alike", says="without weights")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        weights = torch.ones_like(weights) / self.K
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.first-choice-only", says="first choice")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        chosen = chosen.where(torch.arange(self.K) == 0, -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.residual", says="adds x")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return x + mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.dropped-passes", says="as it went in")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        out = mixture(flat, weights, chosen, self.experts)
        alone = (chosen < 0).all(1, keepdim=True)
        return torch.where(alone, flat, out).view(x.shape)


@wrong("26.3.4", names="layer.no-capacity", says="no effect")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.seats", says="number of seats", how="without K")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.seats", says="number of seats", how="rounded down")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = int(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.seats-by-sequence", says="Each sequence")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * x.shape[1] * self.K / self.E)
            rows = chosen.view(len(x), -1, self.K)
            kept = [within_capacity(row, self.E, seats) for row in rows]
            chosen = chosen.where(torch.cat(kept), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.every-expert", says="every expert runs")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        out = torch.zeros_like(flat)
        for e, expert in enumerate(self.experts):
            out = out + expert(flat) * (weights * (chosen == e)).sum(1, keepdim=True)
        return out.view(x.shape)


@wrong("26.3.4", names="layer.logits-detached", says="have no gradient")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        self.logits = self.logits.detach()
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.chosen-after-drop", says="lost the dropped ones")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        self.chosen = chosen
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.weights-detached", says="No gradient reaches the router")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        weights = weights.detach()
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.nothing-kept", says="does not keep")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        logits = self.router(flat)
        weights, chosen = route(logits, self.K)
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.names", says="no `router`")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.gate = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.gate(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.one-expert", says="one and the same")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width)] * E)

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.plain-list", says="plain list")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = [Expert(C, width) for _ in range(E)]

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.other-size", says="another number of weights")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.fewer-weights", says="fewer weights than a router")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width) for _ in range(K)])

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.no-factor", says="although there is no factor")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor or 1.0
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width) for _ in range(E)])

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        seats = math.ceil(self.factor * len(flat) * self.K / self.E)
        kept = within_capacity(self.chosen, self.E, seats)
        chosen = self.chosen.where(kept, -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.no-factor", says="factor is None", how="None times N")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width) for _ in range(E)])

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        seats = math.ceil(self.factor * len(flat) * self.K / self.E)
        kept = within_capacity(self.chosen, self.E, seats)
        chosen = self.chosen.where(kept, -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)


@wrong("26.3.4", names="layer.kept-shares", says="has been through a softmax")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.E, self.K, self.factor = E, K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width) for _ in range(E)])

    def forward(self, x):
        flat = x.flatten(0, 1)
        logits = self.router(flat)
        self.logits = logits.softmax(-1)
        weights, self.chosen = route(logits, self.K)
        chosen = self.chosen
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            chosen = chosen.where(within_capacity(chosen, self.E, seats), -1)
        return mixture(flat, weights, chosen, self.experts).view(x.shape)
