"""Whether a document may be used to train."""

from collections.abc import Sequence

from cleaning.step import Finding
from scrapers.record import Document


def reserved(document: Document, *, allowed: Sequence[str] = ("open", "unknown")) -> Finding:
    """Drops a document whose verdict on rights, read when it was collected, is not in `allowed`."""
    return Finding(document.reserved, " or ".join(allowed), document.reserved in allowed)


STEPS = (reserved,)
