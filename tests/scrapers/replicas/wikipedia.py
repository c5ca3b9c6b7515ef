"""Wikipedia: a bokmål wiki of which the newest run is under way, and a nynorsk one."""

import bz2
import json
from collections.abc import Sequence
from hashlib import sha1
from xml.sax.saxutils import escape

from scrapers.sources.wikipedia import HOST, wikipedia

from ..conftest import Answer
from ..replica import Replica

HEAD = """<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.mediawiki.org/xml/export-0.11/ http://www.mediawiki.org/xml/export-0.11.xsd" \
version="0.11" xml:lang="{code}">
  <siteinfo>
    <sitename>Wikipedia</sitename>
    <dbname>{wiki}</dbname>
    <base>https://{code}.wikipedia.org/wiki/Hovedside</base>
    <generator>MediaWiki 1.45.0-wmf.3</generator>
    <case>first-letter</case>
    <namespaces>
      <namespace key="-2" case="first-letter">Medium</namespace>
      <namespace key="-1" case="first-letter">Spesial</namespace>
      <namespace key="0" case="first-letter" />
      <namespace key="1" case="first-letter">Diskusjon</namespace>
      <namespace key="6" case="first-letter">Fil</namespace>
      <namespace key="10" case="first-letter">Mal</namespace>
      <namespace key="14" case="first-letter">Kategori</namespace>
    </namespaces>
  </siteinfo>
"""
TAIL = "</mediawiki>"


def page(
    key: int, title: str, wikitext: str, *, namespace: int = 0, redirect: str = "", model: str = "wikitext"
) -> str:
    """A page with its newest revision, as a dump has it."""
    leads_to = f'    <redirect title="{escape(redirect)}" />\n' if redirect else ""
    size, digest = len(wikitext.encode()), sha1(wikitext.encode(), usedforsecurity=False).hexdigest()
    return f"""  <page>
    <title>{escape(title)}</title>
    <ns>{namespace}</ns>
    <id>{key}</id>
{leads_to}    <revision>
      <id>{24000000 + key}</id>
      <parentid>{23000000 + key}</parentid>
      <timestamp>2026-0{1 + key % 9}-17T14:38:04Z</timestamp>
      <contributor>
        <username>En Bidragsyter</username>
        <id>1234</id>
      </contributor>
      <comment>/* Historie */ språkvask</comment>
      <origin>{24000000 + key}</origin>
      <model>{model}</model>
      <format>text/x-wiki</format>
      <text bytes="{size}" sha1="{digest}" xml:space="preserve">{escape(wikitext)}</text>
      <sha1>{digest}</sha1>
    </revision>
  </page>
"""


def multistream(*streams: str) -> bytes:
    """A file of several bz2 streams, one after the other: the head, a hundred pages each, the tail."""
    return b"".join(bz2.compress(stream.encode()) for stream in streams)


def article(n: int, *, nynorsk: bool = False) -> str:
    """The wikitext of an article."""
    kind, heading = ("Øya ligg", "Soge") if nynorsk else ("Øya ligger", "Historie")
    return f"""{{{{Infoboks øy
| navn = Øy {n}
| kart = [[Fil:Kart {n}.svg|thumb]]
}}}}
'''Øy {n}''' er ei [[øy]] i [[Nordland|fylket Nordland]].<ref>{{{{Kilde www|url=http://kart.example/{n}}}}}</ref> \
{kind} {n} kilometer fra land.

[[Fil:Øy {n}.jpg|mini|Utsikt fra [[fyr]]et]]
== {heading} ==
{{| class="wikitable"
! År !! Folk
|-
| 1900 || {n}
|}}
Her bodde det {n} mennesker.

== Referanser ==
<references />
[[Kategori:Øyer]]
"""


def pages(first: int, count: int, *, nynorsk: bool = False) -> str:
    """Articles, with a redirect and a talk page among them."""
    articles = "".join(page(n, f"Øy {n}", article(n, nynorsk=nynorsk)) for n in range(first, first + count))
    redirect = page(9000 + first, f"Øya {first}", f"#OMDIRIGERING [[Øy {first}]]", redirect=f"Øy {first}")
    return articles + redirect + page(9500 + first, f"Diskusjon:Øy {first}", "Fin øy.", namespace=1)


def listing(wiki: str, runs: Sequence[str]) -> bytes:
    """The index of the runs of a wiki."""
    rows = "".join(f'<a href="{run}/">{run}/</a>   17-Nov-2026 08:00   -\n' for run in runs)
    page = f'<html>\n<head><title>Index of /{wiki}/</title></head>\n<body>\n<pre><a href="../">../</a>\n{rows}'
    return f'{page}<a href="latest/">latest/</a>   17-Nov-2026 08:00   -\n</pre></body>\n</html>\n'.encode()


def dumpstatus(wiki: str, run: str, body: bytes | None) -> bytes:
    """What a run says of itself; None is one whose articles are not done."""
    name = f"{wiki}-{run}-pages-articles-multistream"
    files = {
        f"{name}.xml.bz2": {
            "size": len(body or b""),
            "url": f"/{wiki}/{run}/{name}.xml.bz2",
            "md5": "0" * 32,
            "sha1": sha1(body or b"", usedforsecurity=False).hexdigest(),
        },
        f"{name}-index.txt.bz2": {"size": 7, "url": f"/{wiki}/{run}/{name}-index.txt.bz2", "sha1": "1" * 40},
    }
    done = {"status": "done", "updated": "2026-11-02 03:04:05"}
    articles = done | {"files": files} if body else {"status": "in-progress", "updated": ""}
    jobs = {"sitestatstable": done | {"files": {}}, "articlesmultistreamdump": articles, "metahistory7zdump": done}
    return json.dumps({"version": "0.8", "jobs": jobs}).encode()


def site(wiki: str, runs: Sequence[str], body: bytes) -> dict[str, Answer]:
    """A wiki's folder of dumps; of its runs all but the first are done."""
    newest, *_ = runs
    done = next((run for run in runs[1:]), newest)
    answers = {f"{HOST}/{wiki}/": Answer(listing(wiki, sorted(runs)))}
    for run in runs:
        status = dumpstatus(wiki, run, body if run == done else None)
        answers[f"{HOST}/{wiki}/{run}/dumpstatus.json"] = Answer(status, kind="application/json")
    answers[f"{HOST}/{wiki}/{done}/{wiki}-{done}-pages-articles-multistream.xml.bz2"] = Answer(body)
    return answers


ONLY_A_TABLE = page(99, "Liste over øyer", "{| class='wikitable'\n|-\n| Øy 1\n|}\n")
BOKMAAL = multistream(HEAD.format(code="no", wiki="nowiki"), pages(1, 40), pages(41, 20) + ONLY_A_TABLE, TAIL)
NYNORSK = multistream(HEAD.format(code="nn", wiki="nnwiki"), pages(1, 30, nynorsk=True), TAIL)
REPLICAS = [
    Replica(
        source=wikipedia,
        answers=site("nowiki", ("20261120", "20261101", "20261020"), BOKMAAL) | site("nnwiki", ("20261101",), NYNORSK),
        data=f"{HOST}/nowiki/20261101/nowiki-20261101-pages-articles-multistream.xml.bz2",
        kept=90,
        received=91,
    ),
]
