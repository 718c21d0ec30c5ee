"""The bank of 24.5.7, next_token_loss: as learners write it, wrong and right."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F

from autograde.mistakes import right, wrong


@wrong("24.5.7", names="next-token.not-shifted", says="the very token")
def next_token_loss(decode, target, start, pad):
    logits = decode(target)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.not-shifted", how="start in front of both")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    target = torch.cat([begin, target], dim=1)
    logits = decode(target)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.no-start", says="never asked for")
def next_token_loss(decode, target, start, pad):
    logits = decode(target[:, :-1])
    labels = target[:, 1:]
    return F.cross_entropy(logits.mT, labels, ignore_index=pad)


@wrong("24.5.7", names="next-token.rolled", says="last token instead of start")
def next_token_loss(decode, target, start, pad):
    logits = decode(target.roll(1, dims=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.wrong-way", says="the wrong way")
def next_token_loss(decode, target, start, pad):
    logits = decode(target.roll(-1, dims=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.wrong-way", how="input and labels changed over")
def next_token_loss(decode, target, start, pad):
    logits = decode(target[:, 1:])
    return F.cross_entropy(logits.mT, target[:, :-1], ignore_index=pad)


@wrong("24.5.7", names="next-token.wrong-way", how="start at the end")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([target[:, 1:], begin], dim=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.shifted-twice", says="shifted by two")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1)[:, :-1])
    return F.cross_entropy(logits.mT, target[:, 1:], ignore_index=pad)


@wrong("24.5.7", names="next-token.shifted-twice", how="two columns of start")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, begin, target[:, :-2]], dim=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.padding-counted", says="counts padding")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten())


@wrong("24.5.7", names="next-token.padding-by-input", says="the token read is padding")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    read = torch.cat([begin, target[:, :-1]], dim=1)
    kept = read != pad
    return F.cross_entropy(decode(read)[kept], target[kept])


@wrong("24.5.7", names="next-token.pad-fixed", says="another number than `pad`")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=0)


@wrong("24.5.7", names="next-token.last-dropped", says="last column")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    target = target[:, :-1]
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.sum", says="not their mean")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    loss = F.cross_entropy(logits.mT, target, reduction="none")
    return (loss * (target != pad)).sum()


@wrong("24.5.7", names="next-token.sum", how="over the batch's size")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    loss = F.cross_entropy(logits.mT, target, ignore_index=pad, reduction="none")
    return loss.sum() / len(target)


@wrong("24.5.7", names="next-token.divided-by-all", says="padding included")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    loss = F.cross_entropy(logits.mT, target, ignore_index=pad, reduction="none")
    return loss.mean()


@wrong("24.5.7", names="next-token.softmax-twice", says="go through a softmax")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    logits = torch.softmax(logits, dim=-1)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.sign", says="wrong sign")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return -F.cross_entropy(logits.mT, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.no-log", says="no logarithm")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return F.nll_loss(logits.mT, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.by-sentence", says="sentences' means")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    loss = F.cross_entropy(logits.mT, target, ignore_index=pad, reduction="none")
    return (loss.sum(1) / (target != pad).sum(1)).mean()


@wrong("24.5.7", names="next-token.shapes", says="on another axis")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return F.cross_entropy(logits, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.no-gradient", says="without a way back")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    return float(F.cross_entropy(logits.mT, target, ignore_index=pad))


@wrong("24.5.7", names="changed-input", says="in place")
def next_token_loss(decode, target, start, pad):
    labels = target.clone()
    target[:, 1:] = labels[:, :-1]
    target[:, 0] = start
    return F.cross_entropy(decode(target).mT, labels, ignore_index=pad)


@wrong("24.5.7", names="next-token.not-shifted", how="start in place of the first")
def next_token_loss(decode, target, start, pad):
    read = target.clone()
    read[:, 0] = start
    return F.cross_entropy(decode(read).mT, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.not-shifted", how="the labels are shifted too")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    target = torch.cat([begin, target[:, :-1]], dim=1)
    return F.cross_entropy(decode(target).mT, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.wrong-start", says="does not begin with `start`")
def next_token_loss(decode, target, start, pad):
    read = F.pad(target[:, :-1], (1, 0), value=pad)
    return F.cross_entropy(decode(read).mT, target, ignore_index=pad)


@wrong("24.5.7", names="next-token.wrong-start", how="zeros")
def next_token_loss(decode, target, start, pad):
    read = torch.zeros_like(target)
    read[:, 1:] = target[:, :-1]
    logits = decode(read)
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@wrong("24.5.7", names="next-token.reshaped", says="two axes should change places")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    B, T, V = logits.shape
    return F.cross_entropy(logits.reshape(B, V, T), target, ignore_index=pad)


@wrong("24.5.7", names="next-token.extra-calls", says="more than once")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    read = torch.cat([begin, target[:, :-1]], dim=1)
    losses = 0
    for t in range(target.shape[1]):
        logits = decode(read[:, : t + 1])[:, -1]
        losses = losses + F.cross_entropy(
            logits, target[:, t], ignore_index=pad, reduction="sum"
        )
    return losses / (target != pad).sum()


@wrong("24.5.7", names="next-token.end-not-counted", says="the last token of each")
def next_token_loss(decode, target, start, pad):
    read = F.pad(target[:, :-1], (1, 0), value=start)
    losses = F.cross_entropy(decode(read).mT, target, reduction="none")
    kept = F.pad(target[:, 1:], (0, 1), value=pad) != pad
    return losses[kept].mean()


@wrong("24.5.7", names="next-token.softmax-axis", says="runs over the positions")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    logs = torch.log_softmax(logits, dim=1)
    return F.nll_loss(logs.flatten(0, 1), target.flatten(), ignore_index=pad)


@right("24.5.7", how="pad on the left by F.pad")
def next_token_loss(decode, target, start, pad):
    read = F.pad(target, (1, -1), value=start)
    return F.cross_entropy(decode(read).transpose(1, 2), target, ignore_index=pad)


@right("24.5.7", how="roll, then overwrite")
def next_token_loss(decode, target, start, pad):
    read = torch.roll(target, 1, dims=1)
    read[:, 0] = start
    kept = target != pad
    return F.cross_entropy(decode(read)[kept], target[kept])


@right("24.5.7", how="log_softmax, gather and a mask")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    p = logits.log_softmax(-1).gather(2, target[:, :, None])[..., 0]
    real = target != pad
    return -p.where(real, 0).sum() / real.sum()


@right("24.5.7", how="token by token")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target[:, :-1]], dim=1))
    losses = []
    for row, scores in zip(target, logits, strict=True):
        for label, score in zip(row, scores, strict=True):
            if label != pad:
                losses.append(score.logsumexp(0) - score[label])
    return sum(losses) / len(losses)


@right("24.5.7", how="all tokens read, the last logits dropped")
def next_token_loss(decode, target, start, pad):
    begin = torch.full_like(target[:, :1], start)
    logits = decode(torch.cat([begin, target], dim=1))[:, :-1]
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), ignore_index=pad)


@right("24.5.7", how="padding has the weight 0")
def next_token_loss(decode, target, start, pad):
    read = torch.empty_like(target)
    read[:, 0], read[:, 1:] = start, target[:, :-1]
    logits = decode(read)
    weight = torch.ones(logits.shape[-1])
    weight[pad] = 0
    return F.cross_entropy(logits.flatten(0, 1), target.flatten(), weight=weight)


@right("24.5.7", how="one-hot labels and einsum")
def next_token_loss(decode, target, start, pad):
    read = torch.tensor([[start, *row[:-1]] for row in target.tolist()])
    logs = decode(read).log_softmax(-1)
    hot = F.one_hot(target, logs.shape[-1]).to(logs.dtype)
    hot = hot * (target != pad)[..., None]
    return -torch.einsum("btv,btv->", logs, hot) / hot.sum()
