"""The bank of 26.3.3, within_capacity: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

from collections import Counter

from autograde.mistakes import right, wrong


@wrong("26.3.3", names="capacity.token-by-token", says="before the next token's first")
def within_capacity(chosen, E, capacity):
    flat = chosen.flatten()
    place = F.one_hot(flat, E).cumsum(0).gather(1, flat[:, None])
    return (place <= capacity).view(chosen.shape)


@wrong("26.3.3", names="capacity.second-first", says="before first ones")
def within_capacity(chosen, E, capacity):
    queue = chosen.flip(1).T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place <= capacity).view(chosen.T.shape).T.flip(1)


@wrong("26.3.3", names="capacity.drops-the-earliest", says="come last")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten().flip(0)
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place <= capacity).flip(0).view(chosen.T.shape).T


@wrong("26.3.3", names="capacity.one-seat-less", says="one seat less")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place < capacity).view(chosen.T.shape).T


@wrong("26.3.3", names="capacity.one-seat-more", says="one seat more")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None]) - 1
    return (place <= capacity).view(chosen.T.shape).T


@wrong("26.3.3", names="capacity.each-choice-apart", says="seats of their own")
def within_capacity(chosen, E, capacity):
    asked = F.one_hot(chosen, E).cumsum(0)  # (N, K, E)
    place = asked.gather(-1, chosen[..., None])[..., 0]
    return place <= capacity


@wrong("26.3.3", names="capacity.inverted", says="dropped choices")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place > capacity).view(chosen.T.shape).T


@wrong("26.3.3", names="capacity.whole-token", says="all of its choices")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    kept = (place <= capacity).view(chosen.T.shape).T
    return kept.all(1, keepdim=True).expand_as(kept)


@wrong("26.3.3", names="capacity.whole-expert", says="loses all")
def within_capacity(chosen, E, capacity):
    load = torch.bincount(chosen.flatten(), minlength=E)
    return (load <= capacity)[chosen]


@wrong("26.3.3", names="capacity.first-always", says="always have a seat")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    kept = (place <= capacity).view(chosen.T.shape).T.clone()
    kept[:, 0] = True
    return kept


@wrong("26.3.3", names="capacity.one-queue", says="share one queue")
def within_capacity(chosen, E, capacity):
    place = torch.arange(chosen.numel()).view(chosen.T.shape).T
    return place < capacity


@wrong("26.3.3", names="capacity.not-put-back", says="order of the queue")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place <= capacity).view(chosen.shape)


@wrong("26.3.3", names="capacity.everybody", says="Everybody")
def within_capacity(chosen, E, capacity):
    return torch.ones_like(chosen, dtype=torch.bool)


@wrong("26.3.3", names="capacity.numbers", says="0 and 1")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(0).gather(1, queue[:, None])
    return (place <= capacity).long().view(chosen.T.shape).T


@wrong("26.3.3", names="capacity.everybody", how="counted along the wrong axis")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.flatten()
    place = F.one_hot(queue, E).cumsum(1).gather(1, queue[:, None])
    return (place <= capacity).view(chosen.T.shape).T


@right("26.3.3", how="counters in a loop")
def within_capacity(chosen, E, capacity):
    asked, kept = Counter(), torch.zeros(chosen.shape, dtype=torch.bool)
    for k in range(chosen.shape[1]):
        for n in range(chosen.shape[0]):
            e = int(chosen[n, k])
            kept[n, k] = asked[e] < capacity
            asked[e] += 1
    return kept


@right("26.3.3", how="who stands before me")
def within_capacity(chosen, E, capacity):
    queue = chosen.T.reshape(-1)
    before = (queue[:, None] == queue[None, :]).tril(-1).sum(1)
    return (before < capacity).reshape(chosen.shape[1], -1).T


@right("26.3.3", how="choice by choice, with a carry")
def within_capacity(chosen, E, capacity):
    taken, kept = torch.zeros(E, dtype=torch.long), []
    for column in chosen.T:
        table = F.one_hot(column, E)
        place = (taken + table.cumsum(0))[torch.arange(len(column)), column]
        kept.append(place <= capacity)
        taken = taken + table.sum(0)
    return torch.stack(kept, dim=1)


@right("26.3.3", how="the first ones of each expert's list")
def within_capacity(chosen, E, capacity):
    queue = rearrange(chosen, "n k -> (k n)")
    kept = torch.zeros_like(queue, dtype=torch.bool)
    for e in range(E):
        kept[(queue == e).nonzero()[:capacity, 0]] = True
    return rearrange(kept, "(k n) -> n k", k=chosen.shape[1])
