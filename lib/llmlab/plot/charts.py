"""Lines over seeds, bars and histograms."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from llmlab.plot import style
from llmlab.plot.heat import array


@style.styled
def lines(
    x: Sequence[float],
    series: Mapping[str, object],
    spread: bool = True,
    logx: bool = False,
    logy: bool = False,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    roles: Mapping[str, str] | None = None,
    size: str = "wide",
) -> Figure:
    """One line for each series, {label: ys}; ys is (len(x),) or (seeds, len(x)).

    With several seeds the line is their mean, the band runs from minimum to maximum.
    `roles` gives a label the colour of a role: {"scaled": "q"}.
    """
    figure = style.card(size)
    axes = figure.add_subplot()
    for i, (label, values) in enumerate(series.items()):
        runs = np.atleast_2d(array(values))
        look = {"color": style.colour(label, roles, i)}
        if spread and len(runs) > 1:
            axes.fill_between(x, runs.min(0), runs.max(0), alpha=0.2, lw=0, **look)
        look |= {"ls": style.DASHES[i % 6], "marker": style.MARKERS[i % 6]}
        axes.plot(x, runs.mean(0), label=label, markersize=5, **look)
    _finish(axes, title, xlabel, ylabel, series)
    _logarithmic(axes, x, logx, logy)
    return figure


@style.styled
def bars(
    labels: Sequence[str],
    series: Mapping[str, Sequence[float]],
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    roles: Mapping[str, str] | None = None,
    values: bool = True,
    size: str = "wide",
) -> Figure:
    """Groups of bars, one group for each label, one bar for each {series: values}."""
    figure = style.card(size)
    axes = figure.add_subplot()
    width = 0.8 / max(len(series), 1)
    drawn_values = np.concatenate([array(h) for h in series.values()] or [[0.0]])
    shares = np.abs(drawn_values).max() <= 1
    form = "{:.2f}" if shares else "{:.3g}"
    hatches = ("", "///", "...", "xxx", "\\\\\\", "++")
    for i, (name, heights) in enumerate(series.items()):
        places = np.arange(len(labels)) + (i - (len(series) - 1) / 2) * width
        look = {"color": style.colour(name, roles, i), "hatch": hatches[i % 6]}
        drawn = axes.bar(
            places, array(heights), width * 0.92, label=name, edgecolor="white", **look
        )
        if values and len(labels) * len(series) <= 24:
            axes.bar_label(drawn, fmt=form, padding=2, fontsize=9)
    axes.set_xticks(range(len(labels)), labels)
    _finish(axes, title, xlabel, ylabel, series, vertical_grid=False)
    return figure


@style.styled
def histograms(
    samples: Mapping[str, object],
    bins: int = 40,
    title: str = "",
    xlabel: str = "",
    ylabel: str = "",
    roles: Mapping[str, str] | None = None,
    size: str = "wide",
) -> Figure:
    """Distributions on one axis, {label: samples}, as densities with common bins.

    Numbers that are not finite are left out.
    """
    figure = style.card(size)
    axes = figure.add_subplot()
    finite = {name: array(values).ravel() for name, values in samples.items()}
    finite = {name: values[np.isfinite(values)] for name, values in finite.items()}
    edges = np.histogram_bin_edges(np.concatenate(list(finite.values())), bins)
    for i, (name, values) in enumerate(finite.items()):
        hue = style.colour(name, roles, i)
        axes.hist(values, edges, density=True, color=hue, alpha=0.25)
        axes.hist(
            values,
            edges,
            density=True,
            histtype="step",
            color=hue,
            ls=style.DASHES[i % 6],
            lw=1.8,
            label=name,
        )
    _finish(axes, title, xlabel, ylabel, samples)
    return figure


def _finish(axes, title, xlabel, ylabel, series, vertical_grid=True) -> None:
    style.title(axes.figure, title)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.grid(axis="both" if vertical_grid else "y")
    axes.set_axisbelow(True)
    if len(series) > 1:
        axes.legend()


def _logarithmic(axes, x, logx: bool, logy: bool) -> None:
    if logx:
        axes.set_xscale("log", base=2)
        if len(x) <= 12:
            axes.set_xticks(x, [f"{value:g}" for value in x])
    if logy:
        axes.set_yscale("log")
