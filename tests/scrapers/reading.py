"""What a corpus reads in a file of which a test has the bytes."""

import io
from collections import Counter

from scrapers.corpus import Corpus, OpenFile
from scrapers.record import Document, Dropped
from scrapers.source import CollectError


def items(source: Corpus, body: bytes, url: str = "", tally: Counter[str] | None = None) -> list[Document | Dropped]:
    """What there is in a file with that content, which lies at `url`. Raises CollectError, as collecting does."""
    url = url or source.url
    return list(source._checked(OpenFile(url, url.rpartition("/")[2], io.BytesIO(body), "open", tally)))


def read(source: Corpus, body: bytes, url: str = "") -> list[Document]:
    """The documents in a file of which none is dropped. Raises CollectError, as collecting does."""
    found = items(source, body, url)
    assert all(isinstance(document, Document) for document in found)
    return [document for document in found if isinstance(document, Document)]


def read_or_refuse(source: Corpus, body: bytes, url: str = "") -> list[Document] | None:
    """The documents, or None where the file is refused; any other exception is a fault of the parser's."""
    try:
        return read(source, body, url)
    except CollectError:
        return None


def damaged(body: bytes, shares: tuple[float, ...] = (0, 0.02, 0.3, 0.6, 0.9, 0.99)) -> list[bytes]:
    """A packed file cut off at these shares of it, one with a flipped byte, and a web page in its place."""
    flipped = bytearray(body)
    flipped[len(body) // 2] ^= 0xFF
    cut = [body[: int(len(body) * share)] for share in shares]
    return [*cut, bytes(flipped), b"<!DOCTYPE html><title>Log in</title>", b"plain text"]
