"""Whether a document may be used to train."""

from collections.abc import Sequence

from cleaning.step import Reason
from scrapers.record import Document


def reserved(document: Document, *, allowed: Sequence[str] = ("open", "unknown")) -> Document | Reason:
    """Drops a document whose verdict on rights, read when it was collected, is not in `allowed`."""
    return document if document.reserved in allowed else Reason(document.reserved, " or ".join(allowed))


STEPS = (reserved,)
