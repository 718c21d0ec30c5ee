"""The bank of 26.3.1, route: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import numpy as np

from autograde.mistakes import right, wrong


@wrong("26.3.1", names="route.sum-below-one", says="do not sum to 1")
def route(logits, K):
    return torch.topk(torch.softmax(logits, dim=-1), K)


@wrong("26.3.1", names="route.over-tokens", says="down the tokens")
def route(logits, K):
    weights, chosen = logits.softmax(dim=0).topk(K, dim=-1)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.1", names="route.over-tokens", how="and without the division")
def route(logits, K):
    return F.softmax(logits, 0).topk(K)


@wrong("26.3.1", names="route.worst", says="smallest logits")
def route(logits, K):
    chosen = logits.argsort(dim=-1)[..., :K]
    return logits.gather(-1, chosen).softmax(-1), chosen


@wrong("26.3.1", names="route.softmax-twice", says="twice")
def route(logits, K):
    shares, chosen = logits.softmax(-1).topk(K)
    return shares.softmax(-1), chosen


@wrong("26.3.1", names="route.no-softmax", says="divided by their sum")
def route(logits, K):
    top, chosen = logits.topk(K)
    return top / top.sum(-1, keepdim=True), chosen


@wrong("26.3.1", names="route.no-softmax", how="the logits as they are")
def route(logits, K):
    return logits.topk(K)


@wrong("26.3.1", names="route.sigmoid", says="sigmoid")
def route(logits, K):
    top, chosen = torch.sigmoid(logits).topk(K)
    return top / top.sum(-1, keepdim=True), chosen


@wrong("26.3.1", names="route.all-alike", says="same weight")
def route(logits, K):
    top, chosen = logits.topk(K)
    return logits * 0 + 1 / K if K == logits.shape[-1] else top * 0 + 1 / K, chosen


@wrong("26.3.1", names="route.order", says="largest first")
def route(logits, K):
    chosen = logits.argsort(dim=-1)[..., -K:]
    return logits.gather(-1, chosen).softmax(-1), chosen


@wrong("26.3.1", names="route.order", how="by number of the expert")
def route(logits, K):
    chosen = logits.topk(K).indices.sort(-1).values
    return logits.gather(-1, chosen).softmax(-1), chosen


@wrong("26.3.1", names="route.order", how="numbers sorted, weights not")
def route(logits, K):
    top, chosen = logits.topk(K)
    return top.softmax(-1), chosen.sort(-1)[0]


@wrong("26.3.1", names="route.table", says="each of the E experts")
def route(logits, K):
    top, chosen = logits.topk(K)
    rest = torch.full_like(logits, -math.inf)
    return rest.scatter(-1, chosen, top).softmax(-1), chosen


@wrong("26.3.1", names="route.swapped", says="numbers first")
def route(logits, K):
    top, chosen = logits.topk(K)
    return chosen, top.softmax(-1)


@wrong("26.3.1", names="route.two-values", says="two")
def route(logits, K):
    return logits.topk(K).values.softmax(-1)[..., 0]


@wrong("26.3.1", names="no-gradient", says="no gradient flows")
def route(logits, K):
    top, chosen = logits.detach().topk(K)
    return top.softmax(-1), chosen


@wrong("26.3.1", names="no-gradient", how="numpy", dtypes=("float32", "float64"))
def route(logits, K):
    values = logits.detach().numpy()
    order = np.argsort(-values, axis=-1)[..., :K]
    top = np.take_along_axis(values, order, -1)
    top = np.exp(top - top.max(-1, keepdims=True))
    weights = torch.from_numpy(top / top.sum(-1, keepdims=True))
    return weights, torch.from_numpy(order)


@wrong("26.3.1", names="route.hard", says="all the weight")
def route(logits, K):
    chosen = logits.topk(K).indices
    best = torch.zeros(*chosen.shape, dtype=logits.dtype)
    best[..., 0] = 1
    return best, chosen


@wrong("26.3.1", names="route.over-tokens", how="of the chosen logits")
def route(logits, K):
    top, chosen = logits.topk(K)
    return top.softmax(0), chosen


@wrong("26.3.1", names="route.sum-of-all", says="over all tokens together")
def route(logits, K):
    top, chosen = logits.topk(K)
    sizes = top.exp()
    return sizes / sizes.sum(), chosen


@wrong("26.3.1", names="route.sum-of-all", how="of shares")
def route(logits, K):
    shares, chosen = logits.softmax(-1).topk(K)
    return shares / shares.sum(), chosen


@wrong("26.3.1", names="route.overflow", says="overflow")
def route(logits, K):
    top, chosen = logits.topk(K)
    sizes = top.exp()
    return sizes / sizes.sum(-1, keepdim=True), chosen


@wrong("26.3.1", names="route.overflow", how="over all experts")
def route(logits, K):
    shares = logits.exp() / logits.exp().sum(-1, keepdim=True)
    top, chosen = shares.topk(K)
    return top / top.sum(-1, keepdim=True), chosen


@wrong("26.3.1", names="route.other-axis", says="along the tokens")
def route(logits, K):
    top, chosen = logits.topk(K, dim=0)
    return top.softmax(-1), chosen


@wrong("26.3.1", names="route.shapes", says="keepdim=True")
def route(logits, K):
    shares, chosen = logits.softmax(-1).topk(K)
    return shares / shares.sum(-1), chosen


@right("26.3.1", how="softmax first, then divided by the sum")
def route(logits, K):
    shares, chosen = logits.softmax(-1).topk(K, dim=-1)
    return shares / shares.sum(-1, keepdim=True), chosen


@right("26.3.1", how="sort and gather")
def route(logits, K):
    chosen = logits.argsort(dim=-1, descending=True)[..., :K]
    return torch.softmax(logits.gather(-1, chosen), -1), chosen


@right("26.3.1", how="the largest, K times")
def route(logits, K):
    left, chosen = logits, []
    for _ in range(K):
        best = left.argmax(-1, keepdim=True)
        chosen.append(best)
        left = left.scatter(-1, best, -math.inf)
    chosen = torch.cat(chosen, -1)
    top = logits.gather(-1, chosen)
    size = torch.exp(top - top[..., :1])
    return size / size.sum(-1, keepdim=True), chosen


@right("26.3.1", how="log-sum-exp by hand")
def route(logits, K):
    top, chosen = torch.sort(logits, dim=-1, descending=True)
    top, chosen = top[..., :K], chosen[..., :K]
    return (top - top.logsumexp(-1, keepdim=True)).exp(), chosen


@right("26.3.1", how="exp, after the largest logit is taken out")
def route(logits, K):
    sizes = (logits - logits.amax(-1, keepdim=True)).exp()
    top, chosen = sizes.topk(K)
    return top / top.sum(-1, keepdim=True), chosen
