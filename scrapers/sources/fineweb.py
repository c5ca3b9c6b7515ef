"""FineWeb-2: web pages of Common Crawl in 1,800 languages, filtered and deduplicated per language, as parquet.

Source: https://huggingface.co/datasets/HuggingFaceFW/fineweb-2
"""

from dataclasses import dataclass

import pyarrow as pa

from scrapers.corpus import OpenFile
from scrapers.hub import HubCorpus, parquet_rows
from scrapers.languages import bcp47
from scrapers.source import Items

COLUMNS = dict.fromkeys(("id", "text", "url", "language"), pa.string()) | {"language_score": pa.float64()}


@dataclass(frozen=True, kw_only=True)
class FineWeb(HubCorpus):
    """One language. language: `nob_Latn`, `nno_Latn`, …; with `_removed` behind it, what the filters left out.

    The certainty asked of the language identification differs: 0.813 for bokmål, 0.3 for nynorsk, where neighbours slip
    in. Pages are dated by the crawl only, which is no date of publication.
    """

    language: str = "nob_Latn"
    split: str = "train"

    def pattern(self) -> str:
        """The files of the language and the split."""
        return f"data/{self.language}/{self.split}/*.parquet"

    def read(self, file: OpenFile) -> Items:
        """Every page of a file. Scores a little above 1, as rounding leaves them, are 1."""
        for key, text, url, language, score in parquet_rows(file, COLUMNS):
            yield self.document(file, key, text, url=url, lang=bcp47(language), lang_score=min(score, 1.0))


fineweb_2 = FineWeb(
    name="fineweb-2",
    description="web pages of Common Crawl from 2013 to 2024, filtered and deduplicated per language",
    licence="ODC-By-1.0",
    languages=("nb", "nn"),
    expected=(1, 100_000_000),
    home="https://huggingface.co/datasets/HuggingFaceFW/fineweb-2",
    size="38,144,343 pages and 78 GB in bokmål, 1,214,870 pages and 1.3 GB in nynorsk",
    repo="HuggingFaceFW/fineweb-2",
    revision="af9c13333eb981300149d5ca60a8e9d659b276b9",
    seekable=True,
)
