"""Pictures: what is drawn, how it reaches the page, whether everybody can read it."""

import doctest
import io
import warnings

import nbformat
import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot
from nbconvert import HTMLExporter
from PIL import Image

from llmlab import plot
from llmlab.plot import style

TOKENS = ["我", "爱", "AI"]
WEIGHTS = torch.tensor([[1, 0, 0], [0.4, 0.6, 0], [0.2, 0.3, 0.5]])
FUTURE = torch.ones(3, 3, dtype=torch.bool).triu(1)


def texts(axes):
    return [text.get_text() for text in axes.texts]


def shown(figure, alt):
    InteractiveShell.instance()
    with capture_output() as captured:
        plot.show(figure, alt)
    return captured.outputs


def every_figure():
    yield plot.heatmap(WEIGHTS, TOKENS, TOKENS, title="weights")
    yield plot.heatmaps({"a": WEIGHTS, "b": WEIGHTS}, title="two", masked={"b": FUTURE})
    yield plot.heatmap(torch.rand(64, 64), title="large", size="tall")
    yield plot.lines([1, 2, 4], {"x": [[1, 2, 3], [2, 3, 5]]}, logx=True, title="lines")
    yield plot.bars(TOKENS, {"x": [1, 2, 3], "y": [3, 2, 1]}, title="bars")
    yield plot.histograms({"x": torch.randn(500), "y": np.ones(5)}, title="samples")


def test_heatmap_writes_values_tokens_and_axis_names():
    axes = plot.heatmap(WEIGHTS, TOKENS, TOKENS, title="finding").axes[0]
    assert texts(axes)[:3] == ["1.00", "0.00", "0.00"] and len(axes.texts) == 9
    assert [label.get_text() for label in axes.get_yticklabels()] == TOKENS
    assert axes.get_xlabel() == "S: key positions"
    assert axes.get_ylabel() == "T: query positions"
    assert axes.figure.get_suptitle() == "finding"


def test_masked_cells_are_hatched_and_have_no_number():
    axes = plot.heatmap(WEIGHTS, masked=FUTURE).axes[0]
    hatched = [patch.get_xy() for patch in axes.patches if patch.get_hatch()]
    assert hatched == [(0.5, -0.5), (1.5, -0.5), (1.5, 0.5)]
    assert len(axes.texts) == 6


def test_infinite_and_undefined_cells_say_so():
    scores = WEIGHTS.masked_fill(FUTURE, -torch.inf)
    scores[2, 2] = torch.nan
    axes = plot.heatmap(scores).axes[0]
    assert sorted(texts(axes))[-3:] == ["−∞"] * 3 and "NaN" in texts(axes)
    assert sum(bool(patch.get_hatch()) for patch in axes.patches) == 4


def test_panels_share_one_scale_and_negative_numbers_are_centred():
    figure = plot.heatmaps({"a": WEIGHTS, "b": WEIGHTS * 4}, TOKENS, TOKENS)
    limits = [axes.images[0].get_clim() for axes in figure.axes]
    assert limits == [(0, 4), (0, 4)]
    assert plot.heatmap(-WEIGHTS).axes[0].images[0].get_clim() == (-1, 1)


def test_heatmap_needs_a_matrix():
    with pytest.raises(ValueError, match=r"two axes.*\(1, 3, 3\)"):
        plot.heatmap(WEIGHTS[None])


def test_large_maps_hold_no_numbers():
    assert not plot.heatmap(torch.rand(11, 11)).axes[0].texts
    assert not plot.heatmap(WEIGHTS, values=False).axes[0].texts


def test_lines_draw_mean_and_band():
    axes = plot.lines([1, 2], {"a": [[1, 2], [3, 6]], "b": [5, 5]}).axes[0]
    assert axes.lines[0].get_ydata().tolist() == [2, 4]
    (band,) = axes.collections
    assert band.get_datalim(axes.transData).intervaly.tolist() == [1, 6]
    alone = plot.lines([1, 2], {"a": [[1, 2], [3, 6]]}, spread=False).axes[0]
    assert not alone.collections and alone.get_legend() is None
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]


def test_lines_differ_by_more_than_colour_and_take_roles():
    axes = plot.lines([1, 2], {"a": [1, 2], "q": [2, 3]}, roles={"q": "q"}).axes[0]
    a, q = axes.lines
    assert a.get_linestyle() != q.get_linestyle() and a.get_marker() != q.get_marker()
    assert q.get_color() == plot.ROLES["q"]


def test_log_axes():
    axes = plot.lines([4, 16], {"a": [1, 10]}, logx=True, logy=True).axes[0]
    assert axes.get_xscale() == axes.get_yscale() == "log"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["4", "16"]


def test_bars_stand_beside_each_other():
    axes = plot.bars(TOKENS, {"a": [1, 2, 3], "b": [4, 5, 6]}).axes[0]
    first, second = axes.containers
    assert [bar.get_height() for bar in second] == [4, 5, 6]
    assert first[0].get_x() + first[0].get_width() <= second[0].get_x()
    assert "6" in texts(axes)


def test_histograms_share_bins_and_leave_out_infinities():
    axes = plot.histograms({"a": [0, 1, np.inf], "b": [2.0, 4]}, bins=4).axes[0]
    edges = {patch.get_xy()[:, 0].max() for patch in axes.patches[-1:]}
    assert edges == {4.0}


def test_pictures_are_small_cards_and_the_same_every_time():
    for first, second in zip(every_figure(), every_figure(), strict=True):
        title = first.get_suptitle()
        if title not in ("large", "samples"):  # these two are drawn from random data
            assert plot.png(first) == plot.png(second), title
        data = plot.png(first)
        assert len(data) < 60_000, title
        picture = Image.open(io.BytesIO(data)).convert("RGB")
        assert picture.getpixel((20, picture.height // 2)) == (255, 255, 255), title
        assert picture.info == {}, title


def test_show_carries_the_description_into_every_format():
    (output,) = shown(plot.heatmap(WEIGHTS), 'Weights & "more"')
    assert 'alt="Weights &amp; &quot;more&quot;"' in output.data["text/html"]
    assert output.data["text/plain"] == 'Weights & "more"'
    assert output.metadata["image/png"]["alt"] == 'Weights & "more"'
    assert output.data["image/png"] in output.data["text/html"]


@pytest.mark.parametrize("template", ["lab", "classic"])
def test_exported_page_holds_the_description(template):
    (output,) = shown(plot.heatmap(WEIGHTS), "Weights of three tokens")
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("show()")
    cell.outputs = [
        nbformat.v4.new_output(
            "display_data", data=output.data, metadata=output.metadata
        )
    ]
    notebook.cells = [cell]
    nbformat.validate(notebook)
    page, _ = HTMLExporter(template_name=template).from_notebook_node(notebook)
    assert page.count('alt="Weights of three tokens"') == 1
    assert "No description has been provided" not in page


def test_show_needs_a_description():
    with pytest.raises(ValueError, match="`alt` is empty"):
        plot.show(plot.heatmap(WEIGHTS), " ")


def test_nothing_stays_open():
    list(every_figure())
    figure = pyplot.figure()
    shown(figure, "an empty figure")
    assert pyplot.get_fignums() == []


def test_drawing_leaves_other_plots_defaults_alone():
    before = dict(pyplot.rcParams)
    list(every_figure())
    assert dict(pyplot.rcParams) == before
    with pyplot.rc_context():
        plot.use()
        assert pyplot.rcParams["axes.spines.top"] is False


@pytest.mark.parametrize("fonts", [("DejaVu Sans",), None])
def test_chinese_text_never_warns(monkeypatch, fonts):
    if fonts:
        monkeypatch.setattr(style, "fonts", lambda: fonts)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plot.png(plot.heatmap(WEIGHTS, TOKENS, TOKENS, title="注意力权重"))


def test_fonts_end_with_a_chinese_one_where_there_is_one(monkeypatch):
    class Font:
        name = "SimHei"

    monkeypatch.setattr(style.font_manager.fontManager, "ttflist", [Font])
    style.fonts.cache_clear()
    assert style.fonts() == ("DejaVu Sans", "SimHei")
    monkeypatch.setattr(style.font_manager.fontManager, "ttflist", [])
    style.fonts.cache_clear()
    assert style.fonts() == ("DejaVu Sans",)
    style.fonts.cache_clear()


def test_long_titles_are_broken_into_lines():
    title = "未来的权重全部为零，" * 4
    assert "\n" in plot.heatmap(WEIGHTS, title=title).get_suptitle()
    assert "".join(style.wrap(title, 10)) == title
    assert " ".join(style.wrap("one two three four", 8)) == "one two three four"
    assert doctest.testmod(style).failed == 0


# -- colours -------------------------------------------------------------------------

# Machado, Oliveira and Fernandes (2009), severity 1: protan, deutan, tritan
VISION = [
    np.eye(3),
    [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
]
TO_XYZ = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]


def linear(colour):
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    dark, pale = sorted(linear(c) @ TO_XYZ[1] for c in (one, other))
    return (pale + 0.05) / (dark + 0.05)


def lab(colour, vision):
    xyz = TO_XYZ @ np.clip(vision @ linear(colour), 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("role", style.ROLES)
def test_roles_stand_out_and_text_on_their_tints_reads(role):
    assert contrast(style.ROLES[role], style.CARD) >= 3
    assert contrast(style.INK, style.TINTS[role]) >= 7
    assert contrast(style.QUIET, style.CARD) >= 4.5


@pytest.mark.parametrize("vision", VISION)
def test_roles_differ_for_every_kind_of_colour_vision(vision):
    names = list(style.ROLES)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            found = [lab(style.ROLES[name], np.array(vision)) for name in (one, other)]
            assert np.linalg.norm(found[0] - found[1]) > 10, (one, other)
