"""NoReC 2.1: the Norwegian Review Corpus, full reviews from eight newspapers and sites.

Source: https://github.com/ltgoslo/norec
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scrapers.corpus import Corpus, whole_archive
from scrapers.record import Document, Reserved, normalised_rating
from scrapers.source import CollectError

REVIEW = re.compile(r"/data/(train|dev|test)/(\d+)\.txt$")


@dataclass(frozen=True, kw_only=True)
class Norec(Corpus):
    """The archive of one release. splits: which of the corpus's own splits to take."""

    splits: tuple[str, ...] = ("train", "dev", "test")

    def read(self, path: Path, reserved: Reserved) -> Iterator[Document]:
        """Every review: the first line is its title; trailing spaces go, a blank line stays between paragraphs.

        Ratings come from `data/metadata.json` where the archive has it; the archive of release 2.1 may come without.
        """
        metadata = read_metadata(path)
        with whole_archive(path) as archive:
            for member in archive:
                found = REVIEW.search(member.name)
                if found and found[1] in self.splits and (stream := archive.extractfile(member)):
                    try:
                        yield self._review(member.name, found[2], stream.read(), metadata, reserved)
                    except (ValueError, AttributeError, TypeError) as error:
                        raise CollectError(f"{member.name} or its metadata is not NoReC's: {error!r}") from error

    def _review(self, name: str, key: str, body: bytes, metadata: Mapping[str, Any], reserved: Reserved) -> Document:
        title, _, text = body.decode("utf-8").partition("\n")
        rating = metadata.get(key, {}).get("rating")
        return self.document(
            key,
            "\n".join(line.rstrip() for line in text.strip().split("\n")),
            reserved=reserved,
            title=title.strip() or None,
            url=f"https://github.com/ltgoslo/norec/blob/v2.1/{name.partition('/')[2]}",
            rating=None if rating is None else normalised_rating(float(rating), worst=1, best=6),
            raw_rating=None if rating is None else str(rating),
        )


def read_metadata(path: Path) -> Mapping[str, Any]:
    """`data/metadata.json` of the archive, by review; empty where it has none."""
    found: Mapping[str, Any] = {}
    with whole_archive(path) as archive:
        for member in archive:
            if member.name.endswith("/data/metadata.json") and (stream := archive.extractfile(member)):
                try:
                    found = dict(json.load(stream))
                except (ValueError, TypeError) as error:
                    raise CollectError(f"{member.name} is not a JSON object: {error}") from error
    return found


norec = Norec(
    name="norec",
    description="NoReC 2.1: 43,437 reviews of films, music, books, games, restaurants and products",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(43_437, 43_437),
    personal_data=False,
    url="https://codeload.github.com/ltgoslo/norec/tar.gz/refs/tags/v2.1",
)
