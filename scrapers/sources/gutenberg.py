"""Project Gutenberg: its books in a language, by the list that it keeps for robots.

The site is for people and bans robots from the rest of it; the list is the way it offers, with 2 s between requests. It
names the packed text files, often several for one book: `-0` is UTF-8, `-8` in any 8-bit charset, the plain name ASCII.
One book is one record, however long; its lines are broken as printed. What Project Gutenberg wrote around it, and its
trademark with it, is cut off; a book of which that cannot be told, or one that is not in the public domain of the USA,
is dropped. In Norway, copyright lasts to 70 years after the author died: that is for whoever uses a book to see to.
Norwegian books are of the 19th century for the most part, in an orthography that is nearly Danish.

Source: https://www.gutenberg.org/policy/robot_access.html
"""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.etree import LxmlError
from lxml.html import document_fromstring

from scrapers.corpus import MISREAD
from scrapers.fetch import Fetched, Fetcher, found_instead
from scrapers.packed import DAMAGE, zip_files
from scrapers.paged import Page, Paged
from scrapers.record import Document, Dropped, document_id, now
from scrapers.source import CollectError

HARVEST = "https://www.gutenberg.org/robot/harvest"
HOSTS = re.compile(r"([a-z]+\.)?(gutenberg\.org|pglaf\.org)|gutenberg\.readingroo\.ms")
FILE = re.compile(r"/(\d{1,7})(-0|-8)?\.(?:zip|txt)")
BETTER = {"-0": 0, "-8": 1, None: 2}
LARGEST_BOOK = 32 << 20

# The rules of what programs that clean these books agree on.
START = re.compile(r"\s*\*{3}\s*START OF (THE|THIS) PROJECT GUTENBERG|\*END[* ]*THE SMALL PRINT", re.IGNORECASE)
END = re.compile(
    r"\s*\*{3}\s*END OF (THE|THIS) PROJECT GUTENBERG|\s*End of (the |this )?Project Gutenberg", re.IGNORECASE
)
START_WITHIN = 600  # lines
CREDITS = re.compile(
    r"\W*((this e-?(book|text) (was )?)?(produced|prepared|transcribed)|e-?text prepared)\b", re.IGNORECASE
)
COPYRIGHTED = re.compile(r"COPYRIGHTED\s+Project\s+Gutenberg", re.IGNORECASE)
TITLE = re.compile(r"^Title:[ \t]*(.+(?:\n[ \t]+\S.*)*)", re.MULTILINE)
CHARSET = re.compile(
    rb"^Character set encoding:[ \t]*((?:iso|latin|windows|cp|ibm|mac)[\w-]{1,20})", re.MULTILINE | re.IGNORECASE
)


@dataclass(frozen=True, kw_only=True)
class Gutenberg(Paged):
    """The books in a language. language: as Project Gutenberg calls it, `no` for all Norwegian.

    mirror: where the files are fetched instead of from the mirror that the list names, such as
    `https://gutenberg.pglaf.org`.
    """

    language: str = "no"
    mirror: str = ""

    def first(self) -> Iterable[str]:
        """The list. Raises CollectError where the recipe's language is none."""
        if not re.fullmatch(r"[a-z]{2,3}", self.language):
            raise CollectError(f"{self.name}: language is {self.language!r}, expected a code such as 'no'")
        return ["list"]

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """The list with a link to the best file of each book, or the book of a file."""
        if key == "list":
            return Page(links=[f"book/{url}" for url in self._files(fetcher)])
        url = key.partition("/")[2]
        fetched = fetcher.get(self.mirror.rstrip("/") + urlsplit(url).path if self.mirror else url)
        return Page([self._book(url, fetched)])

    def _files(self, fetcher: Fetcher) -> list[str]:
        """The addresses of the files, one a book, by number. Raises CollectError where the list is broken off."""
        best: dict[int, tuple[int, str]] = {}
        url, met = f"{HARVEST}?filetypes%5B%5D=txt&langs%5B%5D={self.language}", set[str]()
        while url:
            if url in met or len(met) >= self.max_pages:
                raise CollectError(f"{url}: the list goes round in a circle, or on without an end")
            met.add(url)
            links = listed(fetcher.get(url))
            for link in links:
                if found := FILE.fullmatch("/" + link.rpartition("/")[2]):
                    if not HOSTS.fullmatch(urlsplit(link).netloc):
                        raise CollectError(f"{url} names a file on another host, {link[:200]!r}; is it still the list?")
                    number, candidate = int(found[1]), (BETTER[found[2]], link)
                    best[number] = min(best.get(number, candidate), candidate)
            onward = [link for link in links if "/harvest?" in link]
            if onward and not onward[0].startswith(f"{HARVEST}?"):
                raise CollectError(f"{url} goes on elsewhere, at {onward[0][:200]!r}; is it still the list?")
            url = onward[0] if onward else ""
        if not best:
            raise CollectError(f"{self.name}: no books in language {self.language!r} in the list of Project Gutenberg")
        return [best[number][1] for number in sorted(best)]

    def _book(self, url: str, fetched: Fetched) -> Document | Dropped:
        number = url.rpartition("/")[2].partition(".")[0].partition("-")[0]
        written = text_of(fetched)
        header, text, lack = divided(written)
        title = TITLE.search(header)
        document = Document(
            id=document_id(self.name, number),
            text=text,
            title=" ".join(title[1].split()) if title else None,
            source=self.name,
            url=f"https://www.gutenberg.org/ebooks/{number}",
            licence=self.licence,
            collected_at=now(),
            group=document_id(self.name, number),
            reserved=fetched.reserved,
        )
        if COPYRIGHTED.search(written):
            return Dropped(document, f"collect/{self.name}", "copyrighted", "COPYRIGHTED", "public domain in the USA")
        if lack:
            return Dropped(document, f"collect/{self.name}", "boilerplate", lack, "START and END")
        return document


def listed(fetched: Fetched) -> list[str]:
    """The addresses that a page of the list leads to. Raises CollectError where it is not whole, or no such page."""
    try:
        links = [urljoin(fetched.url, str(link)) for link in document_fromstring(fetched.body).xpath("//a/@href")]
    except (LxmlError, ValueError) as error:
        raise CollectError(
            f"{fetched.url}: expected a list of files, {found_instead(fetched.body)} ({error})"
        ) from error
    if b"</html>" not in fetched.body.lower() or b"Project Gutenberg" not in fetched.body:
        raise CollectError(f"{fetched.url}: expected a list of files, {found_instead(fetched.body)}; it is broken off")
    return links


def text_of(fetched: Fetched) -> str:
    """The text in a file, packed or not. Raises CollectError where there is none."""
    try:
        body = fetched.body
        if urlsplit(fetched.url).path.endswith(".zip"):
            files = dict(zip_files(io.BytesIO(body), fetched.url, LARGEST_BOOK))
            body = next(content for name, content in files.items() if name.lower().endswith(".txt"))
        return decoded(body)
    except (*DAMAGE, *MISREAD, StopIteration) as error:
        raise CollectError(f"{fetched.url}: expected a book, {found_instead(fetched.body)} ({error})") from error


def decoded(body: bytes) -> str:
    """A text with line feeds only: UTF-8 where it is that, else in the charset it names, else windows-1252."""
    named = CHARSET.search(body)
    for charset in ("utf-8-sig", named[1].decode() if named else "windows-1252"):
        try:
            return re.sub("\r\n?", "\n", body.decode(charset))
        except (UnicodeError, LookupError):
            continue
    return re.sub("\r\n?", "\n", body.decode("windows-1252", "replace"))


def divided(written: str) -> tuple[str, str, str]:
    """What Project Gutenberg wrote before a book, the book, and what is lacking to tell the two, where something is.

    The book begins after the last START among the first lines, and ends before the first END after it; who produced the
    file is no part of it.
    """
    lines = written.split("\n")
    starts = [number for number, line in enumerate(lines[:START_WITHIN]) if START.match(line)]
    if not starts:
        return "\n".join(lines[:START_WITHIN]), "", "no START"
    header, begin = "\n".join(lines[: starts[-1]]), starts[-1] + 1
    if not lines[starts[-1]].rstrip().endswith("*"):  # a long title goes on
        closed = [
            number for number in range(begin, min(begin + 3, len(lines))) if lines[number].rstrip().endswith("***")
        ]
        begin = closed[0] + 1 if closed else begin
    end = next((number for number in range(begin, len(lines)) if END.match(lines[number])), None)
    if end is None:
        return header, "", "no END"
    paragraphs = re.split(r"\n{2,}", "\n".join(line.rstrip() for line in lines[begin:end]).strip("\n"))
    while paragraphs and CREDITS.match(paragraphs[0]):
        del paragraphs[0]
    text = "\n\n".join(paragraphs)
    return header, text, "" if text else "nothing between START and END"


gutenberg = Gutenberg(
    name="gutenberg",
    description="books of Project Gutenberg in Norwegian, most of them of the 19th century",
    licence="LicenseRef-PD-US",
    languages=("nb", "nn"),
    expected=(5, 1_000),
    personal_data=False,
    delay_s=2.0,  # the least that Project Gutenberg asks for
    home="https://www.gutenberg.org",
    size="a few dozen books",
)
