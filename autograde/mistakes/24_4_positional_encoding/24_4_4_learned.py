"""The bank of 24.4.4, learned positions: as learners write it, wrong and right."""
# ruff: noqa: F811

import torch
import torch.nn.functional as F
from torch import nn

from autograde.mistakes import right, wrong


@wrong("24.4.4", names="learned.start-ignored", says="`start` is not used")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T, length = x.shape[-2], self.table.num_embeddings
        if start + T > length:
            raise ValueError(f"{start + T} positions, but the table has {length}")
        return x + self.table(torch.arange(T))


@wrong("24.4.4", names="learned.start-ignored", how="the first T rows of the weight")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.size(-2)
        if T > self.length:
            raise ValueError(f"{T} > {self.length}")
        return x + self.table.weight[:T]


@wrong("24.4.4", names="learned.one-based", says="one too late")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.shape[-2]
        if start + T > self.length:
            raise ValueError(f"{start + T} positions of {self.length}")
        rows = torch.arange(start + 1, start + T + 1).clamp(max=self.length - 1)
        return x + self.table(rows)


@wrong("24.4.4", names="learned.without-x", says="without the input")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions of {self.length}")
        return self.table(torch.arange(start, end)).expand_as(x)


@wrong("24.4.4", names="learned.multiplied", says="they are added")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions of {self.length}")
        return x * self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.concatenated", says="C stays C")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions of {self.length}")
        rows = self.table(torch.arange(start, end)).expand_as(x)
        return torch.cat([x, rows], dim=-1)


@wrong("24.4.4", names="learned.scaled", says="by √C")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length, self.scale = length, C**0.5
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions of {self.length}")
        return x * self.scale + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.one-row", says="the same row")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        if start + x.shape[-2] > self.length:
            raise ValueError(f"{start + x.shape[-2]} positions of {self.length}")
        return x + self.table(torch.tensor(start))


@wrong("24.4.4", names="learned.check-without-start", says="T alone")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T, length = x.shape[-2], self.table.num_embeddings
        if T > length:
            raise ValueError(f"sequence of {T}, table of {length}")
        return x + self.table(torch.arange(start, start + T))


@wrong("24.4.4", names="learned.one-too-many", says="one position too many")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end, length = start + x.shape[-2], self.table.num_embeddings
        if end > length + 1:
            raise ValueError(f"{end} positions, table of {length}")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.one-too-many", how="the last position against length")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end - 1 > self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.silent", says="without a word")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        rows = torch.arange(start, start + x.shape[-2])
        return x + self.table(rows.clamp(max=self.table.num_embeddings - 1))


@wrong("24.4.4", names="learned.silent", how="starts again")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        rows = torch.arange(start, start + x.shape[-2]) % self.length
        return x + self.table(rows)


@wrong("24.4.4", names="learned.cryptic", says="torch's own error")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        return x + self.table(torch.arange(start, start + x.shape[-2]))


@wrong("24.4.4", names="learned.cryptic", how="a slice that ends too early")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        return x + self.table.weight[start:][: x.shape[-2]]


@wrong("24.4.4", names="learned.another-error", says="it is no ValueError")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        assert end <= self.length, f"{end} positions, table of {self.length}"
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.no-numbers", says="does not name both numbers")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.table.num_embeddings:
            raise ValueError("sequence is too long")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.no-numbers", how="only the table's length")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"at most {self.length} positions")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.too-strict", says="refuses a text that just fits")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end >= self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.no-gradient", says="never learn")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table.weight.data[start:end]


@wrong("24.4.4", names="learned.no-attribute", says="named `table`")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Parameter(torch.randn(length, C))

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > len(self.table):
            raise ValueError(f"{end} positions, table of {len(self.table)}")
        return x + self.table[start:end]


@wrong("24.4.4", names="learned.no-attribute", how="GPT-2's name")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.wpe = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.wpe.num_embeddings:
            raise ValueError(f"{end} positions, {self.wpe.num_embeddings} rows")
        return x + self.wpe(torch.arange(start, end))


@wrong("24.4.4", names="learned.sizes", says="not the right size")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(C, length)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table(torch.arange(start, end))


@wrong("24.4.4", names="learned.sizes", how="all rows at once")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[-2]
        if end > self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table(torch.arange(self.length))


@wrong("24.4.4", names="learned.sizes", how="axis 1 is taken for T", hidden=True)
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.shape[1]
        if end > self.length:
            raise ValueError(f"{end} positions, table of {self.length}")
        return x + self.table(torch.arange(start, end))


@right("24.4.4", how="a slice of the weight")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        end = start + x.size(-2)
        most = self.table.weight.size(0)
        if end > most:
            raise ValueError(f"the text needs {end} positions, the table has {most}")
        return x + self.table.weight[start:end]


@right("24.4.4", how="F.embedding and cumulative positions")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        rows = start + torch.ones_like(x[..., 0], dtype=torch.long).cumsum(-1) - 1
        asked = start + x.shape[-2]
        if asked > self.length:
            raise ValueError(
                f"{asked} positions asked for, {self.length} known: the last one is "
                f"{self.length - 1}"
            )
        return x + F.embedding(rows, self.table.weight)


@right("24.4.4", how="one-hot, small starting values, try and raise again")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)
        nn.init.normal_(self.table.weight, std=0.02)

    def forward(self, x, start=0):
        T, length = x.shape[-2], self.table.num_embeddings
        try:
            hot = F.one_hot(torch.arange(start, start + T), length)
        except RuntimeError as error:
            raise ValueError(f"{start + T} positions, only {length} known") from error
        return x + hot.to(x.dtype) @ self.table.weight


@right("24.4.4", how="token by token")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.length = length
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        if start + x.shape[-2] > self.length:
            raise ValueError(f"{self.length} rows are fewer than {start + x.shape[-2]}")
        rows = [x[..., t, :] + self.table.weight[start + t] for t in range(x.shape[-2])]
        return torch.stack(rows, dim=-2)


@wrong("24.4.4", names="learned.another-error", says="it is no ValueError")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.shape[-2]
        n = self.table.num_embeddings
        if start + T > n:
            raise IndexError(f"table has {n} rows, text needs {start + T}")
        return x + self.table(torch.arange(start, start + T))


@wrong("24.4.4", names="learned.without-x", how="no leading axes")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.shape[-2]
        n = self.table.num_embeddings
        if start + T > n:
            raise ValueError(f"table has {n} rows, text needs {start + T}")
        return self.table(torch.arange(start, start + T))


@wrong("24.4.4", names="learned.padding-row", says="learns nothing")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C, padding_idx=0)

    def forward(self, x, start=0):
        T = x.shape[-2]
        n = self.table.num_embeddings
        if start + T > n:
            raise ValueError(f"table has {n} rows, text needs {start + T}")
        return x + self.table(torch.arange(start, start + T))


@wrong("24.4.4", names="learned.sizes", how="length and C exchanged")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(C, length)

    def forward(self, x, start=0):
        T = x.shape[-2]
        n = self.table.num_embeddings
        if start + T > n:
            raise ValueError(f"table has {n} rows, text needs {start + T}")
        return x + self.table(torch.arange(start, start + T))


@right("24.4.4", how="torch's error caught and told anew")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.shape[-2]
        end = start + T
        try:
            return x + self.table(torch.arange(start, end))
        except IndexError as error:
            raise ValueError(f"{self.table.num_embeddings=} but {end=}") from error


@right("24.4.4", how="token by token")
class LearnedPositionalEncoding(nn.Module):
    def __init__(self, length, C):
        super().__init__()
        self.table = nn.Embedding(length, C)

    def forward(self, x, start=0):
        T = x.shape[-2]
        n = self.table.num_embeddings
        if start + T > n:
            raise ValueError(f"table has {n} rows, text needs {start + T}")
        rows = [x[..., t, :] + self.table.weight[start + t] for t in range(T)]
        return torch.stack(rows, -2)
