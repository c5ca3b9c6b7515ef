"""NoReC_fine: sentences of reviews with each opinion in them: who holds it, on what, in which words, how strongly.

A record has one label, derived as NoReC_sentence derives it: `Neutral` without any opinion, the polarity of the
opinions where they agree, `Mixed` where they do not. Holders, targets and expressions are offsets into the tokenised
text, which the record does not keep: they are not read.

Source: https://github.com/ltgoslo/norec_fine; the rule is its aggregation in https://github.com/ltgoslo/norec_sentence
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import content_of
from scrapers.source import Items
from scrapers.sources.norec_sentence import sentence


class Opinion(msgspec.Struct):
    """An opinion, as far as it is wanted."""

    polarity: str = msgspec.field(name="Polarity")


class Annotated(msgspec.Struct):
    """A sentence as it stands in the files."""

    sent_id: str
    text: str
    opinions: list[Opinion]


@dataclass(frozen=True, kw_only=True)
class NorecFine(Corpus):
    """A file a split. revision: the commit or branch of the repository to take."""

    splits: tuple[str, ...] = ("train", "dev", "test")
    revision: str = "HEAD"

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files of the splits."""
        for split in self.splits:
            yield RemoteFile(f"https://raw.githubusercontent.com/ltgoslo/norec_fine/{self.revision}/{split}.json")

    def read(self, file: OpenFile) -> Items:
        """Every sentence, with the polarity of its opinions as its label."""
        rows = msgspec.json.decode(content_of(file.stream, file.name), type=list[Annotated])
        if not rows:
            raise ValueError("no sentences")
        for row in rows:
            yield sentence(self, file, row.sent_id, row.text, polarity(row.opinions))


def polarity(opinions: Sequence[Opinion]) -> str:
    """What the opinions of a sentence have in common: their polarity, `Mixed`, or `Neutral` where there is none."""
    found = {opinion.polarity for opinion in opinions}
    return "Neutral" if not found else found.pop() if len(found) == 1 else "Mixed"


norec_fine = NorecFine(
    name="norec-fine",
    description="sentences of Norwegian reviews with the polarity of the opinions in them",
    licence="CC-BY-NC-4.0",
    languages=("nb", "nn"),
    expected=(11_437, 11_437),
    personal_data=False,
    home="https://github.com/ltgoslo/norec_fine",
    size="11,437 sentences, 8 MB",
)
