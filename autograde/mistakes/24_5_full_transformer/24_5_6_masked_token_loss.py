"""The bank of 24.5.6, masked_token_loss: as learners write it, wrong and right."""
# ruff: noqa: F811, F821, E731

import torch
import torch.nn.functional as F

from autograde.mistakes import right, wrong


@wrong("24.5.6", names="masked-loss.not-hidden", says="sees the tokens")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids)
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.all-counted", says="counts all tokens")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits.flatten(0, 1), ids.flatten())


@wrong("24.5.6", names="masked-loss.inverted", says="were not chosen")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits[~chosen], ids[~chosen])


@wrong("24.5.6", names="masked-loss.inverted", how="True taken for keep")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(torch.where(chosen, ids, mask_id))
    return F.cross_entropy(logits[~chosen], ids[~chosen])


@wrong("24.5.6", names="masked-loss.inverted", how="hidden the wrong way only")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(torch.where(chosen, ids, mask_id))
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.labels-hidden", says="Your labels are mask_id")
def masked_token_loss(encode, ids, chosen, mask_id):
    ids = ids.masked_fill(chosen, mask_id)
    logits = encode(ids)
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="changed-input", says="in place")
def masked_token_loss(encode, ids, chosen, mask_id):
    ids[chosen] = mask_id
    logits = encode(ids)
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.sum", says="not their mean")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits[chosen], ids[chosen], reduction="sum")


@wrong("24.5.6", names="masked-loss.divided-by-all", says="number of all tokens")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    loss = F.cross_entropy(logits.mT, ids, reduction="none")
    return (loss * chosen).mean()


@wrong("24.5.6", names="masked-loss.divided-by-all", how="by the batch")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    loss = F.cross_entropy(logits.mT, ids, reduction="none")
    return (loss * chosen).sum(1).mean()


@wrong("24.5.6", names="masked-loss.wrong-mask", says="another number than mask_id")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, 0))
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.wrong-mask", how="multiplied away")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids * ~chosen)
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.wrong-mask", how="the course's own constant")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, 3))
    return F.cross_entropy(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.softmax-twice", says="go through a softmax")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits.softmax(-1)[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.sign", says="wrong sign")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    p = logits[chosen].log_softmax(-1)
    return p.gather(1, ids[chosen][:, None]).mean()


@wrong("24.5.6", names="masked-loss.no-log", says="no logarithm")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.nll_loss(logits[chosen], ids[chosen])


@wrong("24.5.6", names="masked-loss.no-log", how="a probability")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.nll_loss(logits[chosen].softmax(-1), ids[chosen])


@wrong("24.5.6", names="masked-loss.by-sentence", says="sentences' means")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    loss = F.cross_entropy(logits.mT, ids, reduction="none") * chosen
    return (loss.sum(1) / chosen.sum(1)).mean()


@wrong("24.5.6", names="masked-loss.shapes", says="on another axis")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits, ids)


@wrong("24.5.6", names="masked-loss.no-gradient", says="without a way back")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return F.cross_entropy(logits[chosen], ids[chosen]).item()


@wrong("24.5.6", names="masked-loss.no-gradient", how="a new tensor")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    return torch.tensor(F.cross_entropy(logits[chosen], ids[chosen]).item())


@wrong("24.5.6", names="masked-loss.reshaped", says="two axes should change places")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    B, T, V = logits.shape
    losses = F.cross_entropy(logits.view(B, V, T), ids, reduction="none")
    return losses[chosen].mean()


@wrong("24.5.6", names="masked-loss.extra-calls", says="more than once")
def masked_token_loss(encode, ids, chosen, mask_id):
    hidden = ids.masked_fill(chosen, mask_id)
    losses = []
    for b in range(len(ids)):
        logits = encode(hidden[b : b + 1])[0]
        losses.append(
            F.cross_entropy(logits[chosen[b]], ids[b][chosen[b]], reduction="sum")
        )
    return sum(losses) / chosen.sum()


@wrong("24.5.6", names="masked-loss.softmax-axis", says="runs over the positions")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    logs = logits.log_softmax(dim=1)
    return F.nll_loss(logs[chosen], ids[chosen])


@right("24.5.6", how="ignore_index")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    labels = ids.masked_fill(~chosen, -100)
    return F.cross_entropy(logits.mT, labels)


@right("24.5.6", how="log_softmax and gather")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(ids.masked_fill(chosen, mask_id))
    p = torch.log_softmax(logits, dim=-1)
    right = p.gather(-1, ids[..., None]).squeeze(-1)
    return -(right * chosen).sum() / chosen.sum()


@right("24.5.6", how="token by token")
def masked_token_loss(encode, ids, chosen, mask_id):
    seen = torch.where(chosen, torch.full_like(ids, mask_id), ids)
    logits, losses = encode(seen), []
    for b, t in chosen.nonzero().tolist():
        losses.append(F.cross_entropy(logits[b, t], ids[b, t]))
    return torch.stack(losses).mean()


@right("24.5.6", how="logsumexp and one-hot")
def masked_token_loss(encode, ids, chosen, mask_id):
    seen = ids.clone()
    seen[chosen] = mask_id
    logits = encode(seen)[chosen]
    one = F.one_hot(ids[chosen], logits.shape[-1])
    return (logits.logsumexp(-1) - (logits * one).sum(-1)).mean()


@right("24.5.6", how="float64 inside, -100 where nothing is asked")
def masked_token_loss(encode, ids, chosen, mask_id):
    logits = encode(torch.where(chosen, torch.full_like(ids, mask_id), ids))
    logs = torch.log_softmax(logits.double(), -1)
    return F.nll_loss(logs.permute(0, 2, 1), ids.masked_fill(~chosen, -100)).float()
