"""Put a figure into the notebook's output, with its description."""

import io
import warnings
from base64 import b64encode
from html import escape

from IPython.display import display
from matplotlib import pyplot
from matplotlib.figure import Figure
from PIL import Image

from llmlab.i18n import _


def png(figure: Figure) -> bytes:
    """The figure as a small PNG: the same bytes for the same figure."""
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # without a Chinese font the signs are drawn as boxes; the text still reads
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(
            buffer,
            format="png",
            edgecolor=figure.get_edgecolor(),
            metadata={"Software": None},
        )
    picture = Image.open(buffer).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, format="PNG", optimize=True)
    return small.getvalue()


def show(figure: Figure, alt: str) -> None:
    """Display a figure and close it; `alt` says in words what it shows.

    The picture goes out as HTML, because JupyterLab and nbconvert's default template
    drop the description of a bare image (JupyterLab 4.6, nbconvert 7.17), and once
    more as a PNG for exports that read no HTML.

    Errors: ValueError if `alt` is empty.
    """
    if not alt.strip():
        raise ValueError(_("`alt` is empty: say in a sentence what the figure shows."))
    data = b64encode(png(figure)).decode("ascii")
    width, height = (round(inches * figure.dpi) for inches in figure.get_size_inches())
    html = (
        f'<img src="data:image/png;base64,{data}" alt="{escape(alt)}" '
        f'width="{width}" height="{height}" style="max-width: 100%; height: auto">'
    )
    display(
        {"text/html": html, "image/png": data, "text/plain": alt},
        metadata={"image/png": {"alt": alt, "width": width, "height": height}},
        raw=True,
    )
    pyplot.close(figure)
