"""Common Crawl: which documents of a WET file are kept, and how a page is found in the index and fetched."""

import gzip
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import MISREAD
from scrapers.fetch import Fetcher
from scrapers.packed import DAMAGE
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.common_crawl import (
    HOST,
    Capture,
    Response,
    between,
    common_crawl_index,
    common_crawl_wet,
    records,
    response_of,
    surt,
)

from .conftest import MISSING, Answer, Asked, Loopback, Serve
from .reading import damaged, items
from .replica import in_range, with_etag
from .replicas.common_crawl import (
    CRAWL,
    PARTS,
    SCHEMA,
    WARC_PATH,
    WET,
    WET_PATHS,
    digest,
    listing,
    member,
    page,
    parquet,
    record,
    response,
    row,
    wet,
)

Collect = Callable[..., Collecting]
ADDRESS = f"{HOST}/{WET_PATHS[0]}"

# WET


def test_a_document_in_a_wanted_language_is_kept_and_the_rest_is_counted() -> None:
    tally: Counter[str] = Counter()
    body = wet(
        [
            ("https://a.example/1", "nor", "Én\n\nto\n"),
            ("https://a.example/2", "nno,eng", "Éin"),
            ("https://a.example/3", "eng,nor", "One"),
            ("https://a.example/4", "nob", "Finnes ikke"),
            ("https://a.example/5", "", "Kort"),
        ]
    )
    first, second = items(common_crawl_wet, body, ADDRESS, tally)
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.text, first.url, first.lang) == ("Én\n\nto", "https://a.example/1", "no")
    assert (second.text, second.url, second.lang) == ("Éin", "https://a.example/2", "nn")
    assert first.id == document_id("common-crawl-wet", "https://a.example/1")
    assert (first.published, first.reserved, first.licence) == (date(2026, 2, 1), "unknown", "unknown")
    assert tally == {"other_languages": 3}


@pytest.mark.parametrize(
    ("headers", "text", "rule"),
    [
        ({"WARC-Truncated": "length"}, "Her stopper", "truncated"),
        ({"WARC-Block-Digest": f"sha1:{digest(b'noe annet')}"}, "Noe", "digest"),
        ({}, " \n", "no_text"),
    ],
)
def test_a_document_that_is_not_what_was_sent_is_dropped_by_name(headers: dict[str, str], text: str, rule: str) -> None:
    (dropped,) = items(common_crawl_wet, wet([("https://a.example/1", "nor", text)], **headers), ADDRESS)
    assert isinstance(dropped, Dropped)
    assert dropped.rule == rule


@pytest.mark.parametrize("named", ["sha256:abc", "sha1:b1946ac92492d2347c6235b4d2611184", "?"])
def test_a_digest_of_another_kind_is_not_compared(named: str) -> None:
    (found,) = items(
        common_crawl_wet, wet([("https://a.example/1", "nor", "a")], **{"WARC-Block-Digest": named}), ADDRESS
    )
    assert isinstance(found, Document) == (named != "sha1:b1946ac92492d2347c6235b4d2611184")


@pytest.mark.parametrize("body", damaged(WET[0]))
def test_a_file_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match=r"warc\.wet\.gz"):
        items(common_crawl_wet, body, ADDRESS)


GOOD = record(
    "conversion", b"Hei", {"WARC-Target-URI": "https://a.example/1", "WARC-Identified-Content-Language": "nor"}
)
CUT = GOOD.replace(b"Hei\r\n\r\n", b"")


@pytest.mark.parametrize(
    "body", [CUT, CUT + b"He", member(GOOD) + member(CUT + b"H"), CUT.partition(b"\r\nContent-Length")[0]]
)
def test_a_record_that_is_cut_off_in_a_whole_file_is_an_error(body: bytes) -> None:
    packed = body if body[:2] == b"\x1f\x8b" else member(body)
    with pytest.raises(CollectError, match=r"bytes of a record|Content-Length"):
        items(common_crawl_wet, packed, ADDRESS)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (GOOD.replace(b"Length: 3", b"Length: 2"), "goes on where it should end"),
        (GOOD.replace(b"Length: 3", b"Length: 99999999999"), "no page is that long"),
        (GOOD.replace(b"Length: 3", b"Length: -3"), "Content-Length -3"),
        (GOOD.replace(b"Length: 3", b"Length: tre"), "Content-Length tre"),
        (GOOD.replace(b"WARC-Target-URI", b"X"), "no WARC-Target-URI"),
        (GOOD.replace(b"2026-02-10", b"i fjor"), "document 1: not the layout"),
        (GOOD.replace(b"conversion", b"response"), "no record of type conversion"),
        (record("warcinfo", b"", {}), "no record of type conversion"),
        (b"http://a.example/ 1.2.3.4 20260101000000 text/html 3\nHei\n", "Invalid WARC record"),
        (b"", "no record of type conversion"),
    ],
)
def test_another_layout_is_named(body: bytes, message: str) -> None:
    with pytest.raises(CollectError, match=message):
        items(common_crawl_wet, member(body), ADDRESS)


@given(st.binary(max_size=200), st.integers(0, 300), st.binary(min_size=1, max_size=5))
def test_any_bytes_give_documents_or_an_error(body: bytes, at: int, patch: bytes) -> None:
    for warc in (body, b"WARC/1.0\r\n" + body, GOOD + body, GOOD[:at] + patch + GOOD[at + len(patch) :]):
        with suppress(CollectError):
            items(common_crawl_wet, member(warc), ADDRESS)
        with suppress(*DAMAGE, *MISREAD):
            list(records(io.BytesIO(warc), parse_http=True))


# Lists of files


@pytest.fixture
def site(serve: Serve, collecting: Collect) -> Callable[[Mapping[str, bytes | Answer]], tuple[Loopback, Collecting]]:
    """Common Crawl with these files, by path."""

    def start(files: Mapping[str, bytes | Answer]) -> tuple[Loopback, Collecting]:
        def answer(asked: Asked) -> Answer:
            found = files.get(asked.path[1:], MISSING)
            return in_range(asked, with_etag(found if isinstance(found, Answer) else Answer(found)))

        loopback = serve(answer)
        return loopback, collecting({HOST: loopback.address})

    return start


@pytest.mark.parametrize(("most", "taken"), [(1, 1), (2, 2), (0, 3), (9, 3)])
def test_a_recipe_takes_as_many_files_as_it_names(most: int, taken: int, site: Any) -> None:
    _, ready = site({f"crawl-data/{CRAWL}/wet.paths.gz": listing(WET_PATHS).body})
    source = replace(common_crawl_wet, crawl=CRAWL, most_files=most)
    found = list(source.files(Fetcher(ready, delay_s=0)))
    assert [file.url for file in found] == [f"{HOST}/{path}" for path in WET_PATHS[:taken]]


@pytest.mark.parametrize(
    ("crawl", "body", "message"),
    [
        ("", b"", "crawl is '', expected one of https://index.commoncrawl.org/collinfo.json"),
        ("../x", b"", r"crawl is '\.\./x'"),
        (CRAWL, member(b""), "names no files"),
        (CRAWL, listing(WET_PATHS).body[:-9], "is cut off, damaged or no list"),
        (CRAWL, b"<html><title>Slow down</title>", "is cut off, damaged or no list"),
        (CRAWL, member(b"\xff\n"), "is cut off, damaged or no list"),
        (CRAWL, member(b"//evil.example/x.warc.wet.gz\n"), "expected paths of WET files, found '//evil"),
        (CRAWL, Answer(b"", 404), "404"),
    ],
)
def test_a_list_that_is_none_is_named(crawl: str, body: bytes | Answer, message: str, site: Any) -> None:
    _, ready = site({f"crawl-data/{CRAWL}/wet.paths.gz": body})
    with pytest.raises(CollectError, match=message):
        list(replace(common_crawl_wet, crawl=crawl).files(Fetcher(ready, delay_s=0)))


# The index


URL = "https://www.avis.no/sak/1"
INDEX = replace(common_crawl_index, crawl=CRAWL, sites=("avis.no",), delay_s=0)


def crawl_of(
    body: bytes, packed: bytes | None = None, parts: Sequence[bytes] = (), **columns: Any
) -> dict[str, bytes | Answer]:
    """A crawl of one page, or with other parts of the index."""
    packed = response(URL, body) if packed is None else packed
    found = parts or [parquet([row(URL, 100, packed, body, **columns)])]
    paths = [PARTS[2].replace("part-00002", f"part-{n:05d}") for n in range(len(found))]
    return {
        f"crawl-data/{CRAWL}/cc-index-table.paths.gz": listing([*paths, PARTS[0]]).body,
        WARC_PATH: b"x" * 100 + packed + b"x" * 100,
        **dict(zip(paths, found, strict=True)),
    }


def collected(site: Any, files: Mapping[str, bytes | Answer], source: Any = INDEX) -> Any:
    """What comes of a crawl of one page."""
    _, ready = site(files)
    (found,) = source.documents(ready)
    return found


def test_a_page_is_found_in_the_index_and_fetched_by_itself(site: Any) -> None:
    body = page("Blåbær & rømme", head='<meta name="author" content="x">')
    loopback, ready = site(crawl_of(body))
    (found,) = INDEX.documents(ready)
    assert isinstance(found, Document)
    assert found.text == "Meny\n\nOverskrift\n\nBlåbær & rømme\n\nBlåbær\nog rømme"
    assert (found.title, found.url, found.lang) == ("En side", URL, "no")
    assert (found.id, found.group) == (document_id("common-crawl-index", URL),) * 2
    assert (found.published, found.reserved, found.licence) == (date(2026, 2, 1), "unknown", "unknown")
    (asked,) = [asked for asked in loopback.asked if asked.path == f"/{WARC_PATH}"]
    assert asked.headers["Range"] == f"bytes=100-{99 + len(response(URL, body))}"


@pytest.mark.parametrize(
    ("charset", "named", "http"),
    [
        ("utf-8", "UTF-8", "iso-8859-1"),
        ("latin-1", "ISO-8859-1", "utf-8"),
        ("latin-1", None, "iso-8859-1"),
        ("utf-8", None, "iso-8859-1"),
        ("utf-8", "x-unknown", "x-other"),
        ("utf-16", "UTF-16", ""),
    ],
)
def test_a_page_is_read_in_its_charset(charset: str, named: str | None, http: str, site: Any) -> None:
    body = page("Blåbær på fjellet, ærlig talt øverst", charset)
    packed = response(URL, body, f"content-type: text/html; charset={http}\r\n") if http else response(URL, body)
    packed = packed if http else None
    found = collected(site, crawl_of(body, packed, content_charset=named))
    assert "Blåbær på fjellet, ærlig talt øverst" in found.text


@pytest.mark.parametrize(
    ("head", "http"),
    [
        ('<meta name="robots" content="noai">', ""),
        ('<meta name="tdm-reservation" content="1">', ""),
        ("", "X-Robots-Tag: noai\r\nX-Robots-Tag: nosnippet\r\n"),
        ("", "TDM-Reservation: 1\r\n"),
        ("", "Content-Signal: search=yes, ai-train=no\r\n"),
    ],
)
def test_a_page_that_reserved_itself_when_it_was_crawled_is_reserved(head: str, http: str, site: Any) -> None:
    body = page("Tekst", head=head)
    assert collected(site, crawl_of(body, response(URL, body, http))).reserved == "no-train"


def test_a_page_that_was_cut_off_is_dropped_and_not_fetched(site: Any) -> None:
    loopback, ready = site(crawl_of(page("Tekst"), content_truncated="length"))
    (dropped,) = INDEX.documents(ready)
    assert (dropped.rule, dropped.value, dropped.document.url) == ("truncated", "length", URL)
    assert f"/{WARC_PATH}" not in loopback.paths()


@pytest.mark.parametrize(
    ("body", "headers", "columns", "rule"),
    [
        (page("a"), {"WARC-Truncated": "length"}, {}, "truncated"),
        (page("a"), {}, {"content_digest": digest(b"noe annet")}, "digest"),
        (page("a"), {"WARC-Payload-Digest": f"sha1:{digest(b'x')}"}, {"content_digest": None}, "digest"),
        (b"<html><head><title>Tom</title></head><body><script>x</script></body></html>", {}, {}, "no_text"),
        (b"", {}, {}, "no_text"),
    ],
)
def test_a_page_that_is_not_what_a_site_sent_is_dropped_by_name(
    body: bytes, headers: dict[str, str], columns: dict[str, Any], rule: str, site: Any
) -> None:
    dropped = collected(site, crawl_of(body, response(URL, body, **headers), **columns))
    assert isinstance(dropped, Dropped)
    assert dropped.rule == rule


PAGE = page("Tekst")
WHOLE = response(URL, PAGE)


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (WHOLE[:-30], "not the whole record"),
        (WHOLE[:20] + bytes([WHOLE[20] ^ 255]) + WHOLE[21:], "not the whole record"),
        (WHOLE + WHOLE, "2 records, expected one"),
        (member(b""), "0 records, expected one"),
        (member(record("revisit", b"", {"WARC-Target-URI": URL})), "type revisit, expected the response"),
        (response("https://annen.example/", PAGE), "https://annen.example/, expected https://www.avis.no/sak/1"),
        (b"<html>Slow down</html>", "not the whole record"),
        (b"x" * 100, "not the whole record"),
    ],
)
def test_a_record_that_is_another_one_or_not_whole_is_an_error(packed: bytes, message: str, site: Any) -> None:
    with pytest.raises(CollectError, match=message):
        collected(site, crawl_of(PAGE, packed))


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answer(b"x" * 100 + WHOLE[:-1]), r"bytes 100 to \d+: asked for \d+ bytes, got"),
        (Answer(b"x" * 99), "416"),
        (Answer(b"", 403), "403"),
        (Answer(b"x" * 10_000, 206), "larger than"),
        (Answer(WHOLE, 206, headers={"Content-Range": f"bytes 0-{len(WHOLE) - 1}/9999"}), "got .* or others"),
    ],
)
def test_a_server_that_sends_another_range_is_not_believed(answer: Answer, message: str, site: Any) -> None:
    with pytest.raises(CollectError, match=message):
        collected(site, crawl_of(PAGE) | {WARC_PATH: answer})


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({}, True),
        ({"content_languages": "nno"}, True),
        ({"content_languages": "nno,eng"}, True),
        ({"content_languages": "eng,nor"}, False),
        ({"content_languages": "norx"}, False),
        ({"content_languages": None}, False),
        ({"content_mime_detected": "application/pdf"}, False),
        ({"content_mime_detected": None}, False),
        ({"content_mime_detected": "application/xhtml+xml"}, True),
        ({"url_surtkey": "no,avis:8080)/"}, True),
        ({"url_surtkey": "no,avis,blogg)/"}, True),
        ({"url_surtkey": "no,avisen)/"}, False),
        ({"url_surtkey": "no)/avis"}, False),
        ({"url_surtkey": "se,no,avis)/"}, False),
    ],
)
def test_pages_are_chosen_by_site_language_and_kind(columns: dict[str, Any], kept: bool, site: Any) -> None:
    _, ready = site(crawl_of(PAGE, **columns))
    assert len(list(INDEX.documents(ready))) == kept


@pytest.mark.parametrize("crawl", ["CC-MAIN-2019-04", "CC-MAIN-2026-30"])
def test_columns_may_be_missing_that_older_crawls_do_not_have_and_there_may_be_newer_ones(
    crawl: str, site: Any
) -> None:
    names = [name for name in SCHEMA.names if name not in ("content_truncated", "url_host_tld")]
    schema = pa.schema([SCHEMA.field(name) for name in names] + [pa.field("warc_record_id", pa.binary())])
    found = row(URL, 100, WHOLE, PAGE, warc_record_id=b"x" * 16)
    assert collected(site, crawl_of(PAGE, parts=[parquet([found], schema)])).url == URL


def test_only_the_rows_in_which_a_site_can_be_are_read(site: Any) -> None:
    """Twenty parts of which one holds the site: of the others no more than the beginning and the end is asked for."""
    hosts = [f"{letter}.{domain}" for domain in ("com", "no") for letter in "abcdefghij"]
    parts = [parquet([row(f"https://{host}/{n}", 0, b"", b"") for n in range(30)]) for host in hosts]
    parts[15] = parquet([row(URL, 100, WHOLE, PAGE), *(row(f"https://f.no/{n}", 0, b"", b"") for n in range(30))])
    loopback, ready = site(crawl_of(PAGE, parts=parts))
    (found,) = INDEX.documents(ready)
    assert found.url == URL
    asked = Counter(path for path in loopback.paths() if path.endswith(".parquet"))
    assert sorted(asked.values()) == [1] * 19 + [2]  # a part of the test is a block of the file


def test_a_site_is_sought_wherever_the_index_does_not_say(site: Any) -> None:
    body = io.BytesIO()
    table = pa.Table.from_pylist([row(URL, 100, WHOLE, PAGE)], schema=SCHEMA)
    pq.write_table(table, body, write_statistics=False)
    assert collected(site, crawl_of(PAGE, parts=[body.getvalue()])).url == URL


@pytest.mark.parametrize(
    ("site_name", "least", "greatest", "can_be"),
    [
        ("avis.no", "no,avis)/", "no,avis)/", True),
        ("avis.no", "no,a)/", "no,b)/", True),
        ("avis.no", "com,a)/", "se,b)/", True),
        ("avis.no", "no,avis,blogg)/", "no,avis,forum)/", True),
        ("avis.no", "no,b)/", "no,c)/", False),
        ("avis.no", "com,a)/", "no,a)/", False),
        ("no", "no,a)/", "no,b)/", True),
        (".NO.", "no,a)/", "no,b)/", True),
        ("no", "nl,a)/", "nl,b)/", False),
    ],
)
def test_rows_are_told_by_their_first_and_last_key(site_name: str, least: str, greatest: str, can_be: bool) -> None:
    found = type("Statistics", (), {"min": least, "max": greatest})
    assert between(surt(site_name), found) == can_be


@pytest.mark.parametrize(
    ("part", "message"),
    [
        (b"", "gives no ranges|416|damaged"),
        (b"<html>Slow down</html>", "is damaged, or not a part of the index"),
        (parquet([row(URL, 0, b"", b"")])[:-8], "is damaged, or not a part of the index"),
        (
            parquet([row(URL, 0, b"", b"")], SCHEMA.remove(SCHEMA.get_field_index("content_languages"))),
            "no content_languages",
        ),
        (parquet([row(URL, 0, b"", b"")], SCHEMA.remove(0)), "url_surtkey"),
        (parquet([row(URL, 7, b"x", b"", warc_filename=None)]), "warc_filename"),
        (parquet([row(URL, 7, b"x", b"") | {"warc_record_offset": None}]), "warc_record_offset"),
    ],
)
def test_a_part_of_the_index_that_is_none_is_named(part: bytes, message: str, site: Any) -> None:
    with pytest.raises(CollectError, match=message):
        collected(site, crawl_of(PAGE, parts=[part]))


def test_a_server_without_ranges_is_named(site: Any) -> None:
    files = crawl_of(PAGE)
    with pytest.raises(CollectError, match="gives no ranges"):
        collected(
            site,
            files | {PARTS[2].replace("part-00002", "part-00000"): Answer(b"x", headers={"ETag": '"a"'}, status=203)},
        )


def test_an_index_without_captures_is_named(site: Any) -> None:
    with pytest.raises(CollectError, match="names no parquet files of subset=warc"):
        collected(site, {f"crawl-data/{CRAWL}/cc-index-table.paths.gz": listing(PARTS[:2]).body})


def test_sites_must_be_named(site: Any) -> None:
    _, ready = site({})
    with pytest.raises(CollectError, match="no sites; name them in the recipe"):
        list(replace(INDEX, sites=()).documents(ready))


def test_what_is_in_is_not_fetched_again(site: Any) -> None:
    loopback, ready = site(crawl_of(PAGE))
    (first,) = INDEX.documents(ready)
    asked = len(loopback.asked)
    assert list(INDEX.documents(ready)) == [first]
    assert len(loopback.asked) == asked


HOSTILE = [
    "<",
    ">",
    "</",
    "<p",
    "<!--",
    "<![CDATA[",
    "<?xml ?>",
    "<meta name=robots content=",
    "&#xD800;",
    "&#0;",
    "\0",
]


PIECES = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=4), max_size=30)


def read(body: bytes, charset: str) -> Document | Dropped:
    """What there is in a page with that body."""
    response = Response(date(2026, 2, 1), {"content-type": f"text/html; charset={charset}"}, body)
    return INDEX.read(Capture(URL, "nor", WARC_PATH, 0, 1), response)


@given(PIECES)
def test_any_page_is_a_document_or_dropped(pieces: list[str]) -> None:
    assert isinstance(read("".join(pieces).encode("utf-8", "surrogatepass"), "utf-8"), Document | Dropped)


@pytest.mark.parametrize("charset", ["", "undefined", "idna", "hex", "no-such", "latin-1", "utf-7"])
def test_any_charset_is_got_over(charset: str) -> None:
    assert read(b"<p>Bl\xe5b\xe6r og r\xf8mme, \xe6rlig talt p\xe5 fjellet</p>" * 9, charset)
    assert read(b"<p>" + bytes(range(128, 256)) + b"</p>", charset)


def test_a_page_may_be_nested_as_deep_as_it_likes() -> None:
    found = read(b"<div>a" * 5_000 + b"slutt", "utf-8")
    assert isinstance(found, Document)
    assert found.text.endswith("slutt")


@given(st.binary(max_size=300), st.integers(0, 400), st.binary(min_size=1, max_size=5))
def test_any_record_is_a_response_or_an_error(body: bytes, at: int, patch: bytes) -> None:
    whole = gzip.decompress(WHOLE)
    for warc in (body, whole[:at] + patch + whole[at + len(patch) :], whole.partition(b"\r\n\r\n")[0] + body):
        with suppress(*DAMAGE, *MISREAD):
            for one, payload in records(io.BytesIO(warc), parse_http=True):
                response_of(Capture(URL, "nor", WARC_PATH, 0, 1), one, payload)
