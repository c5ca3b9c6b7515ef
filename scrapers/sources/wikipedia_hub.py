"""Wikipedia without markup, as of November 2023: ready-made parquet of the Wikimedia Foundation.

Newer and from the source: `wikipedia`, which reads the dumps. Source: https://huggingface.co/datasets/wikimedia/wikipedia
"""

from dataclasses import dataclass

import pyarrow as pa

from scrapers.corpus import OpenFile
from scrapers.hub import HubCorpus, parquet_rows
from scrapers.source import Items

COLUMNS = dict.fromkeys(("id", "url", "title", "text"), pa.string())


@dataclass(frozen=True, kw_only=True)
class WikipediaHub(HubCorpus):
    """The articles of one language: `no` for bokmål, `nn` for nynorsk. snapshot: the day of the dump."""

    language: str = "no"
    snapshot: str = "20231101"

    def pattern(self) -> str:
        """The files of the language."""
        return f"{self.snapshot}.{self.language}/train-*.parquet"

    def read(self, file: OpenFile) -> Items:
        """Every article of a file. Its address and title are what the licence wants named."""
        for key, url, title, text in parquet_rows(file, COLUMNS):
            yield self.document(file, f"{self.language}/{key}", text, url=url, title=title)


wikipedia_hub = WikipediaHub(
    name="wikipedia-hub",
    description="articles of the bokmål or the nynorsk Wikipedia as of November 2023, without markup",
    licence="CC-BY-SA-4.0",
    languages=("nb", "nn"),
    expected=(100_000, 10_000_000),
    personal_data=False,
    home="https://huggingface.co/datasets/wikimedia/wikipedia",
    size="about 620,000 articles in bokmål and 170,000 in nynorsk",
    repo="wikimedia/wikipedia",
    revision="b04c8d1ceb2f5cd4588862100d08de323dccfbaa",
    seekable=True,
)
