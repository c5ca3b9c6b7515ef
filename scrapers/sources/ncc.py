"""The Norwegian Colossal Corpus of the National Library: public documents, books, newspapers, Wikipedia.

Source: https://huggingface.co/datasets/NbAiLab/NCC, https://github.com/NbAiLab/notram. At the request of the media
houses most newspapers were withdrawn in December 2024: the newest revision is read, and no older one should be.
"""

import re
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from scrapers.corpus import OpenFile
from scrapers.hub import HubCorpus
from scrapers.record import Document, Dropped, document_id
from scrapers.source import Items

# By how a type of document begins. Source: the table of corpora in https://github.com/NbAiLab/notram
LICENCES = {
    "books": "CC0-1.0",
    "government": "NLOD-2.0",
    "lovdata": "NLOD-2.0",
    "maalfrid": "NLOD-2.0",
    "newspaper_ocr": "CC0-1.0",
    "newspapers_online": "CC-BY-NC-2.0",
    "parliament": "NLOD-2.0",
    "publicreports": "NLOD-2.0",
    "wikipedia": "CC-BY-SA-3.0",
}
UNKNOWN_YEAR = 2021  # what stands for a year that is not known, as well as for itself
PIECE = re.compile(r"_\d+$")  # the number at the end of the id of one of several pieces of a document


class Row(msgspec.Struct, gc=False):
    """A line. lang_fasttext_conf: a number, written as text."""

    id: str
    doc_type: str
    publish_year: int
    lang_fasttext: str
    lang_fasttext_conf: str
    text: str


DECODER = msgspec.json.Decoder(Row)


@dataclass(frozen=True, kw_only=True)
class Ncc(HubCorpus):
    """The corpus, or what is chosen of it. split: `train` or `validation`.

    doc_types: patterns of the types of documents to keep, such as `government_*` or `maalfrid_*`; none keeps all. Old
    print is read by machine, and some of it in Danish: `lang_fasttext` and its score are in the records.
    """

    split: str = "train"
    doc_types: tuple[str, ...] = ()

    def pattern(self) -> str:
        """The shards of the split."""
        return f"data/{self.split}-shard-*.json.gz"

    def read(self, file: OpenFile) -> Items:
        """Every document of a shard, those of another type than asked for as dropped."""
        for row in file.rows(DECODER):
            document = self._document(file, row)
            if self.doc_types and not any(fnmatchcase(row.doc_type, pattern) for pattern in self.doc_types):
                yield Dropped(document, f"collect/{self.name}", "doc_type", row.doc_type, ", ".join(self.doc_types))
            else:
                yield document

    def _document(self, file: OpenFile, row: Row) -> Document:
        known = row.publish_year != UNKNOWN_YEAR
        return self.document(
            file,
            row.id,
            row.text,
            group=document_id(self.name, PIECE.sub("", row.id)),
            licence=next((spdx for kind, spdx in LICENCES.items() if row.doc_type.startswith(kind)), "unknown"),
            published=date(row.publish_year, 1, 1) if known else None,
            lang=row.lang_fasttext,
            lang_score=min(float(row.lang_fasttext_conf), 1.0),
        )


ncc = Ncc(
    name="ncc",
    description="public documents, parliament, laws, books, Wikipedia; licence per type of document",
    licence="unknown",
    languages=("nb", "nn", "da", "sv", "en"),
    expected=(1, 100_000_000),
    home="https://huggingface.co/datasets/NbAiLab/NCC",
    size="millions of documents; smaller since the newspapers were withdrawn",
    repo="NbAiLab/NCC",
)
