"""Mistakes in the loss of masked tokens, and those that it shares with others.

Oracle: loss(ids, chosen, table, mask_id). It hands `seen`, `labels`,
`counted`, `total`, `bend` and `term` on to `check.token_loss`, if given.
"""

import torch

from ..check.compare import equal
from ..check.mistake import Mistake, ways
from ..i18n import N_


def hooked(**others):
    """The oracle's value with some hooks, each computed from all inputs."""

    def variant(oracle, got=None, **inputs):
        hooks = {name: make(inputs) for name, make in others.items()}
        return oracle(**inputs | hooks)

    return variant


def _probabilities(inputs):
    """Scores that have gone through a softmax already."""
    return lambda scores: scores.softmax(-1)


def _reshaped(logits):
    """(B, T, V) taken for (B, V, T), number by number."""
    B, T, V = logits.shape
    return logits.reshape(B, V, T).mT


def _more_calls(got, expected) -> bool:
    """All is right but the number of calls."""
    if not isinstance(got, dict) or not got.get("calls", 0) > expected["calls"]:
        return False
    loose = {"calls": expected["calls"]}
    return equal(got | loose, expected)


def _by_sentence(*names):
    """The mean over sentences of each sentence's own mean."""

    def variant(oracle, got=None, **inputs):
        rows = len(inputs[names[0]])
        found = []
        for b in range(rows):
            one = {n: v[b : b + 1] if n in names else v for n, v in inputs.items()}
            found.append(oracle(**one))
        keys = ("loss", "∂table")
        return {key: sum(f[key] for f in found) / rows for key in keys}

    return variant


COMMON_RAISES = r"Expected target size|Expected input batch_size|0D or 1D target"
CUT = (
    r"object has no attribute 'backward'|does not require grad|no grad_fn"
    r"|grad can be implicitly created|element 0 of tensors"
)


def common(kind: str, names: tuple[str, ...]) -> list[Mistake]:
    """Mistakes of any loss; `names` are the inputs that have a row per sentence."""
    return [
        *ways(
            f"{kind}.softmax-twice",
            N_("Your logits go through a softmax before the cross-entropy."),
            N_("`F.cross_entropy` takes logits, as they are: it has a softmax inside."),
            hooked(bend=_probabilities),
        ),
        *ways(
            f"{kind}.softmax-axis",
            N_("Your softmax runs over the positions, not over the vocabulary."),
            N_("Each position has V logits of its own: `dim=-1`."),
            hooked(
                bend=lambda inputs: lambda scores: scores.log_softmax(1),
                term=lambda inputs: lambda scores, label: -scores[label],
            ),
        ),
        *ways(
            f"{kind}.sign",
            N_("Your loss has the wrong sign."),
            N_("It is minus the logarithm of the right token's probability."),
            hooked(term=lambda inputs: lambda s, label: s.log_softmax(-1)[label]),
        ),
        *ways(
            f"{kind}.no-log",
            N_(
                "Your loss has no logarithm: it is minus the probability, or the logit."
            ),
            N_("Cross-entropy: minus the logarithm of the right token's probability."),
            hooked(term=lambda inputs: lambda s, label: -s.softmax(-1)[label]),
            hooked(term=lambda inputs: lambda s, label: -s[label]),
        ),
        *ways(
            f"{kind}.reshaped",
            N_("Your logits are reshaped where two axes should change places."),
            N_("Classes on axis 1: `logits.mT`. Or flatten: `logits.flatten(0, 1)`."),
            hooked(bend=lambda inputs: _reshaped),
        ),
        *ways(
            f"{kind}.by-sentence",
            N_("Your loss is the mean of the sentences' means."),
            N_(
                "Each counted token weighs the same, in a long sentence or a short one."
            ),
            _by_sentence(*names),
        ),
        Mistake(
            f"{kind}.shapes",
            N_("`F.cross_entropy` finds the classes on another axis than you mean."),
            N_("Flatten first: logits (N, V) and labels (N,)."),
            raises=COMMON_RAISES,
        ),
        Mistake(
            f"{kind}.extra-calls",
            N_("Your loss is right, but you run the model more than once."),
            N_("One call on all ids gives the logits of every sentence and position."),
            applies=_more_calls,
        ),
        Mistake(
            f"{kind}.no-gradient",
            N_(
                "Your loss is a number without a way back: nothing could learn from it."
            ),
            N_(
                "Return the scalar tensor. `.item()`, `float` and `detach` cut the way."
            ),
            raises=CUT,
            applies=lambda got, expected: (
                isinstance(got, dict) and got.get("∂table", 0) is None
            ),
        ),
    ]


def _hidden(inputs):
    return inputs["ids"].masked_fill(inputs["chosen"], inputs["mask_id"])


MASKED_LOSS = [
    *ways(
        "masked-loss.not-hidden",
        N_("Your model sees the tokens that it has to guess."),
        N_("Replace the chosen ones by mask_id first, and hand that to `encode`."),
        hooked(seen=lambda inputs: inputs["ids"]),
    ),
    *ways(
        "masked-loss.all-counted",
        N_("Your loss counts all tokens, also those that were not hidden."),
        N_("Only the chosen ones count: copying what is in view teaches little."),
        hooked(counted=lambda inputs: torch.ones_like(inputs["chosen"])),
    ),
    *ways(
        "masked-loss.inverted",
        N_("Your loss takes the tokens that were not chosen for the chosen ones."),
        N_("True in `chosen` means: hidden, and counted."),
        hooked(counted=lambda inputs: ~inputs["chosen"]),
        hooked(chosen=lambda inputs: ~inputs["chosen"]),
        hooked(seen=lambda i: i["ids"].masked_fill(~i["chosen"], i["mask_id"])),
    ),
    *ways(
        "masked-loss.labels-hidden",
        N_("Your labels are mask_id: the model learns to write the mask."),
        N_("The labels are the ids as they were: keep `ids`, and mask a copy."),
        hooked(labels=_hidden),
    ),
    *ways(
        "masked-loss.sum",
        N_("Your loss is the sum over the chosen tokens, not their mean."),
        N_("Divide by the number of chosen tokens."),
        hooked(total=lambda inputs: 1.0),
    ),
    *ways(
        "masked-loss.divided-by-all",
        N_("Your loss is divided by the number of all tokens."),
        N_("Divide by the number of chosen tokens: the others add nothing."),
        hooked(total=lambda inputs: float(inputs["ids"].numel())),
        hooked(total=lambda inputs: float(len(inputs["ids"]))),
    ),
    *ways(
        "masked-loss.wrong-mask",
        N_("You hide the tokens with another number than mask_id."),
        N_("`ids.masked_fill(chosen, mask_id)`."),
        hooked(mask_id=lambda inputs: 0),
        hooked(mask_id=lambda inputs: 1),
        hooked(mask_id=lambda inputs: 3),
    ),
    *common("masked-loss", ("ids", "chosen")),
]
