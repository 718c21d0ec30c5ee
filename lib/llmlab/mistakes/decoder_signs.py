"""Signs by which a mistake in a decoder is told, without another value."""

# a weight of the model that none of the loaded ones is meant for
OTHER_NAMES = (
    r"Missing key\(s\) in state_dict: [^.]*?\""
    r"(?!tokens\.|positions|blocks\.|norm\.|head\.)\w+\."
)


def not_tied(got, expected) -> bool:
    """As many numbers too many as the embedding has, or its gradient in two parts."""
    both = isinstance(got, dict) and isinstance(expected, dict)
    if not both or not {"∂tokens", "parameters"} <= set(got):
        return False
    extra = got["parameters"] - expected["parameters"]
    return extra == expected["∂tokens"].numel()


def always_tied(got, expected) -> bool:
    """As many numbers too few."""
    both = isinstance(got, dict) and isinstance(expected, dict)
    if not both or not {"∂tokens", "parameters"} <= set(got):
        return False
    extra = got["parameters"] - expected["parameters"]
    return extra == -expected["∂tokens"].numel()


def last_only(got, expected) -> bool:
    """The output lacks the axis of positions."""
    both = isinstance(got, dict) and isinstance(expected, dict)
    mine, right = (f.get("output") if both else None for f in (got, expected))
    return both and mine is not None and mine.ndim == right.ndim - 1
