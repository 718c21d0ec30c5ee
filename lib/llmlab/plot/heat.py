"""Heat maps: attention weights, scores and masks, with tokens on both axes."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from llmlab.i18n import _
from llmlab.plot import style
from llmlab.shapes import axis

MOST_VALUES = 10  # more columns than this leave no room for numbers


def array(values) -> np.ndarray:
    """Numbers as a float64 array, from a tensor on any device or from lists."""
    if isinstance(values, torch.Tensor):
        values = values.detach().to("cpu", torch.float64).numpy()
    return np.asarray(values, dtype=np.float64)


@style.styled
def heatmap(
    matrix,
    rows: Sequence[str] | None = None,
    cols: Sequence[str] | None = None,
    title: str = "",
    xlabel: str | None = None,
    ylabel: str | None = None,
    values: bool = True,
    masked=None,
    size: str = "small",
) -> Figure:
    """A matrix (T, S) as coloured cells; masked and −∞ cells are hatched grey.

    `masked` is True where attention is forbidden. Numbers stand in the cells unless
    there are more than ten columns. The axes are T and S unless they are named.
    """
    figure = style.card(size)
    matrix = array(matrix)
    _draw(figure.add_subplot(), matrix, rows, cols, values, masked, _scale([matrix]))
    axes = figure.axes[0]
    style.title(figure, title)
    axes.set_xlabel(axis("S") if xlabel is None else xlabel)
    axes.set_ylabel(axis("T") if ylabel is None else ylabel)
    return figure


@style.styled
def heatmaps(
    panels: Mapping[str, object],
    rows: Sequence[str] | None = None,
    cols: Sequence[str] | None = None,
    title: str = "",
    xlabel: str | None = None,
    ylabel: str | None = None,
    values: bool = True,
    masked=None,
    size: str = "wide",
) -> Figure:
    """Matrices side by side, {panel title: matrix}, in one colour scale.

    `masked` is one mask for all panels or {panel title: mask}.
    """
    figure = style.card(size)
    matrices = {name: array(matrix) for name, matrix in panels.items()}
    scale = _scale(matrices.values())
    all_axes = figure.subplots(1, len(matrices), squeeze=False)[0]
    for axes, (name, matrix) in zip(all_axes, matrices.items(), strict=True):
        mask = masked.get(name) if isinstance(masked, Mapping) else masked
        _draw(axes, matrix, rows, cols, values, mask, scale)
        axes.set_title(name)
        axes.set_xlabel(axis("S") if xlabel is None else xlabel)
    all_axes[0].set_ylabel(axis("T") if ylabel is None else ylabel)
    style.title(figure, title)
    return figure


def _scale(matrices) -> tuple[Normalize, object]:
    """One scale for all matrices: from 0, or around 0 if there are negative numbers."""
    finite = np.concatenate([m[np.isfinite(m)].ravel() for m in matrices])
    top = float(np.abs(finite).max(initial=0)) or 1.0
    if (finite < 0).any():
        return Normalize(-top, top), style.SIGNED
    return Normalize(0, top), style.WEIGHTS


def _draw(axes: Axes, matrix, rows, cols, values, masked, scale) -> None:
    norm, colours = scale
    if matrix.ndim != 2:
        message = _("A heat map needs two axes, (T, S); this has the shape {shape}.")
        raise ValueError(message.format(shape=matrix.shape))
    hidden = ~np.isfinite(matrix)
    if masked is not None:
        hidden = hidden | (array(masked) != 0)
    axes.imshow(np.where(hidden, np.nan, matrix), cmap=colours, norm=norm)
    for t, s in np.argwhere(hidden):
        axes.add_patch(_hatched(s, t))
    if values and matrix.shape[1] <= MOST_VALUES:
        _write(axes, matrix, hidden, lambda x: colours(norm(x)))
    for set_ticks, names, length in (
        (axes.set_xticks, cols, matrix.shape[1]),
        (axes.set_yticks, rows, matrix.shape[0]),
    ):
        if names is not None or length <= MOST_VALUES:
            set_ticks(range(length), names if names is not None else range(length))
    axes.tick_params(length=0, which="both")
    axes.spines[:].set(visible=True, color=style.BORDER, linewidth=0.8)
    if max(matrix.shape) <= MOST_VALUES:
        # cells with a weight of 0 are as white as the card: draw their edges
        axes.set_xticks(np.arange(1, matrix.shape[1]) - 0.5, minor=True)
        axes.set_yticks(np.arange(1, matrix.shape[0]) - 0.5, minor=True)
        axes.grid(which="minor", color=style.BORDER, linewidth=0.8)


def _hatched(column: int, row: int) -> Rectangle:
    return Rectangle(
        (column - 0.5, row - 0.5),
        1,
        1,
        facecolor=style.TINTS["masked"],
        edgecolor=style.ROLES["masked"],
        hatch="////",
        linewidth=0,
    )


def _write(axes: Axes, matrix, hidden, colour_of) -> None:
    """The number of every cell that shows one, dark on pale and pale on dark."""
    for (t, s), value in np.ndenumerate(matrix):
        if hidden[t, s]:
            # a forbidden cell's number matters only when it is not a plain 0
            if not np.isfinite(value):
                _label(axes, s, t, _number(value), style.INK, style.TINTS["masked"])
            continue
        red, green, blue = colour_of(value)[:3]
        pale = 0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2 > 0.25
        _label(axes, s, t, _number(value), style.INK if pale else style.CARD)


def _label(axes: Axes, x: int, y: int, text: str, ink: str, back: str = "") -> None:
    box = {"facecolor": back, "edgecolor": "none", "pad": 1.5} if back else None
    axes.text(x, y, text, ha="center", va="center", color=ink, fontsize=9, bbox=box)


def _number(value: float) -> str:
    if np.isnan(value):
        return "NaN"
    if np.isinf(value):
        return "∞" if value > 0 else "−∞"
    short = f"{value:.2f}" if abs(value) < 10 else f"{value:.3g}"
    return short.replace("-", "−")
