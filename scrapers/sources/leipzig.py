"""Leipzig Corpora Collection: packages of shuffled sentences.

Source: https://wortschatz-leipzig.de/en/download; the archive's layout is described in its own README.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scrapers.corpus import Corpus, whole_archive
from scrapers.record import Document, Reserved
from scrapers.source import CollectError
from scrapers.store import lines


@dataclass(frozen=True, kw_only=True)
class Leipzig(Corpus):
    """One package, such as `nob_news_2013_300K`. host: where the packages lie."""

    package: str = ""
    host: str = "https://downloads.wortschatz-leipzig.de/corpora"

    def address(self) -> str:
        """Where the package lies. Raises CollectError where the recipe names none."""
        if not self.package:
            raise CollectError(f"{self.name}: no package; name one in the recipe: package = 'nob_news_2013_300K'")
        return f"{self.host}/{self.package}.tar.gz"

    def read(self, path: Path, reserved: Reserved) -> Iterator[Document]:
        """Every sentence of the package."""
        found = False
        with whole_archive(path) as archive:
            for member in archive:
                if member.name.endswith("-sentences.txt") and (stream := archive.extractfile(member)):
                    found = True
                    for number, line in enumerate(lines(stream), 1):
                        yield self._sentence(line, member.name, number, reserved)
        if not found:
            raise CollectError(f"{path.name} holds no file *-sentences.txt; is it a Leipzig package?")

    def _sentence(self, line: bytes, file: str, number: int, reserved: Reserved) -> Document:
        key, tab, sentence = line.decode("utf-8", "replace").partition("\t")
        if not tab:
            raise CollectError(f"{file}, line {number}: expected a number, a tab and a sentence, found {line[:80]!r}")
        return self.document(f"{self.package}/{key}", sentence, reserved=reserved)


leipzig = Leipzig(
    name="leipzig",
    description="packages of sentences from news, the web and Wikipedia, in shuffled order",
    licence="CC-BY-NC-4.0",  # older pages say BY-NC, newer users BY: the stricter until the package says otherwise
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    personal_data=False,
)
