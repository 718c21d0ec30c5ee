"""Mistakes in greedy decoding. Oracle: decode(lengths, table, start, end, pad, limit).

It returns {"ids", "calls"}. Its hooks `feeds`, `goes_on` and `picks` make it commit a
known mistake.
"""

import torch
import torch.nn.functional as F

from ..check.mistake import Mistake, ways
from ..i18n import N_


def _result(ids, calls):
    return {"ids": ids, "calls": calls}


def _changed(change):
    """The oracle's ids, changed; its calls."""

    def variant(oracle, got=None, **inputs):
        right = oracle(**inputs)
        return _result(change(right["ids"], inputs), right["calls"])

    return variant


def _hooked(**hooks):
    def variant(oracle, got=None, **inputs):
        return oracle(**inputs, **hooks)

    return variant


def _limited(by):
    def variant(oracle, got=None, **inputs):
        return oracle(**inputs | {"limit": inputs["limit"] + by})

    return variant


def _until_limit(oracle, got=None, **inputs):
    right, limit = oracle(**inputs)["ids"], inputs["limit"]
    return _result(
        F.pad(right, (0, limit - right.shape[1]), value=inputs["pad"]), limit
    )


def _filled(ids, inputs, length):
    return F.pad(ids, (0, length - ids.shape[1]), value=inputs["pad"])


def _all_padding(oracle, got=None, **inputs):
    rows, limit = len(inputs["lengths"]), inputs["limit"]
    return _result(torch.full((rows, limit), inputs["pad"]), limit)


def _first_place(oracle, got=None, **inputs):
    """The number of the place where the last token of the vocabulary is likeliest: 0,
    as that token gets less likely with each row of the tests' table."""
    length = 1 if inputs["end"] == 0 else inputs["limit"]
    return _result(torch.zeros(len(inputs["lengths"]), length).long(), length)


def _one_step_more(oracle, got=None, **inputs):
    right = oracle(**inputs)
    length = min(right["ids"].shape[1] + 1, inputs["limit"])
    return _result(_filled(right["ids"], inputs, length), length)


def _written_after_pad(got, expected, end, pad) -> bool:
    """Right up to one pad behind each end, and then something else."""
    ids, right = got.get("ids"), expected["ids"]
    if not isinstance(ids, torch.Tensor) or ids.ndim != 2 or len(ids) != len(right):
        return False
    again = False
    for row, wanted in zip(ids.tolist(), right.tolist(), strict=True):
        length = wanted.index(end) + 1 if end in wanted else len(wanted)
        if row[: length + 1] != (wanted[:length] + [pad])[: len(row)]:
            return False
        again |= any(token != pad for token in row[length:])
    return again


def _until_first(oracle, got=None, **inputs):
    right = oracle(**inputs)["ids"]
    ends = (right == inputs["end"]).int()
    firsts = [row.argmax().item() + 1 for row in ends if bool(row.any())]
    n = min(firsts, default=right.shape[1])
    return _result(right[:, :n], n)


def _with_start(ids, inputs):
    return torch.cat([torch.full_like(ids[:, :1], inputs["start"]), ids], 1)


def _more_calls(number):
    def variant(oracle, got=None, **inputs):
        right = oracle(**inputs)
        return {"ids": right["ids"], "calls": number(right["calls"])}

    return variant


GREEDY = [
    *ways(
        "greedy.never-stops",
        N_("Your loop runs to the limit although every sentence has ended."),
        N_(
            "Leave it when all are finished. Keep a flag per sentence: they do not "
            "end in the same step."
        ),
        _until_limit,
        _hooked(goes_on=True, all_steps=True),
    ),
    *ways(
        "greedy.stops-at-first",
        N_("Your loop stops as soon as one sentence has ended."),
        N_("It stops when all have: `finished.all()`, not `any()`."),
        _until_first,
    ),
    *ways(
        "greedy.writes-on",
        N_("A sentence that has ended goes on writing in yours."),
        N_("After `end` there is only `pad`: `torch.where(finished, pad, newest)`."),
        _hooked(goes_on=True),
    ),
    Mistake(
        "greedy.flag-not-kept",
        N_("A sentence that has ended writes again after one `pad`."),
        N_("Once finished, always finished: it was before, or the newest is `end`."),
        applies=_written_after_pad,
    ),
    *ways(
        "greedy.padding-inverted",
        N_("You write `pad` while a sentence goes on."),
        N_("a.where(condition, b) keeps a where True. `pad` is for the finished."),
        _all_padding,
    ),
    *ways(
        "greedy.padded-to-limit",
        N_("Your result is filled up with padding to the limit."),
        N_("It is as long as the longest sentence: cut off columns of `pad` alone."),
        _changed(lambda ids, i: _filled(ids, i, i["limit"])),
    ),
    *ways(
        "greedy.one-step-late",
        N_("Your loop makes one more step after all have ended."),
        N_("Ask whether all are finished after the newest tokens have been looked at."),
        _one_step_more,
    ),
    *ways(
        "greedy.end-dropped",
        N_("The token `end` is missing in your result."),
        N_("It belongs to the sentence: only what comes after it is padding."),
        _changed(lambda ids, i: ids.masked_fill(ids == i["end"], i["pad"])),
        _changed(lambda ids, i: ids.masked_fill(ids == i["end"], i["pad"])[:, :-1]),
        _changed(lambda ids, i: ids[:, :-1]),
    ),
    *ways(
        "greedy.end-repeated",
        N_("A sentence that has ended is filled up with `end` in yours."),
        N_("After the first `end` comes `pad`."),
        _changed(lambda ids, i: ids.masked_fill(ids == i["pad"], i["end"])),
    ),
    *ways(
        "greedy.start-kept",
        N_("Your result begins with `start`."),
        N_("Cut it off at the end: `ids[:, 1:]`."),
        _changed(_with_start),
    ),
    *ways(
        "greedy.one-too-many",
        N_("Your loop writes one token more than the limit."),
        N_("`limit` counts the tokens written; `start` is not one of them."),
        _limited(1),
    ),
    *ways(
        "greedy.one-too-few",
        N_("Your loop writes one token less than the limit."),
        N_("`limit` counts the tokens written; `start` is not one of them."),
        _limited(-1),
    ),
    *ways(
        "greedy.last-token-only",
        N_("Your model is given the newest token only, without the text so far."),
        N_("Hand all ids to `decode`, start included. Saving that work is 25.4.2."),
        _hooked(feeds="newest"),
    ),
    *ways(
        "greedy.first-position",
        N_("You read the logits of the first position, not those of the last one."),
        N_("What comes next stands at the end: logits[:, -1]."),
        _hooked(feeds="first"),
    ),
    *ways(
        "greedy.over-positions",
        N_("Your argmax runs over the positions, not over the vocabulary."),
        N_("First the last position, (B, V), then the argmax along V: `dim=-1`."),
        _first_place,
    ),
    *ways(
        "greedy.wrong-start",
        N_("Your sentences do not begin with `start`."),
        N_("The first thing that `decode` reads is a column of `start`."),
        lambda oracle, got=None, **i: oracle(**i | {"start": i["pad"]}),
        lambda oracle, got=None, **i: oracle(**i | {"start": i["end"]}),
        lambda oracle, got=None, **i: oracle(**i | {"start": 0}),
        lambda oracle, got=None, **i: oracle(**i | {"start": 1}),
    ),
    *ways(
        "greedy.smallest",
        N_("You take the least likely token."),
        N_("Greedy takes the largest logit: `argmax`."),
        _hooked(picks="smallest"),
    ),
    *ways(
        "greedy.extra-calls",
        N_("The tokens are right, but you run the model more often than needed."),
        N_("One call a step, and none after all have ended."),
        _more_calls(lambda n: n + 1),
        _more_calls(lambda n: 2 * n),
    ),
    Mistake(
        "greedy.shapes",
        N_("Your new column does not fit to the ids."),
        N_("`ids` is (B, T). `argmax(dim=-1)` of (B, V) is (B,): make it (B, 1)."),
        raises=r"must have same number of dim|Tensors must|Sizes of tensors|Dimension",
    ),
    *ways(
        "greedy.endless",
        N_("Your loop does not stop at the limit."),
        N_("Write at most `limit` tokens: `for _ in range(limit)`."),
        _limited(50),
        raises=r"too many calls",
    ),
]
