"""OSCAR, FineWeb-2, HPLT, NCC, Målfrid, Wikipedia from the Hub: which files, what is read in them, what is refused."""

import gzip
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import Corpus, RemoteFile, chosen
from scrapers.fetch import Fetcher
from scrapers.hub import HubCorpus
from scrapers.languages import bcp47
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.fineweb import fineweb_2
from scrapers.sources.hplt import HOST, hplt_2, hplt_3
from scrapers.sources.maalfrid import maalfrid
from scrapers.sources.ncc import ncc
from scrapers.sources.oscar import oscar_2019, oscar_2201, oscar_2301
from scrapers.sources.wikipedia_hub import wikipedia_hub

from .conftest import MISSING, Answer, Serve
from .reading import damaged, items, read
from .replica import Replica, collect_replica, serve_replica
from .replicas import fineweb, hplt, oscar
from .replicas import maalfrid as maalfrid_replica
from .replicas import ncc as ncc_replica
from .replicas import wikipedia_hub as wikipedia_replica
from .web_corpora import CDN, HUB, TOKEN, hub, json_lines, listing, parquet, text, zst

Play = Callable[..., list[RemoteFile]]


@pytest.fixture
def files_of(serve: Serve, collecting: Callable[..., Collecting]) -> Play:
    """The files that a source finds where an upstream gives these answers."""

    def find(source: Corpus, answers: dict[str, Any]) -> list[RemoteFile]:
        replica = Replica(source=source, answers=answers, data="", kept=0)
        work = collecting(mirrors=serve_replica(serve, replica)[1].prefixes)
        return list(source.files(Fetcher(work, delay_s=0)))

    return find


def names(files: list[RemoteFile]) -> list[str]:
    return [file.name for file in files]


# The Hub

GATED = next(replica for replica in oscar.REPLICAS if replica.source.name == "oscar-2301")
OPEN = fineweb.REPLICAS[0]
TREE = f"{HUB}/api/datasets/NbAiLab/NCC/tree/main/data?recursive=true&expand=false"


def tree(*entries: dict[str, Any], link: str = "") -> dict[str, Answer]:
    """The Hub's list of NCC's files, in one page."""
    headers = {"Link": link} if link else {}
    return {TREE: Answer(json.dumps(entries).encode(), 200, "application/json", headers)}


def test_the_files_of_a_dataset_are_found_page_by_page_with_their_digests(
    files_of: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    found = files_of(oscar_2301, dict(GATED.answers))
    assert names(found) == [f"no_meta_part_{part}.jsonl.zst" for part in (1, 2, 10)]
    assert {file.checksum[:7] for file in found} == {"sha256:"}
    assert found[0].url == f"{HUB}/datasets/oscar-corpus/OSCAR-2301/resolve/main/no_meta/no_meta_part_1.jsonl.zst"


@pytest.mark.parametrize(
    ("parts", "taken"),
    [((), (1, 2, 10)), (("*_part_2.*",), (2,)), (("*_part_10.*", "*_part_1.*"), (1, 10)), (("*_1?.*",), (10,))],
)
def test_parts_choose_files(parts: tuple[str, ...], taken: tuple[int, ...]) -> None:
    files = [RemoteFile(f"https://a.example/no_part_{n}.gz?x=1") for n in (10, 2, 1)]
    assert names(chosen(files, parts)) == [f"no_part_{n}.gz" for n in taken]


def test_parts_that_are_not_there_are_named() -> None:
    files = [RemoteFile(f"https://a.example/no_part_{n}.gz") for n in (10, 2)]
    with pytest.raises(CollectError, match=r"no file is called '\*_3\.gz'; there are no_part_2\.gz, no_part_10\.gz"):
        chosen(files, ["*_2.gz", "*_3.gz"])


def test_digests_that_the_hub_hides_are_not_made_up(files_of: Play) -> None:
    entries = listing({"data/train-shard-0001-of-0001.json.gz": b"x"}, hidden=True)
    assert [file.checksum for file in files_of(ncc, tree(*entries))] == [""]
    odd = entries[1] | {"lfs": {"oid": "hidden", "size": 1, "pointerSize": 1}}
    assert [file.checksum for file in files_of(ncc, tree(odd))] == [""]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (tree(), r"ncc: .*NbAiLab/NCC/tree/main has no file 'data/train-shard-\*\.json\.gz'; does it have that"),
        (tree({"type": "file", "path": "data/train-shard-0001-of-0002.json.gz"}), "expected 2 files, the Hub lists 1"),
        (tree({"type": "file", "path": "data/train-shard-0003-of-0001.json.gz"}), "expected 1 files, the Hub lists 1"),
        (tree({"path": 7}), "expected a list of files"),
        ({TREE: Answer(b"<!doctype html><title>Log in</title>")}, "expected a list of files, got b'<!doctype"),
        ({TREE: Answer(b"[" * 100_000)}, r"expected a list of files, got b'\[\["),
        ({TREE: MISSING}, "answered 404"),
        (tree(link='<https://evil.example/api>; rel="next"'), "goes on at https://evil.example/api, expected"),
        (tree(link=f'<{HUB}/api/datasets/another/set/tree/main>; rel="next"'), "goes on at https://huggingface.co/api"),
        (tree(link=f'<{TREE}>; rel="next"'), "a list of more than 3 pages"),
    ],
)
def test_a_list_that_is_not_whole_is_refused(
    files_of: Play, monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer], message: str
) -> None:
    monkeypatch.setattr("scrapers.hub.MOST_PAGES", 3)
    with pytest.raises(CollectError, match=message):
        files_of(ncc, {f"{HUB}/": MISSING} | answers)


def test_a_token_is_shown_to_the_hub_and_to_nobody_else(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    site, mirrors = serve_replica(serve, GATED)
    collect_replica(tmp_path / "run", GATED, mirrors)
    shown = {asked.path.split("/")[1]: set() for asked in site.asked}
    for asked in site.asked:
        if not asked.path.endswith(("/robots.txt", "/ai.txt", "/tdmrep.json")):
            shown[asked.path.split("/")[1]].add(asked.headers.get("Authorization"))
    assert shown == {"huggingface.co": {f"Bearer {TOKEN}"}, CDN.split("/")[2]: {None}}


def test_without_a_token_nothing_is_asked_and_it_is_said_where_to_get_one(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    site, mirrors = serve_replica(serve, GATED)
    with pytest.raises(CollectError, match=r"access token in the environment variable HF_TOKEN; an account on"):
        collect_replica(tmp_path / "run", GATED, mirrors)
    assert site.asked == []


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("where", ["list", "file"])
@pytest.mark.parametrize(
    ("replica", "told"), [(GATED, r"variable HF_TOKEN(?!, and)"), (OPEN, "and token_from = 'HF_TOKEN' in")]
)
def test_where_the_hub_refuses_it_is_said_how_to_be_let_in(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replica: Replica, status: int, where: str, told: str
) -> None:
    monkeypatch.setenv("HF_TOKEN", "another")
    marks = {"list": "/api/datasets/", "file": "/resolve/"}
    answers = {url: Answer(status=status) if marks[where] in url else answer for url, answer in replica.answers.items()}
    if where == "file":
        answers |= hub_listing_for_all(replica)
    _, mirrors = serve_replica(serve, replace(replica, answers=answers))
    with pytest.raises(CollectError, match=rf"answered {status}.*accept its terms on {HUB}/datasets/\w.*{told}"):
        collect_replica(tmp_path / "run", replica, mirrors)


def hub_listing_for_all(replica: Replica) -> dict[str, Any]:
    """The lists of a replica's dataset without the question for a token, as the Hub gives them of gated ones too."""
    source = replica.source
    assert isinstance(source, HubCorpus)
    files = oscar.FILES_2301 if replica is GATED else fineweb.FILES
    answers = hub(source.repo, source.revision, source.pattern().rpartition("/")[0], files)
    return {url: answer for url, answer in answers.items() if "/api/datasets/" in url}


def test_a_copy_elsewhere_is_read_without_the_hub(files_of: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    source = oscar_2301.configured({"url": "https://a.example/part.jsonl.zst"})
    assert files_of(source, {}) == [RemoteFile("https://a.example/part.jsonl.zst")]
    assert source.headers() == {}


# JSON lines


def of_rows(source: Corpus, rows: bytes | list[Any], ending: str = "jsonl.zst") -> list[Document | Dropped]:
    """What a source makes of a file with these lines."""
    body = rows if isinstance(rows, bytes) else json_lines(rows)
    return items(source, zst(body) if ending.endswith("zst") else gzip.compress(body), f"https://a.example/a.{ending}")


def test_many_lines_give_the_same_as_each_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [oscar.row_2301(n) for n in range(50)]
    at_once = of_rows(oscar_2301, rows)
    monkeypatch.setattr("scrapers.packed.AHEAD", (7,))
    assert of_rows(oscar_2301, rows) == at_once
    assert len(at_once) == 50


@pytest.mark.parametrize(
    "line", [b'{"id": "a"', b"[]", b"{}", b"\xff", b'"' + b"a" * 99, b"[" * 100_000, b"nan", b"\x00"]
)
@pytest.mark.parametrize("before", [0, 1, 2000])
def test_a_bad_line_is_named(line: bytes, before: int) -> None:
    good = json_lines([ncc_replica.row(3)] * before)
    with pytest.raises(CollectError, match=rf"a\.json\.gz, line {before + 1}: not the layout of ncc"):
        of_rows(ncc, good + line + b"\n" + json_lines([ncc_replica.row(4)]), "json.gz")


def test_half_an_emoji_is_read() -> None:
    rows = b'{"id": "a", "u": "https://a.example", "lang": [], "prob": [], "text": "%s", "robotstxt": "allowed"}\n'
    found = of_rows(hplt_2, rows % b"hel \\ud83d\\ude00" + b"\n" + rows % b"halv \\ud83d")
    assert [item.text for item in found if isinstance(item, Document)] == ["hel 😀", "halv \ud83d"]


# OSCAR


def test_oscar_2301_keeps_what_it_has_no_serious_warning_of() -> None:
    found = of_rows(oscar_2301, [oscar.row_2301(n) for n in range(8)])
    kept = [item for item in found if isinstance(item, Document)]
    left_out = [item for item in found if isinstance(item, Dropped)]
    assert [(item.document.text, item.rule, item.value) for item in left_out] == [
        (text(3), "quality_warning", "noisy"),
        (text(4), "quality_warning", "adult"),
    ]
    key = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
    assert (kept[0].id, kept[0].group) == (document_id("oscar-2301", key),) * 2
    assert (kept[0].url, kept[0].text, kept[0].published) == ("https://havn.example/båt/0", text(0), None)
    assert len(kept) == 6


def test_the_warnings_that_keep_a_document_out_are_the_recipes() -> None:
    rows = [oscar.row_2301(n) for n in range(8)]
    assert {type(item) for item in of_rows(oscar_2301.configured({"leave_out": []}), rows)} == {Document}
    (found,) = (x for x in of_rows(oscar_2301.configured({"leave_out": ["tiny", "noisy"]}), rows[3:4]))
    assert isinstance(found, Dropped)
    assert found.value == "noisy,tiny"


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("content",), None),
        (("content",), ["a"]),
        (("warc_headers",), []),
        (("warc_headers", "warc-target-uri"), None),
        (("warc_headers", "warc-record-id"), 7),
        (("metadata",), None),
        (("metadata", "quality_warnings"), 7),
        (("metadata", "quality_warnings"), [7]),
        (("metadata", "quality_warnings"), ...),
        (("content",), ...),
    ],
)
def test_oscar_2301_names_a_line_with_another_layout(where: tuple[str, ...], value: Any) -> None:
    row = oscar.row_2301(1)
    place = row[where[0]] if len(where) == 2 else row
    if value is ...:
        del place[where[-1]]
    else:
        place[where[-1]] = value
    with pytest.raises(CollectError, match=r"a\.jsonl\.zst, line 2: not the layout of oscar-2301 \(ValidationError: "):
        of_rows(oscar_2301, [oscar.row_2301(0), row])


def test_oscar_2201_has_its_warnings_elsewhere() -> None:
    found = of_rows(oscar_2201, [oscar.row_2201(n) for n in range(8)], "jsonl.gz")
    assert [isinstance(item, Dropped) for item in found] == [False, False, False, True, True, False, False, False]
    with pytest.raises(CollectError, match="missing required field `annotation`"):
        of_rows(oscar_2201, [oscar.row_2301(0)], "jsonl.gz")


def test_oscar_2019_parts_documents_at_blank_lines() -> None:
    body = b"\n\nEn.\nTo.\n\n\nTre \n \t\r\nFire.\r\n\nFem"
    found = of_rows(oscar_2019, body, "txt.gz")
    assert [item.text for item in found if isinstance(item, Document)] == ["En.\nTo.", "Tre", "Fire.", "Fem"]
    assert isinstance(found[1], Document)
    assert found[1].url == "https://a.example/a.txt.gz#2"
    assert found[1].id == document_id("oscar-2019", "deduplicated/no/a.txt.gz/2")


def test_oscar_2019_refuses_what_is_no_utf_8(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CollectError, match=r"a\.txt\.gz, line 2: not the layout of oscar-2019 \(UnicodeDecodeError"):
        of_rows(oscar_2019, b"B\xe6r\n\nBok\n", "txt.gz")
    monkeypatch.setattr("scrapers.sources.oscar.LONGEST_LINE", 100)
    with pytest.raises(CollectError, match="a document of more than 100 bytes"):
        of_rows(oscar_2019, b"a line\n" * 100, "txt.gz")


@pytest.mark.parametrize(
    "listed",
    [b"", b"\n", b"no_part_1.txt.gz\n", b"no_part_1.txt.gz\tabc\n", b"../x.gz\t" + b"a" * 64, b"<html>\t" + b"a" * 64],
)
def test_oscar_2019_refuses_another_list(files_of: Play, listed: bytes) -> None:
    with pytest.raises(CollectError, match=r"names no file|expected a name, a tab and a SHA-256"):
        files_of(oscar_2019, {f"{oscar.OLD}no_sha256.txt": Answer(listed)})


def test_oscar_2019_takes_parts_in_the_order_of_their_numbers(files_of: Play) -> None:
    answers = {f"{oscar.OLD}no_sha256.txt": Answer(oscar.LIST_2019.encode())}
    assert names(files_of(oscar_2019, answers)) == [f"no_part_{part}.txt.gz" for part in (1, 2, 10)]
    assert names(files_of(replace(oscar_2019, parts=("*_2.*",)), answers)) == ["no_part_2.txt.gz"]
    original = oscar.OLD.replace("deduplicated", "original")
    answers = {url.replace(oscar.OLD, original): answer for url, answer in answers.items()}
    (first, *_) = files_of(replace(oscar_2019, deduplicated=False), answers)
    assert first.url == f"{original}no_part_1.txt.gz"


# Parquet: FineWeb-2 and Wikipedia


def test_fineweb_keeps_address_and_language_and_no_score_above_one() -> None:
    found = read(fineweb_2, parquet([fineweb.row(n) for n in range(7)], fineweb.SCHEMA), "https://a.example/a.parquet")
    assert [item.lang_score for item in found] == [1.0, 0.91, 0.91, 1.0, 0.91, 0.91, 1.0]
    assert (found[2].text, found[2].url, found[2].lang) == (text(2), "https://havn.example/2", "nn")
    assert found[2].id == document_id("fineweb-2", "<urn:uuid:00000000-0000-4000-8000-000000000002>")


def test_wikipedia_keeps_what_its_licence_wants_named() -> None:
    source = wikipedia_hub.configured({"language": "nn"})
    (found,) = read(source, parquet([wikipedia_replica.row(7)]), "https://a.example/a.parquet")
    assert (found.title, found.url) == ("Båt 7", "https://no.wikipedia.org/wiki/B%C3%A5t%207")
    assert (found.licence, found.id) == ("CC-BY-SA-4.0", document_id("wikipedia-hub", "nn/7"))


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("text", None, "rows 257 to 300: .*column 'text' has an empty cell"),
        ("language_score", None, "rows 257 to 300: .*column 'language_score' has an empty cell"),
        ("url", [7], "column 'url' is of type int64, expected string"),
        ("language_score", ["0.9"], "column 'language_score' is of type string, expected double"),
        ("text", [], "KeyError.*text"),
    ],
)
def test_parquet_with_another_layout_is_refused(column: str, value: Any, message: str) -> None:
    rows = [fineweb.row(n) for n in range(300)]
    if value is None:
        rows[270][column] = None
    else:
        rows = [{name: cell for name, cell in row.items() if name != column} for row in rows]
        rows = [row | dict.fromkeys([column] * len(value), *value) for row in rows]
    with pytest.raises(CollectError, match=message) as error:
        read(fineweb_2, parquet(rows), "https://a.example/a.parquet")
    assert re.match(r"a\.parquet.*: not the layout of fineweb-2", str(error.value))


def test_text_in_large_columns_is_text() -> None:
    schema = pa.schema([pa.field(f.name, pa.large_string() if f.name == "text" else f.type) for f in fineweb.SCHEMA])
    assert len(read(fineweb_2, parquet([fineweb.row(n) for n in range(5)], schema), "https://a.example/a.parquet")) == 5


# HPLT


def test_hplt_2_reserves_what_robots_txt_disallowed() -> None:
    found = of_rows(hplt_2, [hplt.row_2(n) for n in (0, 1, 10, 12)])
    kept = [item for item in found if isinstance(item, Document)]
    assert [item.reserved for item in kept] == ["no-train", "open", "no-train", "open"]
    assert [item.lang for item in kept] == ["nn"] * 4
    assert (kept[1].lang_score, kept[1].url, kept[1].text) == (0.99, "https://havn.example/1", text(1))
    with pytest.raises(CollectError, match="missing required field `robotstxt`"):
        of_rows(hplt_2, [hplt.row_3(1)])


def test_the_last_line_may_lack_its_line_feed_and_must_be_whole() -> None:
    body = json_lines((hplt.row_2(n) for n in range(9)), ended=False)
    assert len(of_rows(hplt_2, body)) == 9
    with pytest.raises(CollectError, match="line 9"):
        of_rows(hplt_2, body[:-30])


def test_hplt_2_wants_a_checksum_of_each_file(files_of: Play) -> None:
    source = hplt_2.configured({"language": "nno_Latn"})
    assert [file.checksum for file in files_of(source, dict(hplt.ANSWERS_2))] == [
        f"md5:{hplt.md5(body)}" for body in hplt.FILES_2.values()
    ]
    for body in (b"", b"<html>", b"abc  1.jsonl.zst"):
        with pytest.raises(CollectError, match=r"1\.jsonl\.zst\.md5: expected an MD5"):
            files_of(source, hplt.ANSWERS_2 | {f"{hplt.BASE_2}/1.jsonl.zst.md5": Answer(body)})
    with pytest.raises(CollectError, match="404"):
        files_of(source, hplt.ANSWERS_2 | {f"{hplt.BASE_2}/2.jsonl.zst.md5": MISSING})


@pytest.mark.parametrize(
    ("lowest", "taken"), [(10, "10_1"), (9, "10_1 9_1 9_2"), (8, "10_1 9_1 9_2 8_1"), (5, "10_1 9_1 9_2 8_1 5_1")]
)
def test_hplt_3_reads_the_best_bins_first(files_of: Play, lowest: int, taken: str) -> None:
    source = hplt_3.configured({"language": "nno_Latn", "lowest_bin": lowest})
    found = files_of(source, dict(hplt.ANSWERS_3))
    assert names(found) == [f"{name}.jsonl.zst" for name in taken.split()]
    assert [file.checksum for file in found] == [f"md5:{hplt.md5(hplt.FILES_3[file.name])}" for file in found]


@pytest.mark.parametrize(
    ("file", "body", "message"),
    [
        ("map", "", "names no file"),
        ("map", "https://evil.example/three/10_1.jsonl.zst", "expected addresses of files on"),
        ("map", f"{HOST}/three/sorted/nno_Latn/LICENSE", "expected addresses of files on"),
        ("map", f"{HOST}/three/sorted/nno_Latn/best.jsonl.zst", "expected a name like 10_1"),
        ("map", "<!doctype html>", "expected addresses"),
        ("md5", "", r"has no checksum of 10_1\.jsonl\.zst"),
        ("md5", f"{'a' * 32}", "expected an MD5 and a name"),
        ("md5", f"{'a' * 32}  5_1.jsonl.zst", r"has no checksum of 10_1\.jsonl\.zst"),
        ("md5", "<!doctype html>", "expected an MD5 and a name"),
        ("map", hplt.MAP_3.rpartition("https")[0], r"\.map lacks 10_1\.jsonl\.zst, of which .*\.md5 has a checksum"),
        ("map", hplt.MAP_3.partition("\n")[0], r"\.map lacks 10_1\.jsonl\.zst"),
        ("md5", hplt.MD5_3.rpartition("\n")[0].rpartition("\n")[0], r"has no checksum of 10_1\.jsonl\.zst"),
    ],
)
def test_hplt_3_refuses_lists_that_are_none(files_of: Play, file: str, body: str, message: str) -> None:
    source = hplt_3.configured({"language": "nno_Latn"})
    with pytest.raises(CollectError, match=message):
        files_of(source, hplt.ANSWERS_3 | {f"{hplt.BASE_3}.{file}": Answer(body.encode())})


def test_hplt_3_compares_its_lists_in_the_bins_that_are_read(files_of: Play) -> None:
    source = hplt_3.configured({"language": "nno_Latn"})
    lines = hplt.MAP_3.splitlines()
    without = Answer("\n".join(line for line in lines if "/5_1." not in line).encode())
    found = files_of(source, hplt.ANSWERS_3 | {f"{hplt.BASE_3}.map": without})
    assert names(found) == [f"{name}.jsonl.zst" for name in ("10_1", "9_1", "9_2", "8_1")]
    more = Answer(f"{hplt.MD5_3}{'a' * 32}  nno_Latn/.domains.zst\n".encode())
    assert len(files_of(source, hplt.ANSWERS_3 | {f"{hplt.BASE_3}.md5": more})) == 4


def test_hplt_3_keeps_the_kinds_of_text_that_are_asked_for() -> None:
    rows = [hplt.row_3(n) for n in range(4)]
    reviews = of_rows(hplt_3.configured({"registers": ["rv"]}), rows)
    assert [isinstance(item, Document) for item in reviews] == [True, False, False, False]
    assert isinstance(reviews[1], Dropped)
    assert (reviews[1].rule, reviews[1].value, reviews[1].threshold) == ("web_register", "rv 0.020", ">= 0.5")
    either = hplt_3.configured({"registers": ["rv", "OP"], "register_threshold": 0.4})
    assert {type(item) for item in of_rows(either, rows)} == {Document}
    assert {type(item) for item in of_rows(hplt_3, rows)} == {Document}


def test_hplt_3_says_where_kinds_of_text_are_not_known(files_of: Play) -> None:
    source = hplt_3.configured({"registers": ["rv"]})
    with pytest.raises(CollectError, match=r"line 1: .*HPLT has none of this language"):
        of_rows(source, [hplt.row(1)])
    with pytest.raises(CollectError, match="there is no register 'review'; known are MT LY"):
        files_of(hplt_3.configured({"registers": ["rv", "review"]}), dict(hplt.ANSWERS_3))
    with pytest.raises(CollectError, match="source hplt-2 has no option 'registers'"):
        hplt_2.configured({"registers": ["rv"]})


@pytest.mark.parametrize(
    ("spans", "masked"),
    [
        ([], "Ring 22 22 22 22 eller 😀 æ@å.no"),
        ([[5, 16]], "Ring [PII] eller 😀 æ@å.no"),
        ([[25, 31], [5, 16]], "Ring [PII] eller 😀 [PII]"),
        ([[5, 16], [8, 19]], "Ring [PII]ler 😀 æ@å.no"),
        ([[0, 31]], "[PII]"),
    ],
)
def test_hplt_masks_what_it_marks_as_personal_data_where_asked(spans: list[list[int]], masked: str) -> None:
    row = hplt.row_2(1) | {"text": "Ring 22 22 22 22 eller 😀 æ@å.no", "pii": spans}
    (found,) = of_rows(hplt_2.configured({"mask_pii": True}), [row])
    (as_it_is,) = of_rows(hplt_2, [row])
    assert (found.text, as_it_is.text) == (masked, row["text"])


@pytest.mark.parametrize("span", [[-1, 3], [5, 32], [6, 5], [99, 99]])
def test_hplt_refuses_marks_outside_of_the_text(span: list[int]) -> None:
    row = hplt.row_2(1) | {"text": "Ring 22 22 22 22 eller 😀 æ@å.no", "pii": [span]}
    with pytest.raises(CollectError, match=rf"line 1: .*pii from {span[0]} to {span[1]} in a text of 31 characters"):
        of_rows(hplt_2.configured({"mask_pii": True}), [row])


# NCC


@pytest.mark.parametrize(
    ("kind", "licence"),
    [
        ("maalfrid_uib", "NLOD-2.0"),
        ("government_nn", "NLOD-2.0"),
        ("lovdata_cd_odelsting_2005", "NLOD-2.0"),
        ("parliament", "NLOD-2.0"),
        ("publicreports", "NLOD-2.0"),
        ("books", "CC0-1.0"),
        ("newspaper_ocr", "CC0-1.0"),
        ("newspapers_online_nb", "CC-BY-NC-2.0"),
        ("wikipedia_download_nb", "CC-BY-SA-3.0"),
        ("something_new", "unknown"),
    ],
)
def test_ncc_has_a_licence_for_each_type_of_document(kind: str, licence: str) -> None:
    (found,) = of_rows(ncc, [ncc_replica.row(1) | {"doc_type": kind}], "json.gz")
    assert isinstance(found, Document)
    assert found.licence == licence


def test_ncc_dates_by_year_where_the_year_is_known() -> None:
    rows = [ncc_replica.row(1) | {"publish_year": year} for year in (1968, 2021, 2022)]
    found = [item for item in of_rows(ncc, rows, "json.gz") if isinstance(item, Document)]
    assert [item.published for item in found] == [date(1968, 1, 1), None, date(2022, 1, 1)]


def test_ncc_keeps_the_pieces_of_a_document_together() -> None:
    keys = ["maalfrid_1b8ac28f_75", "maalfrid_1b8ac28f_9", "firdafolkeblad_null_null_19680801_63_56_1_MODSMD_ARTICLE8"]
    found = list(of_rows(ncc, [ncc_replica.row(1) | {"id": key} for key in keys], "json.gz"))
    assert all(isinstance(item, Document) for item in found)
    groups = [item.group for item in found if isinstance(item, Document)]
    assert groups == [document_id("ncc", key) for key in ("maalfrid_1b8ac28f", "maalfrid_1b8ac28f", keys[2])]


def test_ncc_reads_its_certainty_which_is_written_as_text() -> None:
    (found,) = of_rows(ncc, [ncc_replica.row(1) | {"lang_fasttext": "nn", "lang_fasttext_conf": "1.00001"}], "json.gz")
    assert isinstance(found, Document)
    assert (found.lang, found.lang_score) == ("nn", 1.0)
    for wrong in ("høy", "", 0.9, None):
        with pytest.raises(CollectError, match="line 1: not the layout of ncc"):
            of_rows(ncc, [ncc_replica.row(1) | {"lang_fasttext_conf": wrong}], "json.gz")


def test_ncc_keeps_the_types_that_are_asked_for() -> None:
    source = ncc.configured({"doc_types": ["government_*", "books"]})
    found = of_rows(source, [ncc_replica.row(n) for n in range(7)], "json.gz")
    assert [isinstance(item, Document) for item in found] == [False, True, True, False, True, False, False]
    assert isinstance(found[0], Dropped)
    assert (found[0].rule, found[0].value, found[0].threshold) == ("doc_type", "maalfrid_uib", "government_*, books")


def test_ncc_reads_the_split_that_is_asked_for(files_of: Play) -> None:
    answers = hub(ncc.repo, "main", "data", ncc_replica.FILES)
    assert names(files_of(ncc, answers)) == [f"train-shard-000{n}-of-0002.json.gz" for n in (1, 2)]
    validation = files_of(ncc.configured({"split": "validation"}), answers)
    assert names(validation) == ["validation-shard-0001-of-0001.json.gz"]


# Målfrid


def of_members(source: Corpus, **files: bytes) -> list[Document | Dropped]:
    """What Målfrid's collector makes of an archive with these files."""
    body = maalfrid_replica.archive({name.replace("__", "."): body for name, body in files.items()})
    return items(source, body, maalfrid_replica.ADDRESS)


def test_maalfrid_joins_paragraphs_and_reads_every_file() -> None:
    one, two = maalfrid_replica.row(1), maalfrid_replica.row(2, "nno") | {"fulltext": "Alt i eitt."}
    found = of_members(maalfrid, a__jsonl__gz=gzip.compress(json_lines([one])), b__jsonl=json_lines([two]))
    kept = [item for item in found if isinstance(item, Document)]
    assert [(item.text, item.lang) for item in kept] == [(text(1), "nb"), ("Alt i eitt.", "nn")]
    assert (kept[0].url, kept[0].id) == (one["url"], document_id("maalfrid", one["url"]))
    assert kept[0].licence == "NLOD-2.0"


def test_maalfrid_keeps_the_languages_that_are_asked_for() -> None:
    rows = [maalfrid_replica.row(n, lang) for n, lang in enumerate(("nob", "eng", "nno", "sme"))]
    source = maalfrid.configured({"keep": ["nob", "nno"]})
    found = of_members(source, a__jsonl__gz=gzip.compress(json_lines(rows)))
    assert [isinstance(item, Document) for item in found] == [True, False, True, False]
    assert isinstance(found[3], Dropped)
    assert (found[3].rule, found[3].value, found[3].threshold) == ("language", "sme", "nob, nno")


@pytest.mark.parametrize(
    ("year", "address"),
    [(2026, "maalfrid_2026/maalfrid_2026.tar"), (2021, "maalfrid_2021/maalfrid_2021.tar.gz")],
)
def test_maalfrid_has_an_archive_for_each_year(files_of: Play, year: int, address: str) -> None:
    assert files_of(maalfrid.configured({"year": year}), {}) == [RemoteFile(f"https://www.nb.no/sbfil/tekst/{address}")]


def test_maalfrid_names_the_file_and_the_line_that_are_amiss() -> None:
    good = gzip.compress(json_lines([maalfrid_replica.row(n) for n in range(9)]))
    with pytest.raises(CollectError, match=r"maalfrid_2026\.tar, maalfrid_2026/b\.jsonl\.gz, line 2: not the layout"):
        of_members(maalfrid, a__jsonl__gz=good, b__jsonl__gz=gzip.compress(json_lines([maalfrid_replica.row(1), {}])))
    with pytest.raises(CollectError, match=r"cut off or damaged, maalfrid_2026/b\.jsonl\.gz"):
        of_members(maalfrid, a__jsonl__gz=good, b__jsonl__gz=good[:-9])
    with pytest.raises(CollectError, match=r"holds no file \*\.jsonl\.gz"):
        of_members(maalfrid, README__md=b"#")


# What is cut off, damaged, or anything else

WHOLE = {
    "oscar-2019": (oscar_2019, oscar.FILES_2019["no_part_1.txt.gz"], "a.txt.gz"),
    "oscar-2201": (oscar_2201, oscar.FILES_2201["compressed/nn_meta/nn_meta_part_1.jsonl.gz"], "a.jsonl.gz"),
    "oscar-2301": (oscar_2301, zst(json_lines(oscar.row_2301(n) for n in range(200))), "a.jsonl.zst"),
    "fineweb-2": (fineweb_2, fineweb.FILES["data/nno_Latn/train/000_00000.parquet"], "a.parquet"),
    "wikipedia-hub": (wikipedia_hub, wikipedia_replica.FILES[wikipedia_replica.FIRST], "a.parquet"),
    "hplt-2": (hplt_2, hplt.FILES_2["1.jsonl.zst"], "1.jsonl.zst"),
    "hplt-3": (hplt_3, hplt.FILES_3["8_1.jsonl.zst"], "8_1.jsonl.zst"),
    "ncc": (ncc, ncc_replica.FILES[ncc_replica.LAST], "a.json.gz"),
    "maalfrid": (maalfrid, maalfrid_replica.archive(maalfrid_replica.FILES).rstrip(b"\0"), "a.tar"),
}
FOUND_BY_DIGEST = ("fineweb-2", "wikipedia-hub")  # parquet by itself takes a flipped byte for text


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(name: str) -> None:
    source, body, file = WHOLE[name]
    *cut, flipped, page, plain = damaged(body)
    flips = [] if name in FOUND_BY_DIGEST else [flipped]
    for wrong in [*cut, *flips, page, plain]:
        with pytest.raises(CollectError, match=file.replace(".", r"\.")):
            items(source, wrong, f"https://a.example/{file}")


@pytest.mark.parametrize("name", WHOLE)
@given(data=st.data())
def test_any_bytes_give_documents_or_a_reason(name: str, data: st.DataObject) -> None:
    source, body, file = WHOLE[name]
    plain = file.removesuffix(".zst").removesuffix(".gz")
    place = data.draw(st.integers(0, len(body)))
    body = data.draw(st.sampled_from([body[:place] + data.draw(st.binary(max_size=20)) + body[place + 5 :], b""]))
    for wrong, called in ((body, file), (data.draw(st.binary(max_size=200)), plain)):
        try:
            found = items(source, wrong, f"https://a.example/{called}")
        except CollectError:
            continue
        assert all(isinstance(item, Document | Dropped) for item in found)


values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.text(max_size=3))


@pytest.mark.parametrize(
    ("source", "row", "ending"),
    [
        (oscar_2301, oscar.row_2301(1), "jsonl.zst"),
        (hplt_2.configured({"mask_pii": True}), hplt.row_2(1), "jsonl.zst"),
        (hplt_3.configured({"registers": ["rv"]}), hplt.row_3(1), "jsonl.zst"),
        (ncc, ncc_replica.row(1), "json.gz"),
    ],
    ids=lambda value: value.name if isinstance(value, Corpus) else None,
)
@given(data=st.data())
def test_any_value_in_any_field_gives_a_document_or_a_reason(
    source: Corpus, row: dict[str, Any], ending: str, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(row)))
    lines = json.dumps(row | {name: data.draw(values)}).encode()
    try:
        (found,) = of_rows(source, lines, ending)
    except CollectError as error:
        assert "line 1" in str(error)
    else:
        document = found.document if isinstance(found, Dropped) else found
        assert isinstance(document.text, str)


@pytest.mark.parametrize(("code", "language"), [("nob_Latn", "nb"), ("nno", "nn"), ("sme", "se"), ("sma", "sma")])
def test_languages_are_named_as_bcp_47_does(code: str, language: str) -> None:
    assert bcp47(code) == language
