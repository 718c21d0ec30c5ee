"""The bank of 26.1.5, Decoder: as learners write it, wrong and right."""
# ruff: noqa: F811, F821

import torch

from autograde.mistakes import right, wrong


@wrong("26.1.5", names="decoder.not-tied", says="two tensors")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.not-tied", how="a copy")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = nn.Parameter(self.tokens.weight.clone())

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.always-tied", says="have to be two")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.no-positions", says="does not add")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.positions-shifted", says="begin at 1")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(1, ids.shape[1] + 1))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.one-position", says="same position")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.zeros_like(ids))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.no-norm", says="no norm behind")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(x)


@wrong("26.1.5", names="decoder.other-norm", says="the other kind")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm
        self.norm = (
            norm(config.C, config.eps, bias=config.norm == "layer")
            if config.pre_norm
            else nn.Identity()
        )
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.eps", says="config.eps")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.one-block", says="one of them L times")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for _ in self.blocks:
            x = self.blocks[0](x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.one-block", how="only the last")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            y = block(x)
        return self.head(self.norm(y))


@wrong("26.1.5", names="decoder.blocks-reversed", says="last to the first")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in reversed(self.blocks):
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.no-blocks", says="no effect")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.scaled", says="multiplied by √C")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids) * self.config.C**0.5
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.softmax", says="probabilities")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x)).softmax(-1)


@wrong("26.1.5", names="decoder.softmax", how="logarithms")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return F.log_softmax(self.head(self.norm(x)), dim=-1)


@wrong(
    "26.1.5",
    names="decoder.extra-parameters",
    says="more parameters",
    how="a table beside RoPE",
)
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.extra-parameters", how="a bias of the head")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.norm-unasked", says="another norm behind")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.norm-unasked", how="always layer norm")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.norm-unasked", how="always RMSNorm")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.no-table", says="lacks the table")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.plain-list", says="does not find")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = blocks
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.names", says="another name")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.embedding.weight

    def forward(self, ids):
        x = self.embedding(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.names", how="a table of V rows")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.V, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.no-gradient", says="reaches the embedding")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids).detach()
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return F.linear(self.norm(x), self.head.weight.detach())


@wrong("26.1.5", names="decoder.no-init", says="first line")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.shapes", says="do not fit", how="T from axis 0")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(len(ids)))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@wrong("26.1.5", names="decoder.last-only", says="last position only")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))[:, -1]


@right("26.1.5", how="a loop over a ModuleList")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@right("26.1.5", how="positions None, Sequential")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        table = nn.Embedding(config.length, config.C)
        self.positions = table if config.positions == "learned" else None
        self.blocks = nn.Sequential(*blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.positions is not None:
            x = x + self.positions.weight[: ids.shape[-1]]
        return self.head(self.norm(self.blocks(x)))


@right("26.1.5", how="the embedding takes the head's weight")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.tokens.weight = self.head.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.shape[1]))
        for block in self.blocks:
            x = block(x)
        return self.head(self.norm(x))


@right("26.1.5", how="torch's RMSNorm, look-ups by index")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        norm = nn.LayerNorm if config.norm == "layer" else nn.RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens.weight[ids]
        if hasattr(self, "positions"):
            T = ids.size(1)
            x = x + F.embedding(torch.arange(T).expand_as(ids), self.positions.weight)
        for i in range(len(self.blocks)):
            x = self.blocks[i](x)
        x = self.norm(x)
        return x @ self.head.weight.mT


@wrong("26.1.5", names="decoder.not-tied", how="two parameters on one memory")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.Sequential(*blocks)
        norm = nn.LayerNorm if config.norm == "layer" else RMSNorm
        self.norm = norm(config.C, config.eps) if config.pre_norm else nn.Identity()
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight.data = self.tokens.weight.data

    def forward(self, ids):
        x = self.tokens(ids)
        if hasattr(self, "positions"):
            x = x + self.positions.weight[: ids.shape[1]]
        return self.head(self.norm(self.blocks(x)))


@wrong("26.1.5", names="decoder.names", says="another name", how="the last norm")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.final_norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.final_norm(x)
        return self.head(x)


@wrong("26.1.5", names="decoder.names", how="layers")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.layers = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.layers:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return self.head(x)


@wrong("26.1.5", names="decoder.product", says="does not fit", how="positions appended")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = torch.cat([x, self.positions.weight[: ids.shape[1]].expand_as(x)], -1)
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return self.head(x)


@wrong("26.1.5", names="decoder.product", how="the head by hand, not turned")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return x @ self.head.weight


@wrong("26.1.5", names="decoder.no-return", says="returns nothing")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        self.head(x)


@wrong("26.1.5", names="decoder.table-by-family", how="by the norm")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.norm == "layer":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.norm == "layer":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return self.head(x)


@right("26.1.5", how="None where there is no table")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        c = config
        norms = {"layer": nn.LayerNorm, "rms": nn.RMSNorm}
        self.tokens = nn.Embedding(c.V, c.C)
        self.positions = (
            nn.Embedding(c.length, c.C) if c.positions == "learned" else None
        )
        self.blocks = nn.ModuleList(blocks)
        self.norm = norms[c.norm](c.C, eps=c.eps) if c.pre_norm else None
        self.head = nn.Linear(c.C, c.V, bias=False)
        if c.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens.weight[ids]
        if self.positions is not None:
            x += self.positions.weight[None, : ids.size(1)]
        for i in range(len(self.blocks)):
            x = self.blocks[i](x)
        if self.norm is not None:
            x = self.norm(x)
        return x @ self.head.weight.mT


@right("26.1.5", how="rows by one-hot products")
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = F.one_hot(ids, self.config.V).float() @ self.tokens.weight
        if self.config.positions == "learned":
            x = x + self.positions.weight[: ids.shape[1]]
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return self.head(x)


@wrong(
    "26.1.5",
    names="decoder.position-of-id",
    says="does not have",
    how="counted on from text to text",
)
class Decoder(nn.Module):
    def __init__(self, config, blocks):
        super().__init__()
        self.config = config
        self.tokens = nn.Embedding(config.V, config.C)
        if config.positions == "learned":
            self.positions = nn.Embedding(config.length, config.C)
        self.blocks = nn.ModuleList(blocks)
        make = nn.LayerNorm if config.norm == "layer" else RMSNorm
        if config.pre_norm:
            self.norm = make(config.C, config.eps)
        self.head = nn.Linear(config.C, config.V, bias=False)
        if config.tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids):
        x = self.tokens(ids)
        if self.config.positions == "learned":
            x = x + self.positions(torch.arange(ids.numel()).view_as(ids))
        for block in self.blocks:
            x = block(x)
        if self.config.pre_norm:
            x = self.norm(x)
        return self.head(x)
