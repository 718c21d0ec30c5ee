"""Every hostile submission, by what it turns against the grader."""

from ..record import unique
from . import (
    bombs,
    checks,
    compare,
    damaged,
    disguise,
    interpreter,
    network,
    page,
    process,
    protocol,
    reading,
    shadow,
    tampered,
    torch_state,
    values,
)

MODULES = (
    compare,
    checks,
    interpreter,
    torch_state,
    tampered,
    disguise,
    values,
    reading,
    shadow,
    damaged,
    page,
    network,
    protocol,
    process,
    bombs,
)
ALL = unique(row for module in MODULES for row in module.ALL)
