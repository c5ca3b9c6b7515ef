"""Datasets on the Hugging Face Hub: their files listed with digests, and read.

Source: https://huggingface.co/docs/hub/api, https://huggingface.co/docs/hub/datasets-gated
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from itertools import repeat
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from huggingface_hub import hf_hub_url
from requests.utils import parse_header_links

from scrapers.corpus import Corpus, OpenFile, RemoteFile, chosen
from scrapers.fetch import Fetcher
from scrapers.packed import ahead, native
from scrapers.source import Chapters, CollectError, Collecting, FetchError

HUB = "https://huggingface.co"
ACCESS = "HF_TOKEN"  # the variable of the environment that the Hub's own tools read
MOST_PAGES = 1000  # of a listing, each of 1,000 files
SHA256 = re.compile(r"[0-9a-f]{64}")
OF_SO_MANY = re.compile(r"(.*?)-(\d+)-of-(\d+)\b.*")  # train-00000-of-00004.parquet
ROWS_A_BATCH = 256
BUFFER_BYTES = 1 << 20  # read ahead of each column, in place of all of it

Item = TypeVar("Item")


class Lfs(msgspec.Struct):
    """What a listing says of a large file."""

    oid: str


class Entry(msgspec.Struct):
    """A file or a folder in a listing. lfs: None for what lies in git itself, and for what the Hub hides."""

    type: str
    path: str
    lfs: Lfs | None = None

    @property
    def checksum(self) -> str:
        """`sha256:…`, empty where the listing has none, as that of a gated dataset before one is let in."""
        return f"sha256:{self.lfs.oid}" if self.lfs and SHA256.fullmatch(self.lfs.oid) else ""


LISTING = msgspec.json.Decoder(list[Entry])


@dataclass(frozen=True, kw_only=True)
class HubCorpus(Corpus):
    """Files of one dataset. repo: whose, and its name. revision: a branch, a tag, or a commit, which does not change.

    parts: patterns of the names of files to take, such as `*_part_1.jsonl.zst`; none takes them all. url: of a file of
    the dataset that lies elsewhere, to be read in place of the Hub's.
    """

    repo: str = ""
    revision: str = "main"
    parts: tuple[str, ...] = ()

    def pattern(self) -> str:
        """The pattern of the paths of the files in the dataset: a folder, and what a name in it looks like."""
        raise NotImplementedError(f"{type(self).__name__} does not say which files of {self.repo} it reads")

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files, with the digests that the Hub has of them. Raises CollectError where one is missing."""
        if self.url:
            yield RemoteFile(self.url, self.checksum)
            return
        entries = [entry for entry in self._listing(fetcher) if fnmatchcase(entry.path, self.pattern())]
        if not entries:
            raise CollectError(
                f"{self.name}: {HUB}/datasets/{self.repo}/tree/{self.revision} has no file {self.pattern()!r}; "
                "does it have that language?"
            )
        check_whole([entry.path for entry in entries])
        yield from chosen([RemoteFile(self._address(entry.path), entry.checksum) for entry in entries], self.parts)

    def headers(self) -> dict[str, str]:
        """The token, for the Hub only. Raises CollectError where it is missing."""
        return {} if self.url else super().headers()

    def chapters(self, collecting: Collecting) -> Chapters:
        """The documents of each file. Raises CollectError that says how to be let in where the Hub refuses."""
        for key, chapter in self._let_in(super().chapters(collecting)):
            yield key, self._let_in(chapter)

    def _let_in(self, items: Iterator[Item]) -> Iterator[Item]:
        try:
            yield from items
        except FetchError as error:
            if error.status not in (401, 403):
                raise
            told = "" if self.token_from else f", and token_from = {ACCESS!r} in the recipe"
            raise CollectError(
                f"{error}. If the dataset is gated: accept its terms on {HUB}/datasets/{self.repo}, make a token on "
                f"{HUB}/settings/tokens, and put it in the environment variable {self.token_from or ACCESS}{told}"
            ) from error

    def _address(self, path: str) -> str:
        return hf_hub_url(self.repo, path, repo_type="dataset", revision=self.revision, endpoint=HUB)

    def _listing(self, fetcher: Fetcher) -> Iterator[Entry]:
        folder = self.pattern().rpartition("/")[0]
        base = f"{HUB}/api/datasets/{self.repo}/tree/"
        url = f"{base}{quote(self.revision, safe='')}/{quote(folder)}?recursive=true&expand=false"
        for _ in range(MOST_PAGES):
            page = fetcher.get(url, headers=self.headers())
            try:
                yield from LISTING.decode(page.body)
            except (ValueError, RecursionError) as error:
                raise CollectError(f"{url}: expected a list of files, got {page.body[:80]!r} ({error})") from error
            links = parse_header_links(page.headers.get("Link", ""))
            following = next((link["url"] for link in links if link.get("rel") == "next"), None)
            if following is None:
                return
            if not following.startswith(base):  # the token goes along
                raise CollectError(f"{url} says that its list goes on at {following}, expected {base}…")
            url = following
        raise CollectError(f"{base}{self.revision}: a list of more than {MOST_PAGES:,} pages")


def check_whole(paths: list[str]) -> None:
    """Raises CollectError where there are not as many of the files called `…-00002-of-00004…` as they say."""
    found = defaultdict(list)
    for path in paths:
        if named := OF_SO_MANY.fullmatch(path):
            found[named[1], int(named[3])].append(int(named[2]))
    for (stem, count), numbers in found.items():
        if len(numbers) != count or sorted(numbers) not in (list(range(count)), list(range(1, count + 1))):
            raise CollectError(f"{stem}: expected {count} files, the Hub lists {len(numbers)}; collect it again later")


def parquet_rows(file: OpenFile, columns: Mapping[str, pa.DataType]) -> Iterator[tuple[Any, ...]]:
    """The cells of these columns, row by row, of a parquet file; none may be empty. A few rows at a time are in memory.

    Raises ValueError or KeyError on another layout.
    """
    parquet = pq.ParquetFile(native(file.stream), pre_buffer=False, buffer_size=BUFFER_BYTES)
    for name, kind in columns.items():
        found = parquet.schema_arrow.field(name).type
        if found != kind and not (pa.types.is_large_string(found) and pa.types.is_string(kind)):
            raise ValueError(f"column {name!r} is of type {found}, expected {kind}")
    number = 0
    batches = parquet.iter_batches(ROWS_A_BATCH, columns=list(columns))
    for batch in ahead(repeat(partial(next, batches, None))):
        file.at = f"rows {number + 1} to {number + len(batch)}"
        number += len(batch)
        if empty := [name for name in columns if batch.column(name).null_count]:
            raise ValueError(f"column {empty[0]!r} has an empty cell")
        yield from zip(*(batch.column(name).to_pylist() for name in columns), strict=True)
