"""Honest but odd submissions, as students hand them in: each has earned every point."""

from ..record import unique
from . import cells, code, formats, noise

MODULES = (noise, cells, code, formats)
ALL = unique(row for module in MODULES for row in module.ALL)
