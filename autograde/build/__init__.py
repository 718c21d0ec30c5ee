"""Turn the sources in `solutions/` into notebooks, pages and catalogues."""
