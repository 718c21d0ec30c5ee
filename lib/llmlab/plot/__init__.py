"""Pictures in one look; every function returns a figure, `show` puts it on the page.

    plot.show(plot.heatmap(weights, rows=words, cols=words, title=...), alt=...)

Texts are drawn as given: the caller translates them.
"""

from llmlab.plot.charts import bars, histograms, lines
from llmlab.plot.heat import heatmap, heatmaps
from llmlab.plot.output import png, show
from llmlab.plot.style import DPI, ROLES, SIZES, TINTS, use

__all__ = [
    "DPI",
    "ROLES",
    "SIZES",
    "TINTS",
    "bars",
    "heatmap",
    "heatmaps",
    "histograms",
    "lines",
    "png",
    "show",
    "use",
]
