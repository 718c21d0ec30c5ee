"""The one look of all pictures: colour roles, sizes, fonts.

The drawn figures in `figures/` use the same colours; `tests/test_figures.py` compares.
"""

import re
from functools import lru_cache, wraps

import matplotlib
from matplotlib import font_manager
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every kind of colour vision; at least 3:1
# against white
ROLES = {
    "q": "#0072B2",
    "k": "#D55E00",
    "v": "#009E73",
    "output": "#CC79A7",
    "masked": "#767676",
}
# the same colours as pale fills, for boxes with dark text
TINTS = {
    "q": "#DCEAF4",
    "k": "#FBE5D6",
    "v": "#D9F0E8",
    "output": "#F7E6EF",
    "masked": "#E6E6E6",
}
INK, QUIET, CARD, BORDER = "#1A1A1A", "#555555", "#FFFFFF", "#C8C8C8"

SIZES = {"small": (4.4, 3.4), "wide": (8.4, 3.4), "tall": (6.0, 6.0)}
DPI = 100

# series that have no role: colours in this order, and a different line for each
CYCLE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#1A1A1A", "#767676")
DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "x")

WEIGHTS = LinearSegmentedColormap.from_list(
    "llmlab.weights", [CARD, "#8CBEDC", ROLES["q"], "#003A5C"]
)
SIGNED = LinearSegmentedColormap.from_list(
    "llmlab.signed", ["#7A3600", ROLES["k"], CARD, ROLES["q"], "#003A5C"]
)

_CJK_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "PingFang SC",
    "Hiragino Sans GB",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Noto Sans CJK JP",
    "Droid Sans Fallback",
    "Arial Unicode MS",
)


@lru_cache
def fonts() -> tuple[str, ...]:
    """DejaVu Sans, which comes with matplotlib, then a Chinese font if one is here."""
    here = {font.name for font in font_manager.fontManager.ttflist}
    return ("DejaVu Sans", *[name for name in _CJK_FONTS if name in here][:1])


def settings() -> dict:
    """The matplotlib settings of the style."""
    return {
        "font.family": list(fonts()),
        "font.size": 10,
        "axes.titlesize": 10,
        "axes.edgecolor": QUIET,
        "axes.labelcolor": INK,
        "axes.prop_cycle": matplotlib.cycler(color=CYCLE),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.unicode_minus": True,
        "figure.dpi": DPI,
        "figure.facecolor": CARD,
        "figure.edgecolor": BORDER,
        "figure.figsize": SIZES["wide"],
        "figure.titlesize": 11,
        "figure.titleweight": "bold",
        "grid.color": "#E6E6E6",
        "hatch.linewidth": 0.6,
        "legend.frameon": False,
        "lines.linewidth": 2,
        "savefig.facecolor": CARD,
        "text.color": INK,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
    }


def use() -> None:
    """Make the style the default of every later plot in this kernel."""
    matplotlib.rcParams.update(settings())


def styled(function):
    """Run a plot function in the style, whatever the defaults are."""

    @wraps(function)
    def run(*args, **kwargs):
        with matplotlib.rc_context(settings()):
            return function(*args, **kwargs)

    return run


def card(size: str | tuple[float, float]) -> Figure:
    """An empty figure: a white card with a thin border, for light and dark themes.

    It is unknown to pyplot, so that it is never shown twice and never left open.
    """
    figure = Figure(figsize=SIZES.get(size, size), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.12, h_pad=0.1)
    figure.patch.set_linewidth(1)
    figure.patch.set_edgecolor(BORDER)
    return figure


def title(figure: Figure, finding: str) -> None:
    """Write the finding above everything else, broken into lines that fit."""
    if finding:
        left = 0.12 / figure.get_size_inches()[0]
        lines = wrap(finding, int(figure.get_size_inches()[0] * 11.5))
        figure.suptitle("\n".join(lines), x=left, ha="left")


def wrap(text: str, columns: int) -> list[str]:
    """Break a text at spaces or between Chinese signs, which are two columns wide.

    >>> wrap("two words", 5), wrap("注意力权重", 4)
    (['two', 'words'], ['注意', '力权', '重'])
    """
    lines, used = [""], 0
    for piece in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+", text):
        width = 2 * len(piece) if piece >= "\u2e80" else len(piece)
        if used + width > columns and lines[-1] and piece not in "，。：；、！？）」":
            lines, used = [*lines, ""], 0
        piece = piece if lines[-1] else piece.lstrip()
        lines[-1] += piece
        used += width if piece else 0
    return [line.rstrip() for line in lines]


def colour(label: str, roles: dict[str, str] | None, position: int) -> str:
    """The colour of a series: of the role it is given, else the next of the cycle."""
    role = (roles or {}).get(label)
    return ROLES[role] if role else CYCLE[position % len(CYCLE)]
