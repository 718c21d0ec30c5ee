"""Run the demonstration: `python -m autograde.demo`."""

import sys

from .play import main

if __name__ == "__main__":
    sys.exit(main())
