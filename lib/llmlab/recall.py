"""A task for memories: after T random symbols, which was the first?"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

SYMBOLS, WIDTH = 8, 32


class Looker(nn.Module):
    """One head of attention: the last position looks at all positions.

    Every position has a learned vector: without it no position is the first.
    """

    def __init__(self, T: int) -> None:
        super().__init__()
        self.embed = nn.Linear(SYMBOLS, WIDTH, bias=False)
        self.places = nn.Parameter(torch.randn(T, WIDTH) / 2)
        self.q, self.k, self.v = (
            nn.Linear(WIDTH, WIDTH, bias=False) for _name in "qkv"
        )

    def forward(self, x: Tensor) -> tuple[Tensor, None]:
        """Outputs (B, 1, D) of the last position; a pair, as recurrent modules give."""
        x = self.embed(x) + self.places
        q, k, v = self.q(x[:, -1:]), self.k(x), self.v(x)
        return F.scaled_dot_product_attention(q, k, v), None


def make(kind: str, T: int) -> nn.Module:
    """An untrained "RNN", "LSTM", "LSTM, open" or "attention".

    "LSTM, open" starts with forget gates of σ(2) = 0.88.
    """
    if kind == "attention":
        return Looker(T)
    net = (nn.RNN if kind == "RNN" else nn.LSTM)(SYMBOLS, WIDTH, batch_first=True)
    if kind == "LSTM, open":
        net.bias_ih_l0.data[WIDTH : 2 * WIDTH] += 2.0
    return net


def draw(B: int, T: int) -> tuple[Tensor, Tensor]:
    """Random sequences as one-hot vectors (B, T, V), and their first symbols (B,)."""
    ids = torch.randint(SYMBOLS, (B, T))
    return F.one_hot(ids, SYMBOLS).float(), ids[:, 0]


def train(kind: str, T: int, seed: int, rate: float, steps: int = 120):
    """Train on batches of 64; the share right of 1000 new sequences, and the network.

    Adam, gradients clipped to norm 1. The random numbers around it stay as they are.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net, head = make(kind, T), nn.Linear(WIDTH, SYMBOLS)
        learned = [*net.parameters(), *head.parameters()]
        optimizer = torch.optim.Adam(learned, rate, fused=True)
        for _step in range(steps):
            x, first = draw(64, T)
            loss = F.cross_entropy(head(net(x)[0][:, -1]), first)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimizer.step()
        with torch.no_grad():
            x, first = draw(1000, T)
            answers = head(net(x)[0][:, -1]).argmax(-1)
    return (answers == first).float().mean().item(), net
