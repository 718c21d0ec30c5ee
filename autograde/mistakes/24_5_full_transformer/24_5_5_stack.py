"""The bank of 24.5.5, Stack: as learners write it, wrong and right."""
# ruff: noqa: F811, F821, E731

import functools

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import right, wrong


@wrong("24.5.5", names="stack.no-last-norm", says="no norm at its end")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return x


@wrong("24.5.5", names="stack.no-last-norm", how="made but not used")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return x


@wrong("24.5.5", names="stack.norm-in-post", says="also when pre_norm is False")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C)

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.norm-after-each", says="after every layer")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = self.norm(layer(x, *rest))
        return x


@wrong("24.5.5", names="stack.norm-first", says="before the first layer")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        x = self.norm(x)
        for layer in self.layers:
            x = layer(x, *rest)
        return x


@wrong("24.5.5", names="stack.same-layer", says="one and the same layer")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for _ in self.layers:
            x = self.layers[0](x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.same-layer", how="a list times L")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList([layers[0]] * len(layers))
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.not-chained", says="only the last one counts")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            y = layer(x, *rest)
        return self.norm(y)


@wrong(
    "24.5.5",
    names="stack.too-few",
    says="or runs the first one only",
    how="return inside the loop",
)
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
            return self.norm(x)


@wrong("24.5.5", names="stack.too-few", how="the last left out")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for i in range(len(self.layers) - 1):
            x = self.layers[i](x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.reversed", says="from the last one")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in reversed(self.layers):
            x = layer(x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.rest-dropped", says="layer(x, *rest)")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


@wrong("24.5.5", names="stack.rest-dropped", how="nn.Sequential")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        return self.norm(self.layers(x))


@wrong("24.5.5", names="stack.residual", says="adds its input")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        y = x
        for layer in self.layers:
            y = layer(y, *rest)
        return self.norm(x + y)


@wrong("24.5.5", names="stack.residual", how="around each layer once more")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        start = x
        for layer in self.layers:
            x = layer(x, *rest)
        return start + self.norm(x)


@wrong("24.5.5", names="stack.list", says="plain Python list")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = layers
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.no-attribute", says="has no `layers`")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.blocks = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.blocks:
            x = layer(x, *rest)
        return self.norm(x)


@wrong(
    "24.5.5",
    names="stack.missing-parameters",
    says="fewer parameters",
    how="a norm without weights",
)
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers, self.C = nn.ModuleList(layers), C
        self.pre_norm = pre_norm

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return F.layer_norm(x, (self.C,)) if self.pre_norm else x


@wrong("24.5.5", names="stack.extra-parameters", says="more parameters")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers, self.pre_norm = nn.ModuleList(layers), pre_norm
        self.norm = nn.LayerNorm(C)

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.norm(x) if self.pre_norm else x


@wrong("24.5.5", names="stack.no-gradient", says="No gradient reaches")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x.detach(), *rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.no-gradient", how="no_grad")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        with torch.no_grad():
            for layer in self.layers:
                x = layer(x, *rest)
        return self.norm(x)


@wrong("24.5.5", names="parameters", says="order and defaults")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return self.norm(x)


@wrong("24.5.5", names="stack.rest-as-tuple", says="as one tuple")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, rest)
        return self.norm(x)


@wrong("24.5.5", names="stack.rest-cut", says="the first of the further")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, rest[0]) if rest else layer(x)
        return self.norm(x)


@wrong("24.5.5", names="stack.rest-dropped", how="the first layer alone gets it")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(C) if pre_norm else nn.Identity()

    def forward(self, x, *rest):
        for i, layer in enumerate(self.layers):
            x = layer(x, *rest) if i == 0 else layer(x)
        return self.norm(x)


@wrong("24.5.5", names="stack.missing-parameters", how="a last norm that cannot learn")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.C, self.pre_norm = C, pre_norm

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return F.layer_norm(x, (self.C,)) if self.pre_norm else x


@right("24.5.5", how="an index")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers, self.pre_norm = nn.ModuleList(layers), pre_norm
        if pre_norm:
            self.norm = nn.LayerNorm(C)

    def forward(self, x, *rest):
        for i in range(len(self.layers)):
            x = self.layers[i](x, *rest)
        return self.norm(x) if self.pre_norm else x


@right("24.5.5", how="reduce")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList(layers)
        self.last = nn.LayerNorm(C) if pre_norm else None

    def forward(self, x, *rest):
        x = functools.reduce(lambda y, layer: layer(y, *rest), self.layers, x)
        return x if self.last is None else self.last(x)


@right("24.5.5", how="Sequential as a container")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self.end = nn.Sequential(*([nn.LayerNorm(C)] if pre_norm else []))

    def forward(self, x, *rest):
        for layer in self.layers:
            x = layer(x, *rest)
        return self.end(x)


@right("24.5.5", how="recursion, keyword arguments too")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers = nn.ModuleList()
        self.layers.extend(layers)
        self.norm = nn.LayerNorm([C]) if pre_norm else (lambda x: x)

    def forward(self, x, *rest, **more):
        def run(x, i):
            if i == len(self.layers):
                return self.norm(x)
            return run(self.layers[i](x, *rest, **more), i + 1)

        return run(x, 0)


@right("24.5.5", how="reduce, the last norm or None")
class Stack(nn.Module):
    def __init__(self, layers, C, pre_norm):
        super().__init__()
        self.layers, self.last = nn.ModuleList(), None
        for layer in layers:
            self.layers.append(layer)
        if pre_norm:
            self.last = nn.LayerNorm(C)

    def forward(self, x, *rest):
        y = functools.reduce(lambda y, layer: layer(y, *rest), self.layers, x)
        return y if self.last is None else self.last(y)
