"""The bank of 26.3.7, route_with_bias: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from autograde.mistakes import right, wrong


@wrong("26.3.7", names="route-with-bias.weighs", says="in the weights, too")
def route_with_bias(logits, bias, K):
    weights, chosen = (logits.sigmoid() + bias).topk(K)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.weighs", how="and a softmax")
def route_with_bias(logits, bias, K):
    weights, chosen = (logits.sigmoid() + bias).topk(K)
    return weights.softmax(-1), chosen


@wrong("26.3.7", names="route-with-bias.no-bias", says="does not look at the bias")
def route_with_bias(logits, bias, K):
    weights, chosen = logits.sigmoid().topk(K)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.minus", says="subtract the bias")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores - bias).topk(K).indices
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.before-sigmoid", says="before the sigmoid")
def route_with_bias(logits, bias, K):
    scores = torch.sigmoid(logits)
    chosen = torch.sigmoid(logits + bias).topk(K).indices
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.before-sigmoid", how="weights as well")
def route_with_bias(logits, bias, K):
    weights, chosen = torch.sigmoid(logits + bias).topk(K)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.softmax", says="softmax over the experts")
def route_with_bias(logits, bias, K):
    scores = logits.softmax(-1)
    chosen = (scores + bias).topk(K).indices
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.no-sum", says="do not sum to 1")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores + bias).topk(K).indices
    return scores.gather(-1, chosen), chosen


@wrong(
    "26.3.7", names="route-with-bias.no-sum", how="divided by the sum over all experts"
)
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores + bias).topk(K).indices
    return (scores / scores.sum(-1, keepdim=True)).gather(-1, chosen), chosen


@wrong("26.3.7", names="route-with-bias.softmax-of-scores", says="are a softmax")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores + bias).topk(K).indices
    return scores.gather(-1, chosen).softmax(-1), chosen


@wrong("26.3.7", names="route-with-bias.softmax-of-scores", how="of their logits")
def route_with_bias(logits, bias, K):
    chosen = (logits.sigmoid() + bias).topk(K).indices
    return logits.gather(-1, chosen).softmax(-1), chosen


@wrong("26.3.7", names="route-with-bias.no-sigmoid", says="logits as scores")
def route_with_bias(logits, bias, K):
    chosen = (logits + bias).topk(K).indices
    weights = logits.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.worst", says="smallest scores")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores + bias).argsort(-1)[:, :K]
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.times", says="multiply by the bias")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    chosen = (scores * bias).topk(K).indices
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route-with-bias.no-gradient", says="router cannot learn")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid().detach()
    chosen = (scores + bias).topk(K).indices
    weights = scores.gather(-1, chosen)
    return weights / weights.sum(-1, keepdim=True), chosen


@wrong("26.3.7", names="route.two-values", says="asked for are two", how="weights only")
def route_with_bias(logits, bias, K):
    scores = logits.sigmoid()
    weights = scores.gather(-1, (scores + bias).topk(K).indices)
    return (weights / weights.sum(-1, keepdim=True),)


@right("26.3.7", how="the sum of the pair subtracted back")
def route_with_bias(logits, bias, K):
    scores = 1 / (1 + torch.exp(-logits))
    top, chosen = torch.topk(scores + bias.detach(), K)
    weights = top - bias.detach()[chosen]
    return weights / weights.sum(1, keepdim=True), chosen


@right("26.3.7", how="sorted, and taken along the axis")
def route_with_bias(logits, bias, K):
    scores = F.sigmoid(logits)
    order = torch.argsort(scores + bias, dim=1, descending=True)
    chosen = order[:, :K]
    weights = torch.take_along_dim(scores, chosen, dim=1)
    return F.normalize(weights, p=1, dim=1), chosen


@right("26.3.7", how="token by token")
def route_with_bias(logits, bias, K):
    rows, numbers = [], []
    for row in logits:
        scores = row.sigmoid()
        wish = (scores + bias).tolist()
        best = sorted(range(len(wish)), key=lambda e: -wish[e])[:K]
        rows.append(scores[best] / scores[best].sum())
        numbers.append(best)
    return torch.stack(rows), torch.tensor(numbers)


@right("26.3.7", how="one expert after the other, the best taken out each time")
def route_with_bias(logits, bias, K):
    scores = torch.special.expit(logits)
    wish, picks = (scores + bias).detach().clone(), []
    for _ in range(K):
        best = wish.argmax(dim=1)
        wish[torch.arange(len(wish)), best] = -math.inf
        picks.append(best)
    chosen = torch.stack(picks, dim=1)
    weights = scores[torch.arange(len(scores))[:, None], chosen]
    return torch.div(weights, weights.sum(1)[:, None]), chosen
