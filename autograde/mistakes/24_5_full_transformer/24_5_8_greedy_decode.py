"""The bank of 24.5.8, greedy_decode: as learners write it, wrong and right."""
# ruff: noqa: F811, F821, E731

import torch

from autograde.mistakes import right, wrong


@wrong("24.5.8", names="greedy.never-stops", says="runs to the limit")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
    return ids[:, 1:]


@wrong(
    "24.5.8", names="greedy.never-stops", how="asks whether all end in the same step"
)
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if (newest == end).all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.stops-at-first", says="as soon as one")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.any():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.writes-on", says="goes on writing")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.end-dropped", says="is missing in your result")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        finished = finished | (newest == end)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.end-dropped", how="leaves before it appends")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        finished = finished | (newest == end)
        if finished.all():
            break
        ids = torch.cat([ids, newest[:, None]], dim=1)
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.end-repeated", says="filled up with `end`")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, end, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.start-kept", says="begins with `start`")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids


@wrong("24.5.8", names="greedy.one-too-many", says="one token more")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit + 1):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.one-too-few", says="one token less")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    while ids.shape[1] < limit:
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.one-too-few", how="range from 1")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(1, limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.last-token-only", says="the newest token only")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids[:, -1:])[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.first-position", says="first position")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, 0].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.wrong-start", says="do not begin with")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), pad)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.wrong-start", how="zeros")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.zeros((B, 1), dtype=torch.long)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.smallest", says="least likely")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmin(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.extra-calls", says="more often than needed")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        B, _T, _V = decode(ids).shape
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.extra-calls", how="one call after the end")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    logits = decode(ids)
    for _ in range(limit):
        newest = torch.where(finished, pad, logits[:, -1].argmax(-1))
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        logits = decode(ids)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.shapes", says="make it (B, 1)")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.endless", says="does not stop at the limit")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    while True:
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="random", says="two different answers", how="samples")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = torch.multinomial(decode(ids)[:, -1].softmax(-1), 1)[:, 0]
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.flag-not-kept", says="writes again after one `pad`")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = newest == end
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.padding-inverted", says="while a sentence goes on")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = newest.where(finished, pad)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.padded-to-limit", says="filled up with padding")
def greedy_decode(decode, B, start, end, pad, limit):
    out = torch.full((B, limit), pad)
    finished = torch.zeros(B, dtype=torch.bool)
    ids = torch.full((B, 1), start)
    for t in range(limit):
        newest = decode(ids)[:, -1].argmax(-1).where(~finished, pad)
        out[:, t] = newest
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished |= newest == end
        if finished.all():
            break
    return out


@wrong("24.5.8", names="greedy.one-step-late", says="one more step after all have")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        if finished.all():
            break
        finished = finished | (newest == end)
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.flag-not-kept", how="looks at the token before only")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(ids[:, -1] == end, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        if (ids == end).any(1).all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.shapes", how="one row of start for all")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.tensor([[start]])
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@wrong("24.5.8", names="greedy.over-positions", says="runs over the positions")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    finished = torch.zeros(B, dtype=torch.bool)
    for _ in range(limit):
        newest = decode(ids).argmax(1)[:, -1]
        newest = torch.where(finished, pad, newest)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        finished = finished | (newest == end)
        if finished.all():
            break
    return ids[:, 1:]


@right("24.5.8", how="a loop over the sentences at the end")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    for _ in range(limit):
        newest = decode(ids).argmax(-1)[:, -1:]
        over = (ids == end).any(1, keepdim=True)
        newest[over] = pad
        ids = torch.cat([ids, newest], 1)
        if (ids == end).any(1).all():
            break
    return ids[:, 1:]


@right("24.5.8", how="lists")
def greedy_decode(decode, B, start, end, pad, limit):
    rows = [[start] for _ in range(B)]
    while len(rows[0]) <= limit and not all(end in row for row in rows):
        logits = decode(torch.tensor(rows))
        for row, scores in zip(rows, logits[:, -1], strict=True):
            row.append(pad if end in row else int(scores.argmax()))
    return torch.tensor(rows)[:, 1:]


@right("24.5.8", how="a buffer that is filled")
def greedy_decode(decode, B, start, end, pad, limit):
    buffer = torch.full((B, limit + 1), pad)
    buffer[:, 0] = start
    done, t = torch.zeros(B).bool(), 0
    while t < limit and not bool(done.all()):
        values, newest = decode(buffer[:, : t + 1])[:, -1, :].max(dim=-1)
        t += 1
        buffer[~done, t] = newest[~done]
        done |= newest == end
    return buffer[:, 1 : t + 1]


@right("24.5.8", how="topk and masked_fill")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.ones(B, 1, dtype=torch.long) * start
    alive = torch.ones(B, 1, dtype=torch.bool)
    written = 0
    while written < limit and alive.any():
        newest = decode(ids)[:, -1].topk(1).indices
        newest = newest.masked_fill(~alive, pad)
        ids, written = torch.hstack([ids, newest]), written + 1
        alive = alive & (newest != end)
    return ids[:, 1:]


@right("24.5.8", how="padding only at the end, by a running count")
def greedy_decode(decode, B, start, end, pad, limit):
    ids = torch.full((B, 1), start)
    for _ in range(limit):
        newest = decode(ids)[:, -1].argmax(-1)
        ids = torch.cat([ids, newest[:, None]], dim=1)
        if (ids[:, 1:] == end).any(1).all():
            break
    ended = (ids[:, 1:] == end).long()
    return ids[:, 1:].masked_fill(ended.cumsum(1) - ended > 0, pad)


@right("24.5.8", how="only the rows that go on are written")
def greedy_decode(decode, B, start, end, pad, limit):
    rows = torch.full((B, limit + 1), pad)
    rows[:, 0] = start
    steps, alive = 0, [True] * B
    while steps < limit and any(alive):
        logits = decode(rows[:, : steps + 1])
        steps += 1
        for b in range(B):
            if alive[b]:
                rows[b, steps] = torch.softmax(logits[b, -1], 0).argmax()
                alive[b] = bool(rows[b, steps] != end)
    return rows[:, 1 : steps + 1]
