"""Common Crawl: the text it took from pages, and single pages found through its index.

`common-crawl-wet` reads whole WET files: plain text of every page, of which the languages wanted are kept. A crawl has
tens of thousands of them, of hundreds of MB unpacked; each is a sample of the whole crawl. Documents in other languages
are counted (`other_languages` in the manifest) and leave no other trace: no row in `dropped/` for each of millions of
pages in languages nobody asked for.

`common-crawl-index` asks the columnar index, of which only the columns that matter are fetched, for the pages of the
sites that a recipe names, and then the server for each page by itself: a request a page, so name few sites.

The language of a page is that of CLD2, the first of those named: `nor` and `nno` for Norwegian, there is no `nob`.

Rights: a site's robots.txt was asked by CCBot, at the time of the crawl, and nobody asks it again here. So no record is
`open`: it is `no-train` where the page itself or its headers reserve it, which the index shows and WET does not, else
`unknown`.

Source: https://commoncrawl.org/get-started, https://github.com/commoncrawl/cc-index-table,
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

import io
import re
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha1
from typing import IO, Any
from urllib.parse import quote

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from bs4 import BeautifulSoup
from warcio.archiveiterator import WARCIterator
from warcio.exceptions import ArchiveLoadFailed

from scrapers.corpus import MISREAD, Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetched, Fetcher, RangeFile
from scrapers.languages import bcp47
from scrapers.markup import without_tags
from scrapers.packed import DAMAGE, read_ahead, split_lines, unpacked
from scrapers.paged import Page, Paged
from scrapers.record import Document, Dropped, document_id, now
from scrapers.robots import NONE, RobotRules, meta_elements, verdict
from scrapers.source import CollectError, Items

HOST = "https://data.commoncrawl.org"
CRAWL = re.compile(r"CC-MAIN-\d{4}-\d{2}")
WET = re.compile(r"crawl-data/[\w./-]+\.warc\.wet\.gz")
INDEX = re.compile(r"cc-index/table/cc-main/warc/crawl=[\w-]+/subset=(?P<subset>\w+)/[\w.-]+\.parquet")
LARGEST_RECORD = 64 << 20  # Common Crawl cuts a page off at 5 MB
ROWS_A_BATCH = 10_000
BUFFER_BYTES = 1 << 20
HTML = ("text/html", "application/xhtml+xml")


def paths(fetcher: Fetcher, crawl: str, kind: str) -> list[str]:
    """The paths of a crawl's files of that kind, in its order. Raises CollectError where there is no such list."""
    if not CRAWL.fullmatch(crawl):
        raise CollectError(
            f"crawl is {crawl!r}, expected one of https://index.commoncrawl.org/collinfo.json, such as CC-MAIN-2025-05"
        )
    url = f"{HOST}/crawl-data/{crawl}/{kind}.paths.gz"
    body = fetcher.get(url, headers={"Accept-Encoding": "identity"}).body
    try:
        found = [line.decode() for line in split_lines(read_ahead(unpacked(io.BytesIO(body), url))) if line]
    except (*DAMAGE, ValueError) as error:
        raise CollectError(f"{url} is cut off, damaged or no list of files: {error}") from error
    if not found:
        raise CollectError(f"{url} names no files")
    return found


def first_language(languages: str | None) -> str:
    """The language that a page is in for the most part, of `nno,nor,eng`."""
    return (languages or "").partition(",")[0].strip()


def records(stream: IO[bytes], *, parse_http: bool) -> Iterator[tuple[Any, bytes]]:
    """Every record of an unpacked WARC file: its headers, parsed by warcio, and its payload.

    Raises EOFError where one is shorter than it says, ValueError on what is no WARC; warcio by itself passes over that.
    """
    archive = WARCIterator(stream, no_record_parse=not parse_http)
    try:
        for record in archive:
            length = record.rec_headers.get_header("Content-Length")
            if length is None or not length.isdecimal() or int(length) != record.length:
                raise ValueError(f"a record of type {record.rec_type} with Content-Length {length}")
            if record.length > LARGEST_RECORD:
                raise ValueError(f"a record of {record.length:,} bytes; no page is that long")
            payload = record.raw_stream.read()
            if record.raw_stream.limit:
                raise EOFError(f"{record.raw_stream.limit} bytes of a record of {length} are missing")
            yield record, payload
    except ArchiveLoadFailed as error:
        raise ValueError(str(error)) from error
    if archive.err_count:
        raise ValueError("a record goes on where it should end")


def digest(payload: bytes) -> str:
    """The digest of a payload as Common Crawl writes it: SHA-1 in base 32."""
    return b32encode(sha1(payload, usedforsecurity=False).digest()).decode()


def fault(payload: bytes, expected: str | None, truncated: str | None) -> tuple[str, str, str] | None:
    """Why a payload is not what a site sent: rule, what was found, what was expected. None where it is."""
    if truncated:
        return "truncated", truncated, "whole"
    named = (expected or "").removeprefix("sha1:")
    if len(named) == 32 and (found := digest(payload)) != named:  # others are of other algorithms
        return "digest", found, named
    return None


def month(moment: str) -> date:
    """The first day of the month of a WARC-Date."""
    return date.fromisoformat(moment[:10]).replace(day=1)


@dataclass(frozen=True, kw_only=True)
class CommonCrawlWet(Corpus):
    """The first `most_files` WET files of a crawl, 0 for all, and of those the documents in one of `codes`."""

    crawl: str = ""
    codes: tuple[str, ...] = ("nor", "nno")
    most_files: int = 10

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files. Raises CollectError where the recipe names no crawl, or Common Crawl lists other files."""
        found = paths(fetcher, self.crawl, "wet")
        for path in found[: self.most_files or None]:
            if not WET.fullmatch(path):
                raise CollectError(f"{self.crawl}: expected paths of WET files, found {path[:200]!r}")
            yield RemoteFile(f"{HOST}/{path}")

    def read(self, file: OpenFile) -> Items:
        """Every document in one of the languages. Raises ValueError where the file holds no documents at all."""
        conversions = 0
        for record, body in records(file.unpacked(), parse_http=False):
            if record.rec_type != "conversion":
                continue
            conversions += 1
            file.at = f"document {conversions}"
            language = first_language(record.rec_headers.get_header("WARC-Identified-Content-Language"))
            if language in self.codes:
                yield self._document(file, record.rec_headers, body, language)
            else:
                file.tally["other_languages"] += 1
        if not conversions:
            raise ValueError("no record of type conversion")

    def _document(self, file: OpenFile, headers: Any, body: bytes, language: str) -> Document | Dropped:
        url = headers["WARC-Target-URI"]
        if not url:
            raise ValueError("no WARC-Target-URI")
        text = body.decode("utf-8", "replace").strip()
        document = self.document(
            file,
            url,
            text,
            url=url,
            published=month(headers["WARC-Date"]),
            lang=bcp47(language),
            reserved="unknown",
        )
        wrong = fault(body, headers["WARC-Block-Digest"], headers["WARC-Truncated"])
        wrong = wrong or (None if text else ("no_text", "0 characters", "1"))
        return Dropped(document, f"collect/{self.name}", *wrong) if wrong else document


class Parts(msgspec.Struct, frozen=True, tag="parts"):
    """All parts of the index."""


class Part(msgspec.Struct, frozen=True, tag="part"):
    """A part of the index."""

    path: str


class RowGroup(msgspec.Struct, frozen=True, tag="rows"):
    """So many rows of a part."""

    path: str
    number: int


class Capture(msgspec.Struct, frozen=True, tag="page", omit_defaults=True):
    """A page in the index, by the names of its columns."""

    url: str
    content_languages: str
    warc_filename: str
    warc_record_offset: int
    warc_record_length: int
    content_charset: str | None = None
    content_digest: str | None = None
    content_truncated: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """What a site answered when it was crawled. headers: by lower-case name. digest, truncated: as the record says."""

    published: date
    headers: Mapping[str, str]
    payload: bytes
    digest: str | None = None
    truncated: str | None = None


KEYS = msgspec.json.Decoder(Parts | Part | RowGroup | Capture)
COLUMNS = ("url_surtkey", "content_mime_detected", *Capture.__struct_fields__)


@dataclass(frozen=True, kw_only=True)
class CommonCrawlIndex(Paged):
    """The pages of `sites` in a crawl that are in one of `codes`.

    sites: domains with all below them: `vg.no`, or `no` for a country, which takes months and a larger `max_pages`.
    """

    crawl: str = ""
    codes: tuple[str, ...] = ("nor", "nno")
    sites: tuple[str, ...] = ()

    def first(self) -> list[str]:
        """The list of the parts. Raises CollectError where the recipe names no sites."""
        if not self.sites:
            raise CollectError(f"{self.name}: no sites; name them in the recipe: sites = ['example.no']")
        return keys([Parts()])

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """What stands behind a key: the parts of the index, rows in one, pages in those, or the document of a page."""
        match KEYS.decode(key):
            case Parts():
                return Page(links=keys(Part(path) for path in parts(fetcher, self.crawl)))
            case Part(path):
                with part(fetcher, path) as parquet:
                    return Page(links=keys(RowGroup(path, number) for number in self._row_groups(parquet.metadata)))
            case RowGroup(path, number):
                with part(fetcher, path) as parquet:
                    return Page(links=keys(self._captures(parquet, number)))
            case capture:
                return Page([self._document(capture, fetcher)])

    def _row_groups(self, metadata: pq.FileMetaData) -> Iterator[int]:
        """Those in which pages of the sites can be: the index is in the order of `url_surtkey`."""
        column = metadata.schema.names.index("url_surtkey")
        for number in range(metadata.num_row_groups):
            found = metadata.row_group(number).column(column).statistics
            if not found or not found.has_min_max or any(between(surt(site), found) for site in self.sites):
                yield number

    def _captures(self, parquet: pq.ParquetFile, number: int) -> Iterator[Capture]:
        """The pages of the sites, in one of the languages, of HTML."""
        columns = [name for name in COLUMNS if name in parquet.schema_arrow.names]
        missing = set(COLUMNS).difference(columns, ["content_truncated"])  # which is there since CC-MAIN-2019-47
        if missing:
            raise ValueError(f"no {', '.join(sorted(missing))}; languages are in the index since CC-MAIN-2018-39")
        sites = "|".join(re.escape(surt(site)) for site in self.sites)
        codes = "|".join(re.escape(code) for code in self.codes)
        for batch in parquet.iter_batches(ROWS_A_BATCH, row_groups=[number], columns=columns):
            of_sites = pc.match_substring_regex(batch["url_surtkey"], f"^(?:{sites})[,):]")
            in_languages = pc.match_substring_regex(batch["content_languages"], f"^(?:{codes})(?:,|$)")
            html = pc.is_in(batch["content_mime_detected"], pa.array(HTML))
            for row in batch.filter(pc.and_(pc.and_(of_sites, in_languages), html)).to_pylist():
                yield msgspec.convert(row, Capture)

    def _document(self, capture: Capture, fetcher: Fetcher) -> Document | Dropped:
        """The document of a page, fetched by itself; one that the index says is cut off is not fetched."""
        if capture.content_truncated:
            return self._dropped(self._record(capture), "truncated", capture.content_truncated, "whole")
        return self.read(capture, fetched(capture, fetcher))

    def read(self, capture: Capture, response: Response) -> Document | Dropped:
        """The document of what a site answered, or why there is none."""
        expected = capture.content_digest or response.digest
        if wrong := fault(response.payload, expected, response.truncated):
            return self._dropped(self._record(capture, published=response.published), *wrong)
        charset, kind = capture.content_charset, response.headers.get("content-type", "")
        headers = {"Content-Type": f"text/html; charset={charset}" if charset else kind}
        html = "<!DOCTYPE html>" + Fetched(capture.url, response.payload, headers, "unknown").text()
        page = BeautifulSoup(html, "lxml")
        metas = meta_elements(page.find_all("meta"))
        is_open = verdict(capture.url, RobotRules.of(NONE), response.headers, metas) == "open"
        document = self._record(
            capture,
            text=without_tags(html, leave_out=("head",)),
            title=" ".join(page.title.get_text().split()) or None if page.title else None,
            published=response.published,
            reserved="unknown" if is_open else "no-train",
        )
        return document if document.text else self._dropped(document, "no_text", "0 characters", "1")

    def _record(self, capture: Capture, *, text: str = "", **columns: Any) -> Document:
        identifier = document_id(self.name, capture.url)
        return Document(
            id=identifier,
            text=text,
            source=self.name,
            url=capture.url,
            licence=self.licence,
            collected_at=now(),
            group=identifier,
            lang=bcp47(first_language(capture.content_languages)),
            **columns,
        )

    def _dropped(self, document: Document, rule: str, value: str, threshold: str) -> Dropped:
        return Dropped(document, f"collect/{self.name}", rule, value, threshold)


def keys(of: Iterable[msgspec.Struct]) -> list[str]:
    """The keys of these."""
    return [msgspec.json.encode(one).decode() for one in of]


def parts(fetcher: Fetcher, crawl: str) -> list[str]:
    """The paths of the parts of a crawl's index of successful captures. Raises CollectError where there are none."""
    found = [INDEX.fullmatch(path) for path in paths(fetcher, crawl, "cc-index-table")]
    wanted = [path[0] for path in found if path and path["subset"] == "warc"]
    if not wanted:
        raise CollectError(f"{crawl}: cc-index-table.paths.gz names no parquet files of subset=warc")
    return wanted


@contextmanager
def part(fetcher: Fetcher, path: str) -> Iterator[pq.ParquetFile]:
    """A part of the index, read on the web. Raises CollectError where it is damaged or has another layout."""
    url = f"{HOST}/{path}"
    try:
        with io.BufferedReader(RangeFile(fetcher, url)) as stream:
            yield pq.ParquetFile(pa.PythonFile(stream, "r"), pre_buffer=False, buffer_size=BUFFER_BYTES)
    except (*DAMAGE, *MISREAD) as error:
        raise CollectError(f"{url} is damaged, or not a part of the index: {error}") from error


def surt(site: str) -> str:
    """How the keys of a site's pages begin: `no,vg` for `vg.no`.

    Source: http://crawler.archive.org/articles/user_manual/glossary.html#surt
    """
    return ",".join(reversed(site.lower().strip(".").split(".")))


def between(prefix: str, found: pq.Statistics) -> bool:
    """Whether a key that begins with `prefix` can lie between the least and the greatest."""
    return bool(found.min[: len(prefix)] <= prefix <= found.max)


def fetched(capture: Capture, fetcher: Fetcher) -> Response:
    """What a site answered, out of the bytes of its record. Raises CollectError where they are not one whole record."""
    start, length = capture.warc_record_offset, capture.warc_record_length
    url, last = f"{HOST}/{quote(capture.warc_filename)}", start + length - 1
    where = f"{url}, bytes {start} to {last}"
    wanted = {"Range": f"bytes={start}-{last}", "Accept-Encoding": "identity"}
    answer = fetcher.get(url, headers=wanted, most=length)
    if len(answer.body) != length or not answer.headers.get("Content-Range", "").startswith(f"bytes {start}-{last}/"):
        raise CollectError(f"{where}: asked for {length} bytes, got {len(answer.body)} or others")
    try:
        found = list(records(unpacked(io.BytesIO(answer.body), url), parse_http=True))
        if len(found) != 1:
            raise ValueError(f"{len(found)} records, expected one")
        return response_of(capture, *found[0])
    except (*DAMAGE, *MISREAD) as error:
        raise CollectError(f"{where}: not the whole record of a page: {error}") from error


def response_of(capture: Capture, record: Any, payload: bytes) -> Response:
    """What a record holds. Raises ValueError where it is that of another page, or of something else.

    Common Crawl stores payloads without transfer and content encodings, whose headers it calls `X-Crawl-…`.
    """
    if record.rec_type != "response" or not record.http_headers:
        raise ValueError(f"type {record.rec_type}, expected the response of a site")
    headers = record.rec_headers
    if headers["WARC-Target-URI"] != capture.url.replace(" ", "%20"):  # as warcio has it
        raise ValueError(f"{headers['WARC-Target-URI']}, expected {capture.url}")
    return Response(
        month(headers["WARC-Date"]),
        lower(record.http_headers.headers),
        payload,
        headers["WARC-Payload-Digest"],
        headers["WARC-Truncated"],
    )


def lower(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """HTTP headers by lower-case name; several of one name joined by commas."""
    found: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


common_crawl_wet = CommonCrawlWet(
    name="common-crawl-wet",
    description="text of web pages in Norwegian, out of whole files of a crawl",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 100_000_000),
    delay_s=1.0,
    home="https://commoncrawl.org/",
    size="a crawl: 2.65 billion pages in 71,520 files, 7.6 TB packed (August 2018), few of them in Norwegian",
)
common_crawl_index = CommonCrawlIndex(
    name="common-crawl-index",
    description="web pages in Norwegian of sites that the recipe names, through the index of a crawl",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 100_000),
    delay_s=1.0,
    home="https://commoncrawl.org/",
    size="a crawl: 2.65 billion pages, and 900 parts of the index, 0.26 TB (August 2018)",
)
