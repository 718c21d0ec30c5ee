"""The bank of 26.1.4, Block: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import torch

from autograde.mistakes import right, wrong


@wrong("26.1.4", names="block.always-post", says="after the addition")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.always-pre", says="before each part")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        x = x + self.attention(self.norm_1(x))
        return x + self.feed_forward(self.norm_2(x))


@wrong("26.1.4", names="block.orders-swapped", says="before it without")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if not self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.no-residual", says="replaces x")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = self.attention(self.norm_1(x))
            return self.feed_forward(self.norm_2(x))
        x = self.norm_1(self.attention(x))
        return self.norm_2(self.feed_forward(x))


@wrong("26.1.4", names="block.no-residual", how="of feed-forward")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(self.feed_forward(x))


@wrong("26.1.4", names="block.residual-after-norm", says="starts behind the norm")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = self.norm_1(x)
            x = x + self.attention(x)
            x = self.norm_2(x)
            return x + self.feed_forward(x)
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.side-by-side", says="reads the block's input")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            return (
                x + self.attention(self.norm_1(x)) + self.feed_forward(self.norm_2(x))
            )
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.norm-on-branch", says="norms the part only")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = x + self.norm_1(self.attention(x))
        return x + self.norm_2(self.feed_forward(x))


@wrong("26.1.4", names="block.norm-twice", says="second time")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = self.norm_1(x + self.attention(self.norm_1(x)))
            return self.norm_2(x + self.feed_forward(self.norm_2(x)))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.norm-missing", says="A norm is not used")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(x)
        x = self.norm_1(x + self.attention(x))
        return x + self.feed_forward(x)


@wrong("26.1.4", names="block.norms-swapped", says="changed places")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_2(x))
            return x + self.feed_forward(self.norm_1(x))
        x = self.norm_2(x + self.attention(x))
        return self.norm_1(x + self.feed_forward(x))


@wrong("26.1.4", names="block.norm-shared", says="one and the same")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_1(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_1(x + self.feed_forward(x))


@wrong("26.1.4", names="block.input-again", says="attention's part is lost")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            y = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(y))
        y = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(y))


@wrong("26.1.4", names="block.parts-swapped", says="Feed-forward comes first")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.feed_forward(self.norm_2(x))
            return x + self.attention(self.norm_1(x))
        x = self.norm_2(x + self.feed_forward(x))
        return self.norm_1(x + self.attention(x))


@wrong("26.1.4", names="block.always-layer-norm", says="norms have biases")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.always-rms-norm", says="no bias where")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.eps", says="config.eps")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C)
        self.norm_2 = norm(config.C)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.eps", how="torch's own default")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else nn.RMSNorm
        self.norm_1, self.norm_2 = norm(config.C), norm(config.C)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.extra-parameters", says="more parameters")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm
        self.norm_3 = norm(config.C, config.eps)

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong(
    "26.1.4",
    names="block.missing-parameters",
    says="fewer parameters",
    how="one norm for both",
)
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = nn.Identity()
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.no-gradient", says="would never learn")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x)).detach()
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x).detach())
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.in-place", says="writes into its own input")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x += self.attention(self.norm_1(x))
            x += self.feed_forward(self.norm_2(x))
            return x
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.no-init", says="first line")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@wrong("26.1.4", names="block.no-attribute", says="named otherwise")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm1 = norm(config.C, config.eps)
        self.norm2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm1(x))
            return x + self.feed_forward(self.norm2(x))
        x = self.norm1(x + self.attention(x))
        return self.norm2(x + self.feed_forward(x))


@right("26.1.4", how="both orders written out")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attention(self.norm_1(x))
            return x + self.feed_forward(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.feed_forward(x))


@right("26.1.4", how="a loop")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        for norm, part in zip(
            (self.norm_1, self.norm_2),
            (self.attention, self.feed_forward),
            strict=True,
        ):
            x = x + part(norm(x)) if self.pre_norm else norm(x + part(x))
        return x


@right("26.1.4", how="torch's RMSNorm, add")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        norm = nn.LayerNorm if config.norm == "layer" else nn.RMSNorm
        self.norm_1 = norm(config.C, config.eps)
        self.norm_2 = norm(config.C, config.eps)
        self.attention, self.feed_forward = attention, feed_forward
        self.pre_norm = config.pre_norm

    def forward(self, x):
        before = (lambda norm, x: norm(x)) if self.pre_norm else (lambda norm, x: x)
        after = (lambda norm, x: x) if self.pre_norm else (lambda norm, x: norm(x))
        x = after(self.norm_1, torch.add(x, self.attention(before(self.norm_1, x))))
        return after(
            self.norm_2, torch.add(x, self.feed_forward(before(self.norm_2, x)))
        )


@right("26.1.4", how="the config kept, a method for one branch")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        self.config = config
        make = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}[config.norm]
        self.norm_1, self.norm_2 = (make(config.C, eps=config.eps) for _ in range(2))
        self.attention = attention
        self.feed_forward = feed_forward

    def forward(self, x):
        def branch(x, norm, part):
            if self.config.pre_norm:
                return part(norm(x)) + x
            return norm(part(x) + x)

        x = branch(x, self.norm_1, self.attention)
        return branch(x, self.norm_2, self.feed_forward)


@wrong("26.1.4", names="block.eps", how="not in layer norm")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        self.config = config
        self.attention, self.feed_forward = attention, feed_forward
        if config.norm == "layer":
            self.norm_1, self.norm_2 = nn.LayerNorm(config.C), nn.LayerNorm(config.C)
        else:
            self.norm_1 = RMSNorm(config.C, config.eps)
            self.norm_2 = RMSNorm(config.C, config.eps)

    def forward(self, x):
        for norm, part in (
            (self.norm_1, self.attention),
            (self.norm_2, self.feed_forward),
        ):
            x = x + part(norm(x)) if self.config.pre_norm else norm(x + part(x))
        return x


@wrong("26.1.4", names="block.eps", how="in the first norm only")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.config = config
        self.attention, self.feed_forward = attention, feed_forward
        self.norm_1 = make(config.C, config.eps)
        self.norm_2 = make(config.C)

    def forward(self, x):
        for norm, part in (
            (self.norm_1, self.attention),
            (self.norm_2, self.feed_forward),
        ):
            x = x + part(norm(x)) if self.config.pre_norm else norm(x + part(x))
        return x


@right("26.1.4", how="places before and behind the part")
class Block(nn.Module):
    def __init__(self, config, attention, feed_forward):
        super().__init__()
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.attention = attention
        self.feed_forward = feed_forward
        self.norm_1 = make(config.C, config.eps)
        self.norm_2 = make(config.C, config.eps)
        same = nn.Identity()
        pre = config.pre_norm
        self.before = [self.norm_1, self.norm_2] if pre else [same, same]
        self.after = [same, same] if pre else [self.norm_1, self.norm_2]

    def forward(self, x):
        for i, part in enumerate((self.attention, self.feed_forward)):
            x = self.after[i](x + part(self.before[i](x)))
        return x
