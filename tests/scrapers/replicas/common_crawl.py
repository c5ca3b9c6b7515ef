"""Common Crawl: two WET files, and the columnar index with the WARC file it leads into."""

import gzip
import io
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from scrapers.sources.common_crawl import HOST, common_crawl_index, common_crawl_wet

from ..conftest import Answer
from ..replica import Replica

CRAWL = "CC-MAIN-2026-08"
SEGMENT = f"crawl-data/{CRAWL}/segments/1770000000000.11"
WET_PATHS = [f"{SEGMENT}/wet/CC-MAIN-20260210081327-20260210111327-0000{n}.warc.wet.gz" for n in range(3)]
WARC_PATH = f"{SEGMENT}/warc/CC-MAIN-20260210081327-20260210111327-00000.warc.gz"
PARTS = [
    f"cc-index/table/cc-main/warc/crawl={CRAWL}/subset={subset}/part-0000{n}-1d5.c000.gz.parquet"
    for subset, n in (("crawldiagnostics", 0), ("robotstxt", 1), ("warc", 2), ("warc", 3))
]


def digest(body: bytes) -> str:
    """A digest as Common Crawl writes it."""
    return b32encode(sha1(body, usedforsecurity=False).digest()).decode()


def record(kind: str, block: bytes, headers: Mapping[str, str]) -> bytes:
    """A record of a WARC file."""
    named = {"WARC-Type": kind, "WARC-Date": "2026-02-10T08:15:30Z", "WARC-Record-ID": f"<urn:uuid:{digest(block)}>"}
    lines = (f"{name}: {value}\r\n" for name, value in (named | headers | {"Content-Length": str(len(block))}).items())
    return b"WARC/1.0\r\n" + "".join(lines).encode() + b"\r\n" + block + b"\r\n\r\n"


def member(body: bytes) -> bytes:
    """A gzip member."""
    return gzip.compress(body, mtime=0)


def wet(documents: Iterable[tuple[str, str, str]], **more: str) -> bytes:
    """A WET file of documents: URL, languages, text. Each record is a gzip member of its own."""
    info = record("warcinfo", b"Software-Info: ia-web-commons\r\n", {"Content-Type": "application/warc-fields"})
    members = [member(info)]
    for url, languages, text in documents:
        headers = {"WARC-Target-URI": url, "WARC-Block-Digest": f"sha1:{digest(text.encode())}"}
        headers |= {"WARC-Identified-Content-Language": languages} if languages else {}
        members.append(member(record("conversion", text.encode(), headers | {"Content-Type": "text/plain"} | more)))
    return b"".join(members)


def texts(file: int) -> list[tuple[str, str, str]]:
    """The documents of a WET file: of 30, one in three in Norwegian."""
    languages = ("nor", "eng", "swe,nor", "nno,nor", "", "dan", "zho", "nor,eng", "deu,eng")
    return [
        (f"https://side{file}.example/{n}", languages[n % 9], f"Side {n}\nHer er det tekst, og så er det mer tekst.\n")
        for n in range(27)
    ]


def page(text: str, charset: str = "utf-8", head: str = "") -> bytes:
    """A page of a site."""
    top = f"<html><head><title>En\n side</title>{head}<style>p {{}}</style></head>\n<body><nav>Meny</nav>"
    html = f"<!DOCTYPE html>\n{top}\n<h1>Overskrift</h1><p>{text}</p>\n<div>Blåbær<br>og rømme</div></body></html>"
    return html.encode(charset)


def response(url: str, body: bytes, http: str = "", **headers: str) -> bytes:
    """The gzip member of a captured page."""
    block = (
        f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Crawl-Content-Encoding: gzip\r\n{http}\r\n".encode() + body
    )
    named = {
        "Content-Type": "application/http; msgtype=response",
        "WARC-Target-URI": url,
        "WARC-Payload-Digest": f"sha1:{digest(body)}",
        "WARC-Block-Digest": f"sha1:{digest(block)}",
        "WARC-Identified-Payload-Type": "text/html",
    }
    return member(record("response", block, named | headers))


def row(url: str, offset: int, packed: bytes, body: bytes, **columns: Any) -> dict[str, Any]:
    """A row of the index."""
    host, _, path = url.removeprefix("https://").partition("/")
    return {
        "url_surtkey": f"{','.join(reversed(host.removeprefix('www.').split('.')))})/{path}",
        "url": url,
        "url_host_name": host,
        "url_host_tld": host.rpartition(".")[2],
        "fetch_time": datetime(2026, 2, 10, 8, 15, 30, tzinfo=UTC),
        "fetch_status": 200,
        "content_digest": digest(body),
        "content_mime_type": "text/html",
        "content_mime_detected": "text/html",
        "content_charset": "UTF-8",
        "content_languages": "nor",
        "content_truncated": None,
        "warc_filename": WARC_PATH,
        "warc_record_offset": offset,
        "warc_record_length": len(packed),
        "warc_segment": "1770000000000.11",
        "crawl": CRAWL,
        "subset": "warc",
    } | columns


SCHEMA = pa.schema(
    [
        (name, pa.timestamp("ms") if name == "fetch_time" else pa.int32() if kind is int else pa.string())
        for name, kind in ((name, type(value)) for name, value in row("https://a.example/", 0, b"", b"").items())
    ]
)


def parquet(rows: Iterable[dict[str, Any]], schema: pa.Schema = SCHEMA, row_group_size: int = 10) -> bytes:
    """A part of the index, in the order of its keys."""
    buffer = io.BytesIO()
    ordered = pa.Table.from_pylist(sorted(rows, key=lambda row: row["url_surtkey"]), schema=schema)
    pq.write_table(ordered, buffer, compression="gzip", row_group_size=row_group_size)
    return buffer.getvalue()


def listing(paths: Iterable[str]) -> Answer:
    """A list of paths."""
    return Answer(member("".join(f"{path}\n" for path in paths).encode()), kind="application/gzip")


def captures() -> tuple[bytes, list[dict[str, Any]]]:
    """A WARC file, and the rows of the index that lead into it."""
    packed = [member(record("warcinfo", b"isPartOf: CC-MAIN-2026-08\r\n", {}))]
    rows = []
    kinds: dict[int, dict[str, Any]] = {
        3: {"content_languages": "eng,nor"},
        4: {"content_languages": None, "content_mime_detected": "image/png"},
        5: {"content_mime_detected": "application/pdf"},
        6: {"content_languages": "nno,nor"},
        7: {"content_charset": "ISO-8859-1"},
        8: {"content_truncated": "length"},
        9: {"content_mime_detected": "application/xhtml+xml", "content_charset": None},
    }
    for host in ("www.avis.example", "avis.example.no", "blogg.avis.no", "nettavis.no", "vg.no", "avis.se"):
        for n in range(12):
            url, columns = f"https://{host}/sak/{n}?a=b", kinds.get(n, {})
            body = page(f"Dette er sak {n} på {host}.", "latin-1" if n == 7 else "utf-8")
            packed.append(response(url, body))
            rows.append(row(url, sum(map(len, packed[:-1])), packed[-1], body, **columns))
    return b"".join(packed), rows


WET = [wet(texts(n)) for n in range(2)]
WARC, ROWS = captures()
INDEX = [parquet([row for row in ROWS if row["url_host_tld"] == tld]) for tld in ("example", "no")]
REPLICAS = [
    Replica(
        source=replace(common_crawl_wet, crawl=CRAWL, most_files=2),
        answers={
            f"{HOST}/crawl-data/{CRAWL}/wet.paths.gz": listing(WET_PATHS),
            f"{HOST}/{WET_PATHS[0]}": Answer(WET[0], kind="application/octet-stream"),
            f"{HOST}/{WET_PATHS[1]}": Answer(WET[1], kind="application/octet-stream"),
        },
        data=f"{HOST}/{WET_PATHS[1]}",
        kept=18,
    ),
    Replica(
        source=replace(common_crawl_index, crawl=CRAWL, sites=("avis.no", "vg.no")),
        answers={
            f"{HOST}/crawl-data/{CRAWL}/cc-index-table.paths.gz": listing(PARTS),
            f"{HOST}/{PARTS[2]}": Answer(INDEX[0], kind="application/octet-stream"),
            f"{HOST}/{PARTS[3]}": Answer(INDEX[1], kind="application/octet-stream"),
            f"{HOST}/{WARC_PATH}": Answer(WARC, kind="application/octet-stream"),
        },
        data=f"{HOST}/{WARC_PATH}",
        kept=16,
        received=18,
    ),
]
REPLICAS.append(replace(REPLICAS[1], data=f"{HOST}/{PARTS[3]}"))
