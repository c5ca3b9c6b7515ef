"""Wikipedia: which dump is taken, what is an article, and what becomes of its markup."""

import bz2
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.corpus import DamagedError
from scrapers.fetch import Fetcher
from scrapers.record import Document, Dropped, document_id
from scrapers.source import CollectError, Collecting
from scrapers.sources.wikipedia import HOST, wikipedia
from scrapers.wikitext import MEDIA, plain_text

from .conftest import Answer, Serve
from .reading import damaged, items
from .replicas.wikipedia import BOKMAAL, HEAD, TAIL, dumpstatus, listing, multistream, page

ADDRESS = f"{HOST}/nowiki/20261101/nowiki-20261101-pages-articles-multistream.xml.bz2"
BEGINNING = HEAD.format(code="no", wiki="nowiki")
NORWEGIAN = MEDIA | {"fil", "kategori", "bilde"}

# Markup


@pytest.mark.parametrize(
    ("wikitext", "text"),
    [
        ("'''Oslo''' er ''hovedstaden''.", "Oslo er hovedstaden."),
        ("'''''Begge''''' rock 'n' roll", "Begge rock 'n' roll"),
        ("[[Norge]]s [[by|byer]]ne ved [[:Kategori:Byer]]", "Norges byerne ved Kategori:Byer"),
        ("[[by| ]] [[Mal (hunndyr)|mal]]", "by mal"),
        ("a [[Fil:A.jpg|mini|med [[lenke]] og [http://a.example ord]]] b", "a b"),
        ("a [[bilde:A.jpg]][[Kategori:Byer|Oslo]][[en:Oslo]][[nds-nl:Oslo]] b", "a b"),
        ("[[wikt:ord|et ord]] i [[Star Trek: Voyager]]", "et ord i Star Trek: Voyager"),
        ("a {{mal|b={{mal2|c}}|d=[[e]]}} f", "a f"),
        ("a {{{parameter|{{x}}}}} b {{tom|}} c", "a b c"),
        ("(født {{dato|1}} i Oslo) ({{uttale|x}}) ( ; , )", "(født i Oslo)"),
        ('a<ref name="x">{{Kilde|y}} [[z]]</ref> b<ref name=x/> c <references>d</references>', "a b c"),
        ("a<!-- b\n\n{{ c --> d <!-- aldri lukket e", "a d"),
        ("a<br>b<br />c<p>d</p>", "a\nb\nc\nd"),
        ("H<sub>2</sub>O <span style='x'>er</span> <small>vann</small>", "H2O er vann"),
        ("der <math>E = {mc}^2</math> er <score>\\relative</score> slutt", "der er slutt"),
        ("<gallery>\nFil:a.jpg|[[b]]\n</gallery>\n<syntaxhighlight lang=c>int x;</syntaxhighlight>c", "c"),
        ("<nowiki>[[ikke]] ''lenke'' {{mal}}</nowiki> <pre>* a  ==b==</pre>", "[[ikke]] ''lenke'' {{mal}}\n* a ==b=="),
        ("a < b og c > d &lt;ref&gt; &amp;amp; 5&nbsp;% &#x41;", "a < b og c > d <ref> &amp; 5\xa0% A"),
        (
            "[http://a.example Nettsted] [https://b.example] [//c.example c d] se http://d.example",
            "Nettsted c d se http://d.example",
        ),
        ("a [sic] b [[c] d", "a [sic] b c] d"),
        ("* a\n** b\n# c\n; d : e\n:: f\n g\n----\n- h", "a\nb\nc\nd : e\nf\ng\n- h"),
        ("{| class='x'\n! a !! b\n|-\n| c || {{d|\n|}}\n{|\n| e\n|}\n| f\n|}\ng", "g"),
        ("før\n:{|\n| a\n|}\netter <table><tr><td>b</td></tr></table>", "før\netter"),
        ("{{boks|\n{|\n| a\n|}\n}}b", "b"),
        ("innledning\n== En ==\ntekst\n=== To ===\nmer", "innledning\n\nEn\n\ntekst\n\nTo\n\nmer"),
        ("a\n== Tom ==\n=== Tom også ===\n== Full ==\nb\n== Referanser ==\n<references />", "a\n\nFull\n\nb"),
        ("== ''Skrå'' <!-- x --> ==\na = b\n=c", "Skrå\n\na = b\n=c"),
        ("__INGENINNHOLDSFORTEGNELSE__\na __NOTOC__ snake__case__x", "a snakex"),
        ("a {{aldri lukket [[b]] {{c}} d", "a aldri lukket b d"),
        ("a [[aldri lukket {{b}} [[c]] d", "a aldri lukket c d"),
        ("a\n{| aldri lukket\n| b\n[[c]]", "a\naldri lukket\nc"),
        ("a {{mal|[[b}} c ]] d }} e |} f", "a c ]] d e |} f"),
        ("a <math>aldri lukket [[b]]", "a aldri lukket b"),
        ("&#" + "9" * 5000 + "; a &lt; b", "&#" + "9" * 5000 + "; a &lt; b"),
        ("", ""),
    ],
)
def test_markup_becomes_text(wikitext: str, text: str) -> None:
    assert plain_text(wikitext, NORWEGIAN) == text


PIECES = [
    *(
        "{{",
        "}}",
        "{|",
        "\n{|",
        "\n|}",
        "|",
        "[[",
        "]]",
        "[http://a ",
        "]",
        "{",
        "}",
        "<ref>",
        "</ref>",
        "<nowiki>",
        "<!--",
    ),
    *(
        "-->",
        "<math>",
        "<pre>",
        "</",
        "<a ",
        ">",
        "''",
        "==",
        "\n",
        "\n== a ==\n",
        "(",
        "__A",
        "&#",
        "&#9",
        "*",
        ":",
        "-",
    ),
    *("æ", "Fil:"),
]
NEVER_CLOSED = [
    "{{a ",
    "[[a|",
    "<ref>a ",
    "<b>a ",
    "\n{|\n|-\n| a",
    "[http://a.b c ",
    "{",
    "<!-- ",
    "<a ",
    "\n|}",
    "[[{{\n{|",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=60))
def test_any_wikitext_becomes_text(pieces: list[str]) -> None:
    assert isinstance(plain_text("".join(pieces), NORWEGIAN), str)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", NEVER_CLOSED)
def test_what_is_never_closed_costs_no_more_than_its_length(piece: str) -> None:
    plain_text(piece * (1_000_000 // len(piece)), NORWEGIAN)


# The dump


def dump(*pages: str) -> bytes:
    return multistream(BEGINNING, "".join(pages), TAIL)


def test_an_article_is_a_document_that_names_its_revision_and_nobody() -> None:
    (found,) = items(wikipedia, dump(page(7, "Bø i Telemark/Sør & «Øst»", "'''Bø''' er [[sted|et sted]].")), ADDRESS)
    assert isinstance(found, Document)
    assert (found.id, found.text) == (document_id("wikipedia", "https://no.wikipedia.org/wiki/7"), "Bø er et sted.")
    assert found.title == "Bø i Telemark/Sør & «Øst»"
    assert found.url == (
        "https://no.wikipedia.org/wiki/B%C3%B8_i_Telemark/S%C3%B8r_%26_%C2%AB%C3%98st%C2%BB?oldid=24000007"
    )
    assert (found.published, found.licence, found.group) == (date(2026, 8, 1), "CC-BY-SA-4.0", found.id)
    assert "Bidragsyter" not in json.dumps(found.row())


def test_articles_are_kept_the_rest_is_counted_or_named() -> None:
    tally: Counter[str] = Counter()
    body = dump(
        page(1, "En", "Tekst."),
        page(2, "To", "#OMDIRIGERING [[En]]", redirect="En"),
        page(3, "Diskusjon:En", "Hei.", namespace=1),
        page(4, "Kart.json", "{}", model="json"),
        page(5, "Bare mal", "{{mal}}"),
        page(6, "Ingenting", ""),
    )
    found = items(wikipedia, body, ADDRESS, tally)
    assert [item.text for item in found if isinstance(item, Document)] == ["Tekst."]
    dropped = [item for item in found if isinstance(item, Dropped)]
    assert [(item.rule, item.document.title, item.document.text) for item in dropped] == [
        ("no_text", "Bare mal", "{{mal}}"),
        ("no_text", "Ingenting", ""),
    ]
    assert tally == {"redirects": 1, "not_wikitext": 1}


def test_the_wiki_itself_says_what_its_files_and_categories_are_called() -> None:
    beginning = BEGINNING.replace(">Fil<", ">Fiila<").replace(">Kategori<", ">Kategoriija<")
    wikitext = "a [[Fiila:x]][[File:x]][[Bilde:x]] [[Kategoriija:y]] [[Fil:z]]"
    (found,) = items(wikipedia, multistream(beginning, page(1, "A", wikitext), TAIL), ADDRESS)
    assert isinstance(found, Document)
    assert found.text == "a Fil:z"


@pytest.mark.parametrize("body", [*damaged(BOKMAAL), BOKMAAL[: len(bz2.compress(BEGINNING.encode()))]])
def test_a_dump_that_is_cut_off_or_damaged_is_an_error_and_no_prefix(body: bytes) -> None:
    with pytest.raises(CollectError, match="nowiki"):
        items(wikipedia, body, ADDRESS)


@pytest.mark.parametrize(
    "streams", [(BEGINNING,), (BEGINNING, page(1, "A", "a")), (BEGINNING, page(1, "A", "a"), "</media")]
)
def test_a_dump_cut_off_between_two_streams_is_an_error(streams: tuple[str, ...]) -> None:
    with pytest.raises(DamagedError, match="cut off"):
        items(wikipedia, multistream(*streams), ADDRESS)


@pytest.mark.parametrize(
    ("streams", "message"),
    [
        (("<mediawiki>", TAIL), "no <siteinfo>"),
        (("<mediawiki>", page(1, "A", "a"), TAIL), "before <siteinfo>"),
        (("<mediawiki><siteinfo><base>ftp://x</base></siteinfo>", TAIL), "expected the address of the main page"),
        ((BEGINNING, page(1, "A", "a").replace("ns>", "nz>"), TAIL), "page 1: not the layout .*ns"),
        ((BEGINNING, page(1, "A", "a").replace("<id>1</id>", "<id>x</id>"), TAIL), "page x: not the layout"),
        ((BEGINNING, page(1, "A", "a").replace("revision>", "rev>"), TAIL), "revision"),
        ((BEGINNING, page(1, "A", "a").replace("2026-", "i fjor"), TAIL), "page 1: not the layout"),
        ((BEGINNING, page(1, "A", "a").replace("</title>", ""), TAIL), "not the layout"),
        (("{}",), "nowiki"),
    ],
)
def test_another_layout_is_named(streams: tuple[str, ...], message: str) -> None:
    with pytest.raises(CollectError, match=message):
        items(wikipedia, multistream(*streams), ADDRESS)


def test_entities_of_a_document_type_are_not_expanded() -> None:
    bomb = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    text = page(1, "A", "x").replace(">x</text>", ">før &b;&f; etter</text>")
    found = items(wikipedia, multistream(bomb, BEGINNING, text, TAIL), ADDRESS)
    assert not any("ha" in item.text or "root:" in item.text for item in found if isinstance(item, Document))


@given(st.binary(max_size=400))
def test_any_bytes_give_documents_or_an_error(body: bytes) -> None:
    for stream in (body, bz2.compress(BEGINNING.encode() + body), bz2.compress(body)):
        with pytest.raises(CollectError):
            items(wikipedia, stream, ADDRESS)


# Which dump

Collect = Callable[..., Collecting]


def files(serve: Serve, collecting: Collect, answers: dict[str, Answer], **options: Any) -> list[tuple[str, str]]:
    site = serve(answers)
    fetcher = Fetcher(collecting({HOST: site.address}), delay_s=0)
    return [(file.url, file.checksum) for file in replace(wikipedia, **options).files(fetcher)]


def status(run: str, body: bytes | None) -> Answer:
    return Answer(dumpstatus("nnwiki", run, body), kind="application/json")


RUNS = ("20261020", "20261101", "20261120")
FINISHED = {
    "/nnwiki/": Answer(listing("nnwiki", RUNS)),
    "/nnwiki/20261120/dumpstatus.json": status("20261120", None),
    "/nnwiki/20261101/dumpstatus.json": status("20261101", b"x"),
    "/nnwiki/20261020/dumpstatus.json": status("20261020", b"y"),
}
SHA1_OF_X = "sha1:11f6ad8ec52a2984abaafd7c3b516503785c2072"


def test_the_newest_finished_run_is_taken(serve: Serve, collecting: Collect) -> None:
    address = f"{HOST}/nnwiki/20261101/nnwiki-20261101-pages-articles-multistream.xml.bz2"
    assert files(serve, collecting, FINISHED, wikis=("nnwiki",)) == [(address, SHA1_OF_X)]


def test_the_run_a_recipe_names_is_taken(serve: Serve, collecting: Collect) -> None:
    ((address, _),) = files(serve, collecting, FINISHED, wikis=("nnwiki",), run="20261020")
    assert address == f"{HOST}/nnwiki/20261020/nnwiki-20261020-pages-articles-multistream.xml.bz2"


def test_a_large_wiki_is_taken_in_its_parts(serve: Serve, collecting: Collect) -> None:
    name = "nnwiki-20261020-pages-articles-multistream"
    parts = {f"{name}{n}.xml-p{n}p{n + 9}.bz2": {"sha1": f"{n}" * 40} for n in (1, 2)}
    others = {f"{name}-index1.txt-p1p10.bz2": {"sha1": "0" * 40}, f"../{name}.xml.bz2": {"sha1": "0" * 40}}
    jobs = {"articlesmultistreamdump": {"status": "done", "files": parts | others}}
    answers = {"/nnwiki/20261020/dumpstatus.json": Answer(json.dumps({"jobs": jobs}).encode())}
    found = files(serve, collecting, answers, wikis=("nnwiki",), run="20261020")
    assert [address.rpartition("/")[2] for address, _ in found] == list(parts)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"/nnwiki/": Answer(b"<title>Index</title>")}, "no run has finished its articles, of none"),
        ({f"/nnwiki/{run}/dumpstatus.json": status(run, None) for run in RUNS}, "of 20261120, 20261101, 20261020"),
        (
            {"/nnwiki/20261101/dumpstatus.json": Answer(b"<title>Hei</title>")},
            "expected JSON, got a web page titled 'Hei'",
        ),
        ({"/nnwiki/20261101/dumpstatus.json": Answer(b'{"jobs": [7]}')}, "another layout"),
        ({"/nnwiki/20261120/dumpstatus.json": Answer(b"", 404)}, "404"),
        ({"/nnwiki/20261101/dumpstatus.json": Answer(status("20261101", b"x").body.replace(b"11f6", b"zz"))}, "SHA-1"),
    ],
)
def test_a_run_that_cannot_be_told_is_an_error(
    changed: dict[str, Answer], message: str, serve: Serve, collecting: Collect
) -> None:
    with pytest.raises(CollectError, match=message):
        files(serve, collecting, FINISHED | changed, wikis=("nnwiki",))
