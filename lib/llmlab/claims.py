"""The verdict table that closes a notebook: what was claimed, measured and found."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from llmlab.i18n import N_, _

MIME = "application/vnd.llmlab.claims+json"

VERDICTS: dict[str, tuple[str, str]] = {
    "holds": ("✓", N_("holds")),
    "holds if": ("◐", N_("holds if")),
    "imprecise": ("≈", N_("imprecise")),
    "corrected": ("✗", N_("corrected")),
    "open": ("?", N_("open")),
}
_ID = re.compile(r"\d+\.\d+(\.\d+)?-\d\d")
_MATH = re.compile(r"\$[^$]+\$")


@dataclass(frozen=True)
class Claim:
    """One claim of the textbook and its verdict; `because` is the condition or reason.

    Errors: ValueError if the verdict is unknown or if a text is missing. A verdict
    other than "holds" needs its `because`.
    """

    id: str
    claim: str
    measured: str
    verdict: str
    because: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            message = _("A claim's id looks like 24.2-05, not {id}.")
            raise ValueError(message.format(id=repr(self.id)))
        if self.verdict not in VERDICTS:
            message = _("Claim {id}: {verdict} is no verdict. There are: {known}.")
            known = ", ".join(VERDICTS)
            verdict = repr(self.verdict)
            raise ValueError(message.format(id=self.id, verdict=verdict, known=known))
        needed = ["claim", "measured", "source"]
        needed += ["because"] if self.verdict != "holds" else []
        for name in needed:
            if not getattr(self, name).strip():
                message = _("Claim {id}: `{name}` is empty.")
                raise ValueError(message.format(id=self.id, name=name))

    @property
    def finding(self) -> str:
        """The verdict with its symbol and its reason, in the learner's language."""
        symbol, words = VERDICTS[self.verdict]
        because = f": {self.because}" if self.because else ""
        return f"{symbol} {_(words)}{because}"


class Table:
    """Claims as a Markdown table, with the same rows as data for `docs/claims.md`."""

    def __init__(self, claims: list[Claim]) -> None:
        ids = [claim.id for claim in claims]
        for double in {name for name in ids if ids.count(name) > 1}:
            message = _("Claim {id} is in the table twice.")
            raise ValueError(message.format(id=double))
        self.claims = list(claims)

    @property
    def rows(self) -> list[list[str]]:
        """The head and one row for each claim."""
        head = [_("Claim"), _("Measured here"), _("Verdict"), _("Source")]
        return [head] + [
            [f"{c.id} {c.claim}", c.measured, c.finding, c.source] for c in self.claims
        ]

    def markdown(self) -> str:
        """The table in Markdown."""
        head, *body = [[_cell(text) for text in row] for row in self.rows]
        lines = [head, ["---"] * len(head), *body]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def __repr__(self) -> str:
        head, *body = self.rows
        return "\n\n".join(
            "\n".join(f"{name}: {text}" for name, text in zip(head, row, strict=True))
            for row in body
        )

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return {
            "text/plain": repr(self),
            "text/markdown": self.markdown(),
            MIME: [asdict(claim) for claim in self.claims],
        }


def table(claims: list[Claim]) -> Table:
    """The verdict table; as the last line of a cell, the notebook shows it.

    >>> table([Claim("24.2-06", "Rows sum to 1.", "1.000", "holds", source="algebra")])
    Claim: 24.2-06 Rows sum to 1.
    Measured here: 1.000
    Verdict: ✓ holds
    Source: algebra
    """
    return Table(claims)


def span(values: Iterable) -> str:
    """Smallest and largest of some numbers, for a `measured` over several seeds.

    >>> span([0.31, 0.25, 0.4]), span([3.0941, 3.0936])
    ('0.25 to 0.40', '3.09')
    """
    numbers = sorted(float(value) for value in values)
    low, high = f"{numbers[0]:.2f}", f"{numbers[-1]:.2f}"
    return low if low == high else _("{low} to {high}").format(low=low, high=high)


def _cell(text: str) -> str:
    """Text as one Markdown table cell: no line breaks, no bare vertical bars."""
    text = _MATH.sub(lambda math: math.group().replace("|", r"\vert "), text)
    return " ".join(text.split()).replace("|", r"\|")
