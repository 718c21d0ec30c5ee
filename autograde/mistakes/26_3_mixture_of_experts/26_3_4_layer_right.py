"""The bank of 26.3.4, MixtureOfExperts: right answers that are written differently."""
# ruff: noqa: F811, F821

from autograde.mistakes import right


@right("26.3.4", how="the weight of a dropped choice becomes 0")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.K, self.factor = K, factor
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([Expert(C, width) for _ in range(E)])

    def forward(self, x):
        B, T, C = x.shape
        flat = x.reshape(B * T, C)
        self.logits = self.router(flat)
        weights, self.chosen = route(self.logits, self.K)
        E = len(self.experts)
        if self.factor is not None:
            capacity = math.ceil(self.factor * B * T * self.K / E)
            weights = weights * within_capacity(self.chosen, E, capacity)
        return mixture(flat, weights, self.chosen, self.experts).reshape(B, T, C)


@right("26.3.4", how="no function of an earlier exercise")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))
        self.K, self.factor = K, factor

    def forward(self, x):
        flat = x.flatten(0, 1)
        self.logits = F.linear(flat, self.router.weight)
        shares, self.chosen = self.logits.softmax(-1).topk(self.K)
        shares = shares / shares.sum(-1, keepdim=True)
        E, limit = len(self.experts), self.chosen.numel()
        if self.factor is not None:
            limit = math.ceil(self.factor * self.chosen.numel() / E)
        queue, out = self.chosen.T.flatten(), torch.zeros_like(flat)
        for e in range(E):
            at = (queue == e).nonzero()[:, 0][:limit]
            token, place = at % len(flat), at // len(flat)
            rows = self.experts[e](flat[token]) * shares[token, place, None]
            out.index_add_(0, token, rows)
        return out.view_as(x)


@right("26.3.4", how="the experts' weights stacked, one at a time")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.experts = nn.ModuleList(Expert(C, width) for _ in range(E))
        self.router = nn.Linear(C, E, bias=False)
        self.E, self.K, self.factor = E, K, factor

    def forward(self, x):
        flat = rearrange(x, "b t c -> (b t) c")
        self.logits = self.router(flat)
        top, self.chosen = self.logits.topk(self.K)
        gate = torch.zeros_like(self.logits).scatter(1, self.chosen, top.softmax(-1))
        if self.factor is not None:
            seats = math.ceil(self.factor * len(flat) * self.K / self.E)
            kept = within_capacity(self.chosen, self.E, seats)
            gate = gate * torch.zeros_like(gate).scatter(1, self.chosen, 1.0 * kept)
        out = torch.zeros_like(flat)
        for e, expert in enumerate(self.experts):
            token = gate[:, e].nonzero()[:, 0]
            out = out.index_add(0, token, expert(flat[token]) * gate[token, e, None])
        return rearrange(out, "(b t) c -> b t c", b=len(x))


@right("26.3.4", how="token by token")
class MixtureOfExperts(nn.Module):
    def __init__(self, C, width, E, K, factor=None):
        super().__init__()
        self.shape = (E, K, factor)
        self.router = nn.Linear(C, E, bias=False)
        self.experts = nn.ModuleList([])
        for _ in range(E):
            self.experts.append(Expert(C, width))

    def forward(self, x):
        E, K, factor = self.shape
        tokens = x.view(-1, x.shape[-1])
        self.logits = tokens @ self.router.weight.T
        weights, self.chosen = route(self.logits, K)
        if factor is not None:
            seats = math.ceil(factor * len(tokens) * K / E)
            weights = weights.masked_fill(~within_capacity(self.chosen, E, seats), 0)
        parts = []
        for n in range(len(tokens)):
            used = [
                weights[n, k] * self.experts[e](tokens[n : n + 1])
                for k, e in enumerate(self.chosen[n].tolist())
                if weights[n, k] != 0
            ]
            parts.append(sum(used, torch.zeros_like(tokens[n : n + 1])))
        return torch.cat(parts).view_as(x) if parts else torch.zeros_like(x)
