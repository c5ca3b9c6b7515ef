"""Wikipedia: the articles of its dumps as plain text.

A wiki is dumped on the 1st and the 20th of a month into `/{wiki}/{date}/`, which takes days. Its `latest/` can name a
run that is not finished, so the runs are read off the index of the wiki, the newest first, until one says in its
`dumpstatus.json` that the articles are done; that file names the SHA-1 of each file too, the same as
`{wiki}-{date}-sha1sums.txt`. Redirects are counted, and leave no other trace; pages outside the article namespace leave
none. `scrapers.wikitext` says what becomes of the markup, and why no library reads it.

Attribution, as CC BY-SA asks for: the title and the address of each record, which names the very revision. Whose hand
wrote it is not read.

Source: https://meta.wikimedia.org/wiki/Data_dumps, https://www.mediawiki.org/wiki/Help:Export#Export_format
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self
from urllib.parse import quote

import msgspec
from lxml import etree

from scrapers.corpus import Corpus, OpenFile, RemoteFile
from scrapers.fetch import Fetcher
from scrapers.packed import read_ahead
from scrapers.record import Document, Dropped
from scrapers.source import CollectError, Items
from scrapers.wikitext import MEDIA, plain_text

HOST = "https://dumps.wikimedia.org"
RUN = re.compile(r'href="(?:[^"]*/)?(\d{8})/?"')
SHA1 = re.compile(r"[0-9a-f]{40}")
SHOWN_ELSEWHERE = ("-2", "6", "14")  # the keys of the namespaces of media, files and categories


class DumpFile(msgspec.Struct):
    """A file of a run."""

    sha1: str = ""


class Job(msgspec.Struct):
    """A part of a run: what has become of it, and its files by name."""

    status: str
    files: dict[str, DumpFile] = {}


class DumpStatus(msgspec.Struct):
    """A `dumpstatus.json`."""

    jobs: dict[str, Job]


@dataclass(frozen=True, slots=True)
class Site:
    """What a dump says of its wiki: where articles lie, and the prefixes of links to pictures and categories."""

    articles: str
    media: frozenset[str]

    @classmethod
    def of(cls, siteinfo: Any, aliases: tuple[str, ...]) -> Self:
        """The site of a `<siteinfo>`. Raises ValueError where it does not say where its articles lie."""
        base = siteinfo.findtext("{*}base") or ""
        host, wiki, _ = base.partition("/wiki/")
        if not wiki:
            raise ValueError(f"<base> is {base!r}, expected the address of the main page")
        names = {
            (namespace.text or "").lower()
            for namespace in siteinfo.iterfind("{*}namespaces/{*}namespace")
            if namespace.get("key") in SHOWN_ELSEWHERE
        }
        return cls(f"{host}/wiki/", MEDIA | names.union(aliases))


@dataclass(frozen=True, kw_only=True)
class Wikipedia(Corpus):
    """The newest finished dump of each of `wikis`, or that of the run that began on the day `run` (YYYYMMDD).

    aliases: further names of the namespace of files, which dumps do not list; lower case.
    """

    wikis: tuple[str, ...] = ("nowiki", "nnwiki")
    run: str = "latest"
    aliases: tuple[str, ...] = ("bilde",)

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The dump of each wiki: one file, several of a large one. Raises CollectError where none is finished."""
        for wiki in self.wikis:
            runs = runs_of(fetcher, wiki) if self.run == "latest" else [self.run]
            found = next(filter(None, (articles(fetcher, wiki, run) for run in runs)), None)
            if found is None:
                raise CollectError(f"{HOST}/{wiki}/: no run has finished its articles, of {', '.join(runs) or 'none'}")
            yield from found

    def read(self, file: OpenFile) -> Items:
        """Every article. Raises EOFError where the dump ends before its last tag does."""
        parser = etree.XMLPullParser(
            events=("end",), tag=("{*}siteinfo", "{*}page"), resolve_entities=False, no_network=True
        )
        site = None
        for block in read_ahead(file.unpacked()):
            parser.feed(block)
            for _, element in parser.read_events():
                if element.tag.endswith("siteinfo"):
                    site = Site.of(element, self.aliases)
                elif site is None:
                    raise ValueError("a page before <siteinfo>")
                else:
                    yield from self._page(file, {local_name(child): child for child in element}, site)
                forget(element)
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            raise EOFError(str(error)) from error
        if site is None:
            raise ValueError("no <siteinfo>")

    def _page(self, file: OpenFile, page: dict[str, Any], site: Site) -> Items:
        file.at = f"page {page['id'].text}"
        if page["ns"].text != "0":
            return
        revision = {local_name(child): child for child in page["revision"]}
        if "redirect" in page:
            file.tally["redirects"] += 1
        elif revision["model"].text != "wikitext":
            file.tally["not_wikitext"] += 1
        else:
            yield self._article(file, page, revision, site)

    def _article(
        self, file: OpenFile, page: dict[str, Any], revision: dict[str, Any], site: Site
    ) -> Document | Dropped:
        title, wikitext = page["title"].text, revision["text"].text or ""
        text = plain_text(wikitext, site.media)
        document = self.document(
            file,
            f"{site.articles}{int(page['id'].text)}",
            text or wikitext,
            title=title,
            url=f"{site.articles}{quote(title.replace(' ', '_'), safe='/:(),')}?oldid={int(revision['id'].text)}",
            published=date.fromisoformat(revision["timestamp"].text[:10]).replace(day=1),
        )
        if text:
            return document
        return Dropped(document, f"collect/{self.name}", "no_text", "0 characters without markup", "1")


def runs_of(fetcher: Fetcher, wiki: str) -> list[str]:
    """The days on which the runs of a wiki began, YYYYMMDD, the last first."""
    return sorted(set(RUN.findall(fetcher.get(f"{HOST}/{wiki}/").text())), reverse=True)


def articles(fetcher: Fetcher, wiki: str, run: str) -> list[RemoteFile]:
    """The files with the articles of a run; none where it has not finished them. Raises CollectError."""
    folder = f"{HOST}/{wiki}/{run}"
    fetched = fetcher.get(f"{folder}/dumpstatus.json").json()
    try:
        jobs = msgspec.convert(fetched, DumpStatus).jobs.values()
    except msgspec.ValidationError as error:
        raise CollectError(f"{folder}/dumpstatus.json has another layout: {error}") from error
    name = re.compile(rf"{re.escape(f'{wiki}-{run}')}-pages-articles-multistream\d*\.xml(-p\d+p\d+)?\.bz2")
    files = {file: about.sha1 for job in jobs if job.status == "done" for file, about in job.files.items()}
    found = {file: sha1 for file, sha1 in files.items() if name.fullmatch(file)}
    for file, sha1 in found.items():
        if not SHA1.fullmatch(sha1):
            raise CollectError(f"{folder}/dumpstatus.json: the SHA-1 of {file} is {sha1!r}")
    in_one = f"{wiki}-{run}-pages-articles-multistream.xml.bz2"  # a large wiki has it in parts, or in both ways
    return [
        RemoteFile(f"{folder}/{file}", f"sha1:{sha1}")
        for file, sha1 in found.items()
        if file == in_one or in_one not in found
    ]


def local_name(element: Any) -> str:
    """The name of an element without the namespace, which names the version of the format."""
    return str(element.tag).rpartition("}")[2]


def forget(element: Any) -> None:
    """Takes an element that has been read, and all before it, out of the tree."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


wikipedia = Wikipedia(
    name="wikipedia",
    description="articles of the bokmål and the nynorsk Wikipedia, or of another, without markup",
    licence="CC-BY-SA-4.0",
    languages=("nb", "nn"),
    expected=(100_000, 3_000_000),
    personal_data=False,
    delay_s=3.0,
    home="https://dumps.wikimedia.org/",
    size="about 650,000 articles in bokmål and 170,000 in nynorsk",
)
