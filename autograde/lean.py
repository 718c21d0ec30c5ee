"""Leave out at start what costs seconds and is never used."""

import sys


def without_iri() -> None:
    """Keep jsonschema from loading a grammar for a text format no notebook has.

    nbformat imports jsonschema, and that a parser which takes 1 to 3 s to be made.
    jsonschema does without where the package is not installed.
    """
    sys.modules.setdefault("rfc3987_syntax", None)
