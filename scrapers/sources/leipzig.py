"""Leipzig Corpora Collection: packages of shuffled sentences.

Source: https://wortschatz-leipzig.de/en/download; the archive's layout is described in its own README.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import archive, split_lines
from scrapers.record import Document
from scrapers.source import CollectError, Items


@dataclass(frozen=True, kw_only=True)
class Leipzig(Corpus):
    """One package, such as `nob_news_2013_300K`. host: where the packages lie."""

    package: str = ""
    host: str = "https://downloads.wortschatz-leipzig.de/corpora"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The package. Raises CollectError where the recipe names none."""
        if not self.package:
            raise CollectError(f"{self.name}: no package; name one in the recipe: package = 'nob_news_2013_300K'")
        yield RemoteFile(f"{self.host}/{self.package}.tar.gz", self.checksum)

    def read(self, file: OpenFile) -> Items:
        """Every sentence of the package."""
        found = False
        with archive(file.stream, file.name) as members:
            for member in members:
                if member.name.endswith("-sentences.txt") and (stream := members.extractfile(member)):
                    found = True
                    for number, line in enumerate(split_lines(iter(lambda: stream.read(1 << 20), b"")), 1):
                        file.at = f"{member.name}, line {number}"
                        yield self._sentence(line, file)
        if not found:
            raise CollectError(f"{file.name} holds no file *-sentences.txt; is it a Leipzig package?")

    def _sentence(self, line: bytes, file: OpenFile) -> Document:
        key, tab, sentence = line.decode("utf-8", "replace").partition("\t")
        if not tab:
            raise CollectError(f"{file.name}, {file.at}: expected a number, a tab and a sentence, found {line[:80]!r}")
        return self.document(file, f"{self.package}/{key}", sentence)


leipzig = Leipzig(
    name="leipzig",
    description="packages of sentences from news, the web and Wikipedia, in shuffled order",
    licence="CC-BY-NC-4.0",  # older pages say BY-NC, newer users BY: the stricter until the package says otherwise
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    personal_data=False,
    home="https://wortschatz-leipzig.de/en/download",
    size="10,000 to 1,000,000 sentences a package, up to 260 MB",
)
