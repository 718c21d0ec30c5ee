"""A whole class, played without a browser: `python -m autograde.demo`."""
