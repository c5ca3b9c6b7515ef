"""The Storting's open data: what was said in the Norwegian parliament and in its open hearings, speech by speech.

Sessions name their transcripts, transcripts their speeches. Labels of speakers (name, party, time of day) stand in
elements of their own and are not read; what speakers say about others by name stays. Transcripts up to the session
2015-2016 have another layout than later ones, and some elements hold an exchange between several speakers: each who
is named begins a speech of his own. The interface allows 100 calls a minute and takes its time with large answers.

Source: https://data.stortinget.no/dokumentasjon-og-hjelp/; the layouts of transcripts are taken from
https://github.com/martigso/stortingscrape (R/get_speeches.R)
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

import msgspec
from lxml import etree

from scrapers.fetch import Fetched, Fetcher, found_instead
from scrapers.paged import Page, Paged
from scrapers.record import Document, document_id, now
from scrapers.source import CollectError

BASE = "https://data.stortinget.no/eksport"
TIMEOUT_S = (10, 180)  # the largest answers were seen to take 55 s
SESSION = re.compile(r"\d{4}-\d{2}(\d{2})?")
PUBLICATION = re.compile(r"[A-Za-z0-9-]{1,60}")
NET_DATE = re.compile(r"/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)/")
TRANSCRIPTS = ("forhandling", "forhandlinger")  # the root until 2016, and since
SPEECHES = ("hovedinnlegg", "replikk", "presinnlegg", "innlegg", "presinnl")
PARAGRAPHS = ("a", "merknad")
SPEAKER = "navn"

T = TypeVar("T")


class Session(msgspec.Struct):
    """A session of the parliament, such as `2024-2025`."""

    id: str


class Sessions(msgspec.Struct):
    """All sessions, of which some have not begun; only the one that has is read."""

    innevaerende_sesjon: Session


class Publication(msgspec.Struct):
    """A transcript in the list of its session. dato: `/Date(1434319200000+0200)/`, in the year 1 where unknown."""

    id: str
    dato: str | None = None


class Publications(msgspec.Struct):
    """The transcripts of a session."""

    publikasjoner_liste: list[Publication]


@dataclass(frozen=True, kw_only=True)
class Stortinget(Paged):
    """The transcripts of some sessions.

    sessions: such as `2024-2025` or `1998-99`; where none is named, the current one.
    president: whether the remarks of the president of the sitting are taken, who mostly gives others the floor.
    """

    sessions: tuple[str, ...] = ()
    president: bool = True

    def first(self) -> Iterable[str]:
        """The lists of the sessions, or the page that says which is the current one. Raises CollectError."""
        for session in self.sessions:
            if not SESSION.fullmatch(session):
                raise CollectError(f"{self.name}: session {session!r}: expected such as '2024-2025' or '1998-99'")
        return [f"session/{session}" for session in self.sessions] or ["sessions"]

    def page(self, key: str, fetcher: Fetcher) -> Page:
        """By the beginning of the key: the current session, the transcripts of one, or the speeches of a transcript."""
        kind, *parts = key.split("/")
        if kind == "sessions":
            current = decoded(fetcher.get(f"{BASE}/sesjoner?format=json", timeout=TIMEOUT_S), Sessions)
            return Page(links=[f"session/{checked(current.innevaerende_sesjon.id, SESSION)}"])
        if kind == "session":
            url = f"{BASE}/publikasjoner?publikasjontype=referat&sesjonid={parts[0]}&format=json"
            listed = decoded(fetcher.get(url, timeout=TIMEOUT_S), Publications).publikasjoner_liste
            if not listed:
                raise CollectError(f"{url}: session {parts[0]} has no transcripts")
            return Page(
                links=[f"transcript/{checked(one.id, PUBLICATION)}/{net_date(one.dato) or ''}" for one in listed]
            )
        return self._transcript(parts[0], date.fromisoformat(parts[1]) if parts[1] else None, fetcher)

    def _transcript(self, publication: str, held: date | None, fetcher: Fetcher) -> Page:
        fetched = fetcher.get(f"{BASE}/publikasjon?publikasjonid={publication}", timeout=TIMEOUT_S)
        collected_at = now()
        return Page(
            [
                Document(
                    id=document_id(self.name, f"{publication}/{number}"),
                    text=text,
                    title=title,
                    source=self.name,
                    url=f"{fetched.url}#{number}",
                    licence=self.licence,
                    collected_at=collected_at,
                    published=held.replace(day=1) if held else None,
                    group=document_id(self.name, publication),
                    reserved=fetched.reserved,
                )
                for number, (kind, title, text) in enumerate(speeches(transcript(fetched)), 1)
                if self.president or not kind.startswith("pres")
            ]
        )


def transcript(fetched: Fetched) -> etree._Element:
    """The root of a transcript, entities not resolved. Raises CollectError where it is cut off or something else."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(fetched.body, parser)
    except (etree.LxmlError, ValueError) as error:
        raise CollectError(f"{fetched.url}: expected XML, {found_instead(fetched.body)} ({error})") from error
    if tag(root) not in TRANSCRIPTS:
        raise CollectError(f"{fetched.url}: expected a transcript, got <{tag(root)}>, {found_instead(fetched.body)}")
    return root


def speeches(root: etree._Element) -> Iterator[tuple[str, str | None, str]]:
    """Kind, case and text of each speech in a transcript, in its order; an element with several speakers gives several.

    What has no words but the label of its speaker is no speech.
    """
    case = None
    for element in root.iter():
        if tag(element) == "sak":
            case = None
        elif tag(element) == "saktittel":
            case = words(element) or None
        elif tag(element) in SPEECHES:
            title = case if any(tag(ancestor) == "sak" for ancestor in element.iterancestors()) else None
            for text in turns(element):
                yield tag(element), title, text


def turns(speech: etree._Element) -> Iterator[str]:
    """The text of a speech, its paragraphs apart by a blank line; anew where another speaker is named."""
    found: list[list[str]] = [[]]
    for inner in speech.iter():
        if within(inner) is not speech:
            continue
        is_paragraph = tag(inner) in PARAGRAPHS
        labels = [label for label in inner.iter() if tag(label) == SPEAKER] if is_paragraph else [inner]
        if any(tag(label) == SPEAKER and words(label) for label in labels):
            found.append([])
        if is_paragraph:
            found[-1].append(" ".join("".join(spoken(inner)).split()).lstrip(": "))
    yield from filter(None, ("\n\n".join(filter(None, part)) for part in found))


def within(element: etree._Element) -> etree._Element | None:
    """The speech that an element is in; None where that is in a paragraph of it, or in none."""
    for ancestor in element.iterancestors():
        if tag(ancestor) in PARAGRAPHS:
            return None
        if tag(ancestor) in SPEECHES:
            return ancestor
    return None


def spoken(element: etree._Element) -> Iterator[str]:
    """The words in an element, piece by piece, without the labels of speakers, comments and entities."""
    yield element.text or ""
    for inner in element:
        if tag(inner) not in ("", SPEAKER):
            yield from spoken(inner)
        yield inner.tail or ""


def words(element: etree._Element) -> str:
    """All the words in an element, on one line."""
    return " ".join("".join(element.itertext()).split())


def tag(element: etree._Element) -> str:
    """The name of an element in lower case, without namespace; empty for a comment or an entity."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""


def decoded(fetched: Fetched, kind: type[T]) -> T:
    """The body as a `kind`. Raises CollectError on anything else."""
    try:
        return msgspec.json.decode(fetched.body, type=kind)
    except (ValueError, RecursionError) as error:
        raise CollectError(
            f"{fetched.url}: expected {kind.__name__}, {found_instead(fetched.body)} ({error})"
        ) from error


def checked(name: str, pattern: re.Pattern[str]) -> str:
    """`name`, which goes into an address. Raises CollectError where it is not like `pattern`."""
    if not pattern.fullmatch(name):
        raise CollectError(f"{name[:80]!r} is no name of a session or transcript: expected {pattern.pattern}")
    return name


def net_date(written: str | None) -> date | None:
    """The date where it was written of a .NET time, milliseconds since 1970 and an offset; None for the year 1."""
    if written is None:
        return None
    found = NET_DATE.fullmatch(written)
    if not found:
        raise CollectError(f"{written[:80]!r} is no date: expected such as '/Date(1434319200000+0200)/'")
    offset = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0)) * (-1 if found[2] == "-" else 1)
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1])) + offset
    except OverflowError as error:
        raise CollectError(f"{written!r} is no date of a transcript") from error
    return moment.date() if moment.year > 1 else None


stortinget = Stortinget(
    name="stortinget",
    description="speeches in the Norwegian parliament and in its open hearings, since 1998",
    licence="NLOD-2.0",
    languages=("nb", "nn"),
    expected=(1, 2_000_000),
    delay_s=1.0,  # 100 calls a minute are allowed
    home="https://data.stortinget.no",
    size="about a hundred transcripts a session",
)
