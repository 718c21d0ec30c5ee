"""A toy language model, of one table, and its loss token by token. For tests."""

from collections.abc import Callable

import torch
from torch import Tensor


class TableModel:
    """A model whose logits are sums of rows of a table (V, V).

    Causal: a position sees its own row and, weaker, all rows before. If not, it sees
    those of its two neighbours. With `lengths` (B,) sentence b wants to write `end`
    as its token number lengths[b]. `calls` counts how often it ran.
    """

    def __init__(
        self,
        table: Tensor,
        causal: bool = True,
        lengths: Tensor | None = None,
        end: int = 0,
    ):
        self.table = table.detach().clone().requires_grad_(lengths is None)
        self.causal, self.lengths, self.end, self.calls = causal, lengths, end, 0

    def __call__(self, ids: Tensor) -> Tensor:
        """Logits (B, T, V) of ids (B, T)."""
        self.calls += 1
        if self.calls > 99:
            raise RuntimeError("too many calls of the model")
        rows = self.table[ids]
        if self.causal:
            logits = rows + rows.cumsum(1) / 4
        else:
            logits = rows + rows.roll(1, 1) / 2 + rows.roll(-1, 1) / 4
        if self.lengths is None:
            return logits
        written = torch.arange(1, ids.shape[1] + 1) == self.lengths[:, None]
        chosen = torch.arange(logits.shape[-1]) == self.end
        return logits + 1e4 * (written[..., None] & chosen)

    def backward(self, loss: Tensor) -> dict:
        """The loss, the gradient of the table, and how often the model ran."""
        loss.backward()
        return {"loss": loss.detach(), "∂table": self.table.grad, "calls": self.calls}


def surprise(scores: Tensor, label: Tensor) -> Tensor:
    """Minus the logarithm of a token's probability, written out."""
    return scores.exp().sum().log() - scores[label]


def token_loss(
    model: TableModel,
    seen: Tensor,
    labels: Tensor,
    counted: Tensor,
    total: float | None = None,
    bend: Callable = lambda scores: scores,
    term: Callable = surprise,
) -> dict:
    """Mean surprise of the counted labels, one token at a time, with its gradient.

    `total` divides the sum, `bend` changes logits, `term` is one token's loss: so the
    known mistakes can be recognised.
    """
    logits = bend(model(seen))
    places = counted.nonzero().tolist()
    terms = [term(logits[b, t], labels[b, t]) for b, t in places]
    return model.backward(sum(terms) / (total or len(terms)))
