"""The bank of 24.2.4, padding mask: as learners write it, wrong and right."""
# ruff: noqa: F811

import numpy as np
import torch
import torch.nn.functional as F
from einops import rearrange, repeat

from autograde.mistakes import right, wrong


@wrong("24.2.4", names="padding.inverted", says="True marks the padding")
def padding_mask(lengths, S):
    return torch.arange(S)[None, None, :] >= lengths[:, None, None]


@wrong("24.2.4", names="padding.inverted", how="as torch's key_padding_mask")
def padding_mask(lengths, S):
    mask = torch.ones(len(lengths), 1, S, dtype=torch.bool)
    for i, n in enumerate(lengths):
        mask[i, 0, :n] = False
    return mask


@wrong("24.2.4", names="padding.one-too-many", says="keeps one padding token")
def padding_mask(lengths, S):
    return torch.arange(S) <= lengths.view(-1, 1, 1)


@wrong("24.2.4", names="padding.one-too-many", how="a slice that goes too far")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    for i in range(len(lengths)):
        mask[i, :, : lengths[i] + 1] = True
    return mask


@wrong("24.2.4", names="padding.one-too-few", says="the last real token")
def padding_mask(lengths, S):
    positions = torch.arange(1, S + 1)
    return positions < lengths[:, None, None]


@wrong("24.2.4", names="padding.one-too-few", how="a loop")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S).bool()
    for b, n in enumerate(lengths.tolist()):
        for s in range(n - 1):
            mask[b, 0, s] = True
    return mask


@wrong("24.2.4", names="padding.no-query-axis", says="the axis of the queries")
def padding_mask(lengths, S):
    return torch.arange(S)[None, :] < lengths[:, None]


@wrong("24.2.4", names="padding.no-query-axis", how="inverted as well")
def padding_mask(lengths, S):
    return torch.arange(S).expand(len(lengths), S) >= lengths.unsqueeze(1)


@wrong("24.2.4", names="padding.head-axis", says="(B, 1, 1, S)")
def padding_mask(lengths, S):
    mask = torch.arange(S)[None, :] < lengths[:, None]
    return mask.unsqueeze(1).unsqueeze(2)


@wrong("24.2.4", names="padding.hides-queries", says="hides queries, not keys")
def padding_mask(lengths, S):
    return (torch.arange(S)[None, :] < lengths[:, None]).unsqueeze(-1)


@wrong("24.2.4", names="padding.at-the-left", says="to be at the left")
def padding_mask(lengths, S):
    positions = torch.arange(S)
    return positions >= S - rearrange(lengths, "b -> b 1 1")


@wrong("24.2.4", names="padding.longest-in-batch", says="the longest sentence")
def padding_mask(lengths, S):
    return torch.arange(lengths.max())[None, None] < lengths[:, None, None]


@wrong("24.2.4", names="padding.first-length-for-all", says="first sentence's")
def padding_mask(lengths, S):
    mask = torch.arange(S) < lengths[0]
    return mask.expand(len(lengths), 1, S)


@wrong("24.2.4", names="padding.longest-for-all", says="longest sentence's length")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    mask[:, :, : lengths.max()] = True
    return mask


@wrong("24.2.4", names="padding.stretched", says="stretched to (B, S, S)")
def padding_mask(lengths, S):
    keep = torch.arange(S)[None, :] < lengths[:, None]
    return keep[:, None, :].repeat(1, S, 1)


@wrong("24.2.4", names="padding.both-sides", says="queries")
def padding_mask(lengths, S):
    keep = torch.arange(S)[None, :] < lengths[:, None]
    return keep[:, :, None] & keep[:, None, :]


@wrong("24.2.4", names="padding.zeros-and-ones", says="the numbers 0 and 1")
def padding_mask(lengths, S):
    return (torch.arange(S) < lengths[:, None, None]).float()


@wrong("24.2.4", names="padding.zeros-and-ones", how="filled into zeros")
def padding_mask(lengths, S):
    mask = torch.zeros(lengths.shape[0], 1, S, dtype=torch.long)
    for i, n in enumerate(lengths):
        mask[i, 0, :n] = 1
    return mask


@wrong("24.2.4", names="padding.additive", says="0 and −∞")
def padding_mask(lengths, S):
    padding = torch.arange(S) >= lengths[:, None, None]
    return torch.zeros(len(lengths), 1, S).masked_fill(padding, -torch.inf)


@wrong("24.2.4", names="padding.comparison-shapes", says="do not line up")
def padding_mask(lengths, S):
    return (torch.arange(S) < lengths).unsqueeze(1)


@wrong("24.2.4", names="padding.one-number", says="one for each", how="in an if")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    for s in range(S):
        if s < lengths:
            mask[:, 0, s] = True
    return mask


@wrong("24.2.4", names="padding.one-number", how="a slice up to all lengths")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    mask[:, :, :lengths] = True
    return mask


@wrong("24.2.4", names="padding.batch-second", says="(1, B, S)")
def padding_mask(lengths, S):
    return (torch.arange(S)[None, :] < lengths[:, None]).unsqueeze(0)


@wrong("24.2.4", names="padding.only-last", says="one token")
def padding_mask(lengths, S):
    return torch.arange(S) == lengths[:, None, None] - 1


@wrong("24.2.4", names="changed-input", says="lengths in place")
def padding_mask(lengths, S):
    lengths -= 1
    return torch.arange(S) <= lengths[:, None, None]


@wrong("24.2.4", names="type", says="yours is a list")
def padding_mask(lengths, S):
    return [[[s < n for s in range(S)]] for n in lengths.tolist()]


@wrong("24.2.4", names="type", says="yours is None", how="nothing returned")
def padding_mask(lengths, S):
    mask = torch.arange(S) < lengths[:, None, None]
    print(mask)


@wrong("24.2.4", names="padding.one-number", how="range over a tensor")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    for i in range(lengths):
        mask[i, 0, : lengths[i]] = True
    return mask


@wrong("24.2.4", names="error", says="non-negative", hidden=True, how="empty sentence")
def padding_mask(lengths, S):
    # an empty sentence has no last token to start from
    last = F.one_hot(lengths.long() - 1, S)
    return last.flip(-1).cumsum(-1).flip(-1).bool()[:, None]


@right("24.2.4", how="broadcasting with None")
def padding_mask(lengths, S):
    return torch.arange(S)[None, None, :] < lengths[:, None, None]


@right("24.2.4", how="not at or after the end")
def padding_mask(lengths, S):
    ended = torch.arange(S).ge(lengths.reshape(-1, 1))
    return ended.logical_not().unsqueeze(1)


@right("24.2.4", how="repeat by einops")
def padding_mask(lengths, S):
    positions = repeat(torch.arange(S), "s -> b 1 s", b=len(lengths))
    return positions < rearrange(lengths, "b -> b 1 1")


@right("24.2.4", how="rows of a triangle")
def padding_mask(lengths, S):
    # row n of this table starts with n times True
    table = torch.ones(S + 1, S, dtype=torch.bool).tril(-1)
    return table[lengths.long()].unsqueeze(1)


@right("24.2.4", how="ends marked, then added up")
def padding_mask(lengths, S):
    ends = F.one_hot(lengths.long(), S + 1)[:, :S]
    return (ends.cumsum(-1) == 0)[:, None]


@right("24.2.4", how="numpy")
def padding_mask(lengths, S):
    mask = np.arange(S)[None, :] < lengths.numpy()[:, None]
    return torch.from_numpy(mask)[:, None, :]


@right("24.2.4", how="vmap over sentences")
def padding_mask(lengths, S):
    return torch.vmap(lambda n: (torch.arange(S) < n)[None])(lengths)


@right("24.2.4", how="a loop that fills slices")
def padding_mask(lengths, S):
    mask = torch.zeros(len(lengths), 1, S, dtype=torch.bool)
    for row, n in zip(mask, lengths.tolist(), strict=True):
        row[0, :n] = True
    return mask


@wrong("24.2.4", names="padding.inverted-and-shifted", says="the last real token and")
def padding_mask(lengths, S):
    return (torch.arange(1, S + 1) >= lengths[:, None])[:, None]
