"""Honest but odd submissions, as students hand them in: each has earned every point."""

from ..record import unique
from . import beside, cells, code, formats, noise, shell

MODULES = (noise, shell, cells, code, beside, formats)
ALL = unique(row for module in MODULES for row in module.ALL)
