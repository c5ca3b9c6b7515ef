"""A site of reviews: what a definition of one says, and what a page of it gives. Pure; `scrapers.crawl` fetches."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from cssselect import HTMLTranslator, SelectorError
from parsel import Selector

from scrapers import schema_org
from scrapers.markup import plain_text
from scrapers.record import Document, Reserved, document_id, now, whole
from scrapers.robots import meta_elements
from scrapers.schema_org import Habits, ParseError, Review
from scrapers.source import CollectError, Collecting, Items, Source, did_you_mean

# What a definition may say of a review, and what schema.org calls it.
NAMES = {"key": "@id", "text": "reviewBody", "title": "name", "rating": "reviewRating", "date": "datePublished"}
# Where an element says its value in an attribute, it is meant for machines or for those who cannot see it.
SAID_IN = {"rating": ("content", "aria-label"), "date": ("datetime", "content")}


@dataclass(frozen=True, kw_only=True)
class ReviewSite(Source):
    """A review site: by default one that states its reviews as schema.org Review, in any syntax.

    start: where the crawl begins. follow: CSS selectors of the links it follows.
    worst, best: the rating scale where the pages do not name it. date_format: as in `strptime`, where its dates are not
    ISO 8601.
    group: regular expression that finds in the address of a page what is reviewed there, in its first group; else it is
    the address without its query. permalink: the address of one review, with `{key}` in it.
    css: where no review that a page states has text: the selector `review` of each, and below it `text`, `title`,
    `rating`, `date`, `key`; `::attr(name)` for an attribute.
    next_data: the path of the reviews in `__NEXT_DATA__`, such as `props.pageProps.reviews`, and in `columns` the paths
    below it of `text`, `title`, `rating`, `date`, `key`; on a page that has it nothing else is read.
    render: regular expression of the paths that only a browser can show; there `ready` is the CSS selector to wait for,
    `load_more` that of the button to press until it is gone, and `scroll` says to scroll until nothing more comes.
    end: what a page that begins with `<html` has in it if it was not cut off; empty where the site leaves it out.
    max_pages: a crawl that meets more has lost its way.
    """

    start: tuple[str, ...]
    follow: tuple[str, ...]
    worst: float = 1
    best: float = 5
    date_format: str = ""
    group: str = ""
    permalink: str = ""
    css: Mapping[str, str] = field(default_factory=dict)
    next_data: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    render: str = ""
    ready: str = ""
    load_more: str = ""
    scroll: bool = False
    end: str = "</html"
    max_pages: int = 100_000

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in (*self.css, *self.columns):
            if name not in (known := [*NAMES, "review"]):
                raise CollectError(f"source {self.name}: css and columns have no {name!r}{did_you_mean(name, known)}")
        for selector in (*self.follow, *self.css.values()):
            try:
                HTMLTranslator().css_to_xpath(re.sub(r"::(?:text|attr\([\w-]+\))", "", selector) or "*")
            except SelectorError as error:
                raise CollectError(f"source {self.name}: {selector!r} is no CSS selector: {error}") from error
        try:
            groups = re.compile(self.group).groups if self.group else 1
        except re.error as error:
            raise CollectError(f"source {self.name}: group is no regular expression: {error}") from error
        if groups < 1 or bool(self.next_data) != bool(self.columns) or (self.css and "review" not in self.css):
            raise CollectError(
                f"source {self.name}: group needs a (group) in it, css needs `review`, next_data and columns each other"
            )

    def documents(self, collecting: Collecting) -> Items:
        """Every review of the site. Raises CollectError unless the crawl came whole to its end."""
        from scrapers.crawl import crawl  # a cycle otherwise: the crawler reads the definitions

        crawl(self, collecting)
        yield from collecting.spool.items(f"collect/{self.name}")

    def renders(self, url: str) -> bool:
        """Whether the page at `url` needs a browser."""
        return bool(self.render) and re.search(self.render, urlsplit(url).path) is not None


@dataclass(frozen=True, slots=True)
class Page:
    """What one page gives, in its order: reviews, absolute links to follow. faults: why some of it cannot be read."""

    reviews: list[Review]
    links: list[str]
    metas: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def parse(body: str, url: str, site: ReviewSite) -> Page:
    """The reviews and links of a page of `site`, and what of it cannot be read. Raises ParseError where nothing can."""
    try:
        page = Selector(text=whole(body), type="html")
    except ValueError as error:
        raise ParseError(f"{url} cannot be read: {error}") from error
    stated = reviews(page, url, site)
    faults = [str(one) for one in stated if isinstance(one, ParseError)]
    if "<html" in body[:4096].lower() and site.end not in body.lower():
        faults.append(f"it is cut off: there is no {site.end} in it")
    try:
        links = links_of(page, url, site)
    except ValueError as error:
        links = []
        faults.append(f"it links to what is no address: {error}")
    return Page(
        [one for one in stated if isinstance(one, Review)], links, meta_elements(page.root.iter("meta")), faults
    )


def links_of(page: Selector, url: str, site: ReviewSite) -> list[str]:
    """The links to follow, each once. Raises ValueError where one is no address."""
    here = urljoin(url, page.xpath("string(//base/@href)").get("").strip())
    found = (link.attrib.get("href", "").strip() for selector in site.follow for link in page.css(selector))
    links = (urljoin(here, href) for href in found if href)
    return list(dict.fromkeys(link for link in links if link.startswith(("http://", "https://"))))


def reviews(page: Selector, url: str, site: ReviewSite) -> list[schema_org.Stated]:
    """The reviews of a page by the first way that the definition has and the page answers to."""
    habits = Habits(site.worst, site.best, site.date_format)
    if site.next_data and (nodes := list(next_data_nodes(page, site))):
        return [schema_org.read(node, habits) for node in nodes]
    stated = schema_org.reviews(page.root, url, habits)
    if site.css and not any(isinstance(one, Review) and one.text for one in stated):
        faults = [one for one in stated if isinstance(one, ParseError)]
        return [*faults, *(schema_org.read(node, habits) for node in css_nodes(page, site))] or stated
    return stated


def next_data_nodes(page: Selector, site: ReviewSite) -> Iterator[Mapping[str, Any] | ParseError]:
    """The reviews in the data that Next.js puts into a page for its scripts. Only what `columns` names is read."""
    for script in page.xpath("//script[@id='__NEXT_DATA__']/text()").getall():
        try:
            data = json.loads(script)
        except (ValueError, RecursionError) as error:
            yield ParseError(f"__NEXT_DATA__ is broken: {schema_org.reason(error)}")
            continue
        found = at_path(data, site.next_data)
        if not isinstance(found, list | None):
            yield ParseError(f"__NEXT_DATA__ has at {site.next_data} no list, but {type(found).__name__}")
            continue
        for number, item in enumerate(found or ()):
            lacking = [path for path in site.columns.values() if at_path(item, path, ...) is ...]
            if lacking:
                yield ParseError(f"{site.next_data}[{number}] in __NEXT_DATA__ has no {', '.join(lacking)}")
            else:
                yield {NAMES[name]: at_path(item, path) for name, path in site.columns.items()}


def at_path(data: Any, path: str, default: Any = None) -> Any:
    """What lies in `data` below the names of `path`, parted by points; `default` where nothing does."""
    for name in path.split("."):
        if not isinstance(data, dict) or name not in data:
            return default
        data = data[name]
    return data


def css_nodes(page: Selector, site: ReviewSite) -> Iterator[Mapping[str, Any]]:
    """The reviews by the selectors of the definition, in the words of schema.org."""
    for element in page.css(site.css["review"]):
        yield {NAMES[name]: value(element, name, site.css[name]) for name in NAMES if name in site.css}


def value(element: Selector, name: str, selector: str) -> str | None:
    """What `selector` finds in the element of a review: all of a text, the first of anything else."""
    found = [
        one.root if isinstance(one.root, str) else next(
            (one.attrib[said] for said in SAID_IN.get(name, ()) if said in one.attrib), None
        ) or plain_text(one.get())
        for one in element.css(selector)
    ]  # fmt: skip
    return "\n\n".join(found) if name == "text" else next(iter(found), None)


def documents(page: Page, url: str, site: ReviewSite, reserved: Reserved) -> list[Document]:
    """The records of a page's reviews. Raises ParseError where the page has more that cannot be read."""
    if page.faults:
        raise ParseError("; ".join(page.faults), page.links)
    subject = subject_of(url, site) if page.reviews else ""
    claimed = Counter(key_on(review, subject) for review in set(page.reviews))
    keys = [own if claimed[own := key_on(review, subject)] == 1 else "" for review in page.reviews]
    return [
        Document(
            id=document_id(site.name, f"{subject}#{key or words(review)}"),
            text=review.text,
            title=review.title,
            source=site.name,
            url=address(url, site, key),
            licence=site.licence,
            collected_at=now(),
            published=review.published,
            group=subject,
            rating=review.rating,
            raw_rating=review.raw_rating,
            reserved=reserved,
        )
        for review, key in zip(page.reviews, keys, strict=True)
    ]


def address(url: str, site: ReviewSite, key: str) -> str:
    """Where a review stands: at its permalink, or on the page at `url`."""
    return urljoin(url, site.permalink.replace("{key}", quote(key, safe=""))) if site.permalink and key else url


def subject_of(url: str, site: ReviewSite) -> str:
    """What is reviewed on a page: its address without the query, or what `site.group` finds in it."""
    if not site.group:
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    found = re.search(site.group, url)
    if not found:
        raise ParseError(f"{url} has reviews, but its address does not match the group {site.group!r} of {site.name}")
    return f"{site.name}/{found[1]}"


def key_on(review: Review, subject: str) -> str:
    """What the site calls the review among those of its subject; empty where it does not say, or names the page."""
    address, _, fragment = (review.key or "").partition("#")
    names_page = address.partition("?")[0] in (subject, urlsplit(subject).path)
    return fragment or ("" if names_page else address)


def words(review: Review) -> str:
    """A digest of what a review says, for one that its site gives no name of its own."""
    said = f"{review.title}\x00{review.text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(said).hexdigest()[:16]
