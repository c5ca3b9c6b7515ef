"""Reviews that a page states for machines: schema.org Review in JSON-LD, microdata and RDFa, read by extruct."""

import copy
import html
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from extruct.jsonld import JsonLdExtractor
from extruct.rdfa import RDFaExtractor
from extruct.utils import parse_xmldom_html
from extruct.w3cmicrodata import MicrodataExtractor
from lxml import etree
from lxml.html import HtmlElement, tostring

from scrapers.markup import plain_text
from scrapers.record import normalised_rating

REVIEW_TYPES = frozenset(
    ("Review", "CriticReview", "EmployerReview", "Recommendation", "ReviewNewsArticle", "UserReview")
)
BODIES = ("reviewBody", "articleBody", "text", "description")  # the last two where sites put a body that has a place

SCRIPTS = etree.XPath("//script[starts-with(normalize-space(@type), 'application/ld+json')]")
OF_REVIEW_TYPE = " or ".join(f"contains(concat('/', @itemtype, ' '), '/{kind} ')" for kind in sorted(REVIEW_TYPES))
MICRODATA = etree.XPath(f"//*[@itemscope][{OF_REVIEW_TYPE}]")
PROPERTIES = etree.XPath(".//*[@itemscope or @itemprop]")
MOST_PROPERTIES = 300  # of one review; nested, they take extruct time with their cube
LEAVES = etree.XPath(
    ".//*[@itemprop][not(@itemscope)][not(@content)][not(node()[not(self::text())])]"
    "[self::b or self::div or self::em or self::h2 or self::h3 or self::h4 or self::p or self::span or self::strong]"
)
RDFA = etree.XPath("boolean(//*[contains(@typeof, 'Review')])")

NUMBER = r"-?\d+(?:[.,]\d+)?"
NUMBERS = re.compile(NUMBER)
OUT_OF = re.compile(rf"({NUMBER})\s*(?:/|a[fv]|de|di|of|out of|sur?|v[ao]n)\s*({NUMBER})")
STARS = re.compile(r"[★☆\s]*★[★☆\s]*")
MENTIONS_REVIEW = re.compile(r"\bReview\b|\breviewBody\b")
CDATA = "<![CDATA["


class ParseError(Exception):
    """A page does not say what its source says it does. links: where it leads all the same."""

    def __init__(self, message: str, links: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.links = links


@dataclass(frozen=True, slots=True)
class Habits:
    """How a site writes what its pages do not explain.

    worst, best: the rating scale where a page names none. date_format: of dates not in ISO 8601, as in `strptime`.
    """

    worst: float = 1
    best: float = 5
    date_format: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """One review as a page states it. key: what the page itself calls it, or None. Nothing of who wrote it."""

    key: str | None
    text: str
    title: str | None
    rating: float | None
    raw_rating: str | None
    published: date | None


Stated = Review | ParseError


def reviews(page: HtmlElement, url: str, habits: Habits) -> list[Stated]:
    """The reviews that a page states, in its order; for what cannot be read of it, the error.

    What is stated in several syntaxes comes once. Source: https://schema.org/Review
    """
    syntaxes = (json_ld(page), microdata(page, url), rdfa(page, url))
    return once([[read(node, habits) for node in nodes] for nodes in syntaxes])


def once(syntaxes: Sequence[Sequence[Stated]]) -> list[Stated]:
    """What several syntaxes state, each review once: the same key or the same words are the same review.

    A syntax whose reviews have no text, only ratings, counts where none has text.
    """
    with_text = [stated for stated in syntaxes if any(isinstance(one, Review) and one.text for one in stated)]
    found: list[Stated] = [one for stated in syntaxes for one in stated if isinstance(one, ParseError)]
    for stated in with_text or [stated for stated in syntaxes if stated][:1]:
        earlier = [one for one in found if isinstance(one, Review)]
        keys, words = {one.key for one in earlier} - {None}, Counter(words_of(one) for one in earlier)
        for one in stated:
            if isinstance(one, ParseError):
                continue
            if one.key in keys or words[words_of(one)] > 0:
                words[words_of(one)] -= 1
            else:
                found.append(one)
    return found


def words_of(review: Review) -> str:
    """What a review says, whatever white space a syntax has between the words."""
    return "".join(review.text.split())


def json_ld(page: HtmlElement) -> Iterator[Mapping[str, Any] | ParseError]:
    """The reviews of every JSON-LD block, and an error for each block of reviews that cannot be read even leniently."""
    for number, script in enumerate(SCRIPTS(page), 1):
        try:
            yield from review_nodes(block(script))
        except (ValueError, LookupError, TypeError, RecursionError) as error:
            if MENTIONS_REVIEW.search(html.unescape(script.text or "")):
                yield ParseError(f"JSON-LD block {number} is broken: {reason(error)}")


def block(script: HtmlElement) -> list[Any]:
    """The data of a JSON-LD block: as it stands, else unwrapped, else with its entities resolved. Raises ValueError."""
    script.set("type", "application/ld+json")  # without the parameters that extruct does not know
    text = script.text or ""
    with suppress(ValueError):
        return list(JsonLdExtractor().extract_items(script))
    script.text = unwrapped(text)
    with suppress(ValueError):
        return list(JsonLdExtractor().extract_items(script))
    script.text = html.unescape(text)
    return list(JsonLdExtractor().extract_items(script))


def unwrapped(text: str) -> str:
    """JSON without the semicolon after it, and without the CDATA section that hides it from old browsers."""
    inner = text.strip("\ufeff \t\r\n;")
    if CDATA in inner[:40]:
        inner = inner.partition(CDATA)[2].rpartition("]]>")[0].strip("*/ \t\r\n")
    return inner


def review_nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every node of type Review in `value`, wherever it stands, in its order."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            if is_review(value):
                yield value
            else:
                waiting.extend(reversed(value.values()))


def is_review(node: Mapping[str, Any]) -> bool:
    """Whether a node is of type Review, or of one that is below it."""
    return any(local(str(kind)) in REVIEW_TYPES for kind in as_list(node.get("@type")))


def local(name: str) -> str:
    """A name without its namespace or prefix."""
    return name[max(map(name.rfind, "/#:")) + 1 :]


def microdata(page: HtmlElement, url: str) -> Iterator[Mapping[str, Any] | ParseError]:
    """The reviews in microdata, as JSON-LD would have them.

    Each is given to extruct by itself: on a whole page it cleans the text of everything that has a property.
    """
    inside: set[HtmlElement] = set()
    for element in MICRODATA(page):
        if element in inside:
            continue
        inside.update(properties := PROPERTIES(element))
        try:
            if len(properties) > MOST_PROPERTIES:
                raise ValueError(f"it has more than {MOST_PROPERTIES} properties")
            alone = copy.deepcopy(element)
            etree.strip_attributes(alone, "itemref")
            say_labels(alone)
            for leaf in LEAVES(alone):  # extruct takes 0.3 ms to clean each
                leaf.set("content", " ".join((leaf.text or "").split()))
            yield from review_nodes([as_json_ld(item) for item in MicrodataExtractor().extract_items(alone, url)])
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, etree.LxmlError) as error:
            yield ParseError(f"the microdata of a review is broken: {reason(error)}")


def say_labels(review: HtmlElement) -> None:
    """Gives a rating that is only drawn, such as stars, the value that its label has for those who cannot see it."""
    for rating in review.xpath(".//*[@itemprop='reviewRating'][not(.//*[@itemprop='ratingValue'])]"):
        for label in rating.xpath("descendant-or-self::*/@aria-label")[:1]:
            etree.SubElement(rating, "meta", itemprop="ratingValue", content=label)
            if rating.get("itemscope") is None:
                rating.set("content", label)
    for value in review.xpath(".//*[@itemprop='ratingValue'][@aria-label][not(@content)][not(normalize-space())]"):
        value.set("content", value.get("aria-label"))


def as_json_ld(item: Any) -> Any:
    """An item of extruct's microdata in the shape of JSON-LD."""
    if isinstance(item, list):
        return [as_json_ld(part) for part in item]
    if not isinstance(item, dict):
        return item
    named = {"@type": item.get("type"), "@id": item.get("id"), "@value": item.get("value")}
    return named | {name: as_json_ld(value) for name, value in item.get("properties", {}).items()}


def rdfa(page: HtmlElement, url: str) -> Iterator[Mapping[str, Any] | ParseError]:
    """The reviews in RDFa, in the order of their words. On pages without any, extruct's slow parser is not asked."""
    if not RDFA(page):
        return
    try:
        document = parse_xmldom_html(tostring(page, encoding="unicode"), "utf-8")
        say_times_and_bodies(document)
        items = RDFaExtractor().extract_items(document, base_url=url)
    except Exception as error:  # rdflib and pyRdfa raise what they like
        yield ParseError(f"the RDFa is broken: {reason(error)}")
        return
    nodes = {item.get("@id"): item for item in items}
    found = [
        {name: [nodes.get(value["@id"], value) if is_reference(value) else value for value in as_list(values)]
         for name, values in item.items()}
        for item in items
        if is_review(item)
    ]  # fmt: skip
    yield from sorted(
        found, key=lambda node: sorted((name, first_text(node[name]) or "") for name in node if name != "@id")
    )


def is_reference(value: Any) -> bool:
    """Whether a value of expanded JSON-LD stands for a node elsewhere."""
    return isinstance(value, dict) and isinstance(value.get("@id"), str)


def say_times_and_bodies(document: HtmlElement) -> None:
    """Gives times and bodies in RDFa what pyRdfa does not see of them: the `datetime`, the paragraphs."""
    for time in document.xpath("//time[@property][@datetime][not(@content)]"):
        time.set("content", time.get("datetime"))
    for body in document.xpath("//*[contains(@property, 'reviewBody')][not(@content)][*]"):
        body.set("content", plain_text(tostring(body, encoding="unicode", with_tail=False)))


def read(node: Mapping[str, Any] | ParseError, habits: Habits) -> Stated:
    """The review of a schema.org node, or why it cannot be read."""
    if isinstance(node, ParseError):
        return node
    try:
        return review(node, habits)
    except ParseError as error:
        return error


def review(node: Mapping[str, Any], habits: Habits) -> Review:
    """The review of a schema.org node. Raises ParseError where its rating is not on its scale, or its date is none."""
    values = {local(name): value for name, value in node.items()}
    text = next((text for name in BODIES if (text := whole_text(values.get(name)))), "")
    title = first_text(values.get("name")) or first_text(values.get("headline")) or ""
    rating, raw = rating_of(first(values.get("reviewRating", values.get("ratingValue"))), habits)
    published = first_text(values.get("datePublished"))
    return Review(
        key_of(values),
        plain_text(text),
        plain_text(title) or None,
        rating,
        raw,
        month(published, habits.date_format) if published else None,
    )


def key_of(values: Mapping[str, Any]) -> str | None:
    """What a page calls a review, if it calls it anything; what a parser made up for it (`_:b0`) is no name."""
    names = (first_text(values.get(name)) for name in ("@id", "id", "url", "identifier"))
    return next((name for name in names if name and not name.startswith("_:")), None)


def rating_of(node: Any, habits: Habits) -> tuple[float | None, str | None]:
    """The rating from 0 to 1 and as printed, with the node's own scale where it names one.

    Printed as `5`, `"4,5"`, `"5/6"`, `"4,5 av 5"`, `"80 %"` or `"★★★★☆"`. Raises ParseError off its scale.
    """
    values = {local(name): value for name, value in node.items()} if isinstance(node, dict) else {"ratingValue": node}
    raw = first_text(values.get("ratingValue")) or first_text(values.get("@value"))
    if not raw:
        return None, None
    low, high = as_number(values.get("worstRating"), habits.worst), habits.best
    try:
        value, own_low, own_high = printed_rating(raw)
        high = as_number(values.get("bestRating"), high if own_high is None else own_high)
        if own_low is not None and own_high is not None:
            low, high = own_low, own_high
        return normalised_rating(value, worst=low, best=high), raw
    except ValueError as error:
        raise ParseError(
            f"the rating {raw!r} cannot be read on the scale {low:g} to {high:g}; has the site other worst and best?"
        ) from error


def printed_rating(raw: str) -> tuple[float, float | None, float | None]:
    """A rating as it is printed, and the ends of its scale as far as they are printed with it. Raises ValueError."""
    if STARS.fullmatch(raw):
        return raw.count("★"), None, raw.count("★") + raw.count("☆") if "☆" in raw else None
    numbers = [float(number.replace(",", ".")) for number in NUMBERS.findall(raw)]
    if len(numbers) == 1:
        return (numbers[0], 0, 100) if "%" in raw else (numbers[0], None, None)
    if len(numbers) == 2 and OUT_OF.search(raw):
        return numbers[0], None, numbers[1]
    raise ValueError("expected one number, or one out of another")


def month(text: str, date_format: str = "") -> date:
    """The first day of the month of a date: reviews are dated coarsely, so that they lead to nobody.

    Raises ParseError where it is neither ISO 8601 nor of that format.
    """
    try:
        return date.fromisoformat(f"{text}-01" if len(text) == 7 else text[:10]).replace(day=1)
    except ValueError as error:
        try:
            return datetime.strptime(text, date_format).replace(tzinfo=UTC).date().replace(day=1)
        except ValueError:
            raise ParseError(f"the date {text!r} is not ISO 8601, nor of date_format {date_format!r}") from error


def as_number(value: Any, default: float) -> float:
    """The number in `value`, comma or point, or `default` where there is none."""
    found = NUMBERS.search(first_text(value) or "")
    return float(found.group().replace(",", ".")) if found else default


def as_list(value: Any) -> list[Any]:
    """`value` as a list: itself, or the one thing it is."""
    return value if isinstance(value, list) else [value]


def first(value: Any) -> Any:
    """`value`, or the first of it where it is a list."""
    return next(iter(as_list(value)), None)


def first_text(value: Any) -> str | None:
    """The text of `value` or of the first in it, entities resolved once more; None where there is none.

    What is neither text nor number is none: spelt out, an object could carry a name into the record.
    """
    item = first(value)
    if isinstance(item, dict):
        item = item.get("@value") or item.get("value")
    return html.unescape(str(item)).strip() or None if isinstance(item, str | int | float) else None


def whole_text(value: Any) -> str:
    """All text of `value`: that of a list, such as of a body in several elements, in paragraphs."""
    texts = (first_text(item) for item in as_list(value) if not isinstance(item, list))
    return "\n\n".join(text for text in texts if text)


def reason(error: Exception) -> str:
    """What an error says, in short."""
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]
