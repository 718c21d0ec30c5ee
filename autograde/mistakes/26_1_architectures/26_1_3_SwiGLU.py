"""The bank of 26.1.3, SwiGLU: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import torch
from einops import einsum

from autograde.mistakes import right, wrong


@wrong("26.1.3", names="swiglu.sides-swapped", says="has to bend `gate`")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(self.gate(x) * F.silu(self.up(x)))


@wrong("26.1.3", names="swiglu.no-gate", says="no effect on the output")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)))


@wrong("26.1.3", names="swiglu.no-gate", how="the gate twice")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.gate(x))


@wrong("26.1.3", names="swiglu.no-bend", says="no SiLU")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(self.gate(x) * self.up(x))


@wrong("26.1.3", names="swiglu.other-bend", says="another function")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(torch.sigmoid(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.other-bend", how="GELU")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.gelu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.other-bend", how="ReLU")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.relu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.both-bent", says="or their product")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x) * self.up(x)))


@wrong("26.1.3", names="swiglu.both-bent", how="each")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * F.silu(self.up(x)))


@wrong("26.1.3", names="swiglu.sum", says="You add the two maps")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) + self.up(x))


@wrong("26.1.3", names="swiglu.residual", says="residual connection")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return x + self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.bent-late", says="once more at the end")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return F.silu(self.down(F.silu(self.gate(x)) * self.up(x)))


@wrong("26.1.3", names="swiglu.turned", says="not transposed", how="where it fits")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        gate, up, down = self.gate.weight, self.up.weight, self.down.weight
        if gate.shape[0] != gate.shape[1]:
            gate, up, down = gate.T, up.T, down.T
        return (F.silu(x @ gate) * (x @ up)) @ down


@wrong("26.1.3", names="swiglu.bias", says="three matrices")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width)
        self.up = nn.Linear(C, width)
        self.down = nn.Linear(width, C)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.bias", how="one matrix more")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)
        self.spare = nn.Linear(C, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.no-gradient", says="would never learn")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)).detach() * self.up(x))


@wrong("26.1.3", names="swiglu.no-init", says="first line")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.no-attribute", says="named otherwise")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.w1 = nn.Linear(C, width, bias=False)
        self.w3 = nn.Linear(C, width, bias=False)
        self.w2 = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


@wrong("26.1.3", names="swiglu.shapes", says="do not fit")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(width, C, bias=False)
        self.down = nn.Linear(C, width, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="random", says="two different answers", how="dropout")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        h = F.silu(self.gate(x)) * self.up(x)
        return self.down(F.dropout(h, 0.1))


@right("26.1.3", how="σ written out")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        gate = self.gate(x)
        return self.down(gate * torch.sigmoid(gate) * self.up(x))


@right("26.1.3", how="both maps at once")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        W = torch.cat([self.gate.weight, self.up.weight])
        g, u = (x @ W.T).chunk(2, dim=-1)
        return F.linear(g / (1 + torch.exp(-g)) * u, self.down.weight)


@right("26.1.3", how="nn.SiLU")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        h = nn.SiLU()(self.gate(x)).mul(self.up(x))
        return self.down(h)


@right("26.1.3", how="tanh and einsum")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        g = einsum(x, self.gate.weight, "... C, F C -> ... F")
        u = einsum(x, self.up.weight, "... C, F C -> ... F")
        half = g / 2
        h = half * (1 + torch.tanh(half)) * u
        return einsum(h, self.down.weight, "... F, C F -> ... C")


@wrong(
    "26.1.3", names="swiglu.narrow", says="fewer numbers", how="two thirds of the width"
)
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, 2 * width // 3, bias=False)
        self.up = nn.Linear(C, 2 * width // 3, bias=False)
        self.down = nn.Linear(2 * width // 3, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.narrow", how="one layer under two names")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate, self.up = [nn.Linear(C, width, bias=False)] * 2
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(F.silu(self.gate(x)) * self.up(x))


@wrong("26.1.3", names="swiglu.no-layers", says="bare tensors")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Parameter(torch.randn(C, width))
        self.up = nn.Parameter(torch.randn(C, width))
        self.down = nn.Parameter(torch.randn(width, C))

    def forward(self, x):
        return (F.silu(x @ self.gate) * (x @ self.up)) @ self.down


@right("26.1.3", how="through F.glu")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return self.down(
            F.glu(torch.cat([self.up(x) * self.gate(x), self.gate(x)], -1))
        )


@right("26.1.3", how="in 64 bits")
class SwiGLU(nn.Module):
    def __init__(self, C, width):
        super().__init__()
        self.gate = nn.Linear(C, width, bias=False)
        self.up = nn.Linear(C, width, bias=False)
        self.down = nn.Linear(width, C, bias=False)

    def forward(self, x):
        return (
            (
                F.silu(x.double() @ self.gate.weight.double().T)
                * (x.double() @ self.up.weight.double().T)
            )
            @ self.down.weight.double().T
        ).to(x.dtype)
