"""The pages of the demo site as HTML: reviews are JSON-LD, microdata, or not there before a script has run."""

import json
from collections.abc import Sequence
from html import escape
from typing import Any, Final

from scrapers.demo_site.content import Review
from scrapers.demo_site.products import SECTIONS, Section

PER_PAGE: Final = 10
PRODUCTS_PER_PAGE: Final = 20

STYLE: Final = """
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent) }
body { font: 1.05rem/1.6 Georgia, "Times New Roman", serif; max-width: 42rem }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem }
header a, nav a { margin-right: 1rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 2rem 0 1rem }
article { border-top: 1px solid var(--line); padding: 1rem 0 }
article h2 { font-size: 1.05rem; margin: 0 }
.by, .score { font: 0.85rem system-ui, sans-serif; opacity: 0.75 }
.text { white-space: pre-line; overflow-wrap: anywhere; margin: 0.4rem 0 0 }
ul { padding-left: 1.2rem } button { font: inherit; padding: 0.4rem 1rem }
"""

SCRIPT: Final = """
const list = document.getElementById("anmeldelser"), more = document.getElementById("vis-flere");
let from = 0;
function add(parent, tag, prop, text) {
  const node = parent.appendChild(document.createElement(tag));
  if (prop) node.setAttribute("itemprop", prop);
  if (tag === "meta") node.setAttribute("content", text); else if (text !== undefined) node.textContent = text;
  return node;
}
function scope(node, type) {
  node.setAttribute("itemscope", "");
  node.setAttribute("itemtype", "https://schema.org/" + type);
  return node;
}
function show(review) {
  const article = scope(add(list, "article"), "Review");
  article.id = "anmeldelse-" + review.key;
  article.setAttribute("itemid", "#" + article.id);
  if (review.title) add(article, "h2", "name", review.title);
  const rating = scope(add(article, "p", "reviewRating"), "Rating");
  rating.className = "score";
  rating.append("Terningkast " + review.rating);
  add(rating, "meta", "ratingValue", review.rating);
  add(rating, "meta", "bestRating", review.best);
  add(rating, "meta", "worstRating", 1);
  add(article, "p", "reviewBody", review.text).className = "text";
  const by = add(article, "p");
  by.className = "by";
  add(by, "span", "author", review.author);
  add(by, "meta", "datePublished", review.published);
}
async function load() {
  const answer = await fetch(list.dataset.api + "?fra=" + from);
  const page = await answer.json();
  page.reviews.forEach(show);
  from += page.reviews.length;
  if (from >= page.total) more.remove();
  document.body.dataset.ready = "1";
}
more.addEventListener("click", load);
load();
"""


def page(title: str, body: str, head: str = "") -> str:
    """A whole page in bokmål around `body`; `title` is text, the others HTML."""
    nav = " ".join(
        f'<a href="/{section.path}/">{section.heading}</a>' for section in SECTIONS if section.name != "apps"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="nb">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)} – Kvern demo</title>\n"
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n{head}</head>\n'
        f'<body>\n<header><a href="/">Kvern demo</a></header>\n<nav>{nav}</nav>\n'
        f"<main>\n<h1>{escape(title)}</h1>\n{body}</main>\n</body>\n</html>\n"
    )


def index_page(counts: dict[str, int]) -> str:
    """The front page: the sections with their number of reviews, the files, what is not to be taken."""
    links = [(f"/{s.path}/", s.heading, counts[s.name]) for s in SECTIONS if s.name != "apps"]
    shown = "".join(f'<li><a href="{path}">{name}</a> ({count} anmeldelser)</li>\n' for path, name, count in links)
    others = (
        ("/play/apps", "Apper (JSON)"),
        ("/leipzig/nob_demo_2026_1K.tar.gz", "Setninger (Leipzig)"),
        ("/oscar/no_meta/no_meta_part_1.jsonl.zst", "Nettsider (OSCAR)"),
        ("/reservert/", "Reservert mot tekst- og datautvinning"),
        ("/privat/", "Privat"),
        ("/sitemap-counts.json", "Antall"),
    )
    rest = "".join(f'<li><a href="{path}">{name}</a></li>\n' for path, name in others)
    lead = "<p>Et lite nettsted med oppdiktede anmeldelser av oppdiktede ting, laget for å prøve Kvern.</p>\n"
    return page("Anmeldelser", f"{lead}<ul>\n{shown}</ul>\n<ul>\n{rest}</ul>\n")


def list_page(section: Section, products: Sequence[tuple[str, str, int]], number: int, last: int) -> str:
    """Page `number` of a section's products: slug, name, number of reviews."""
    path = f"/{section.path}/"
    shown = "".join(
        f'<li><a href="{path}{slug}/">{escape(name)}</a> <span class="by">{count} anmeldelser</span></li>\n'
        for slug, name, count in products
    )
    extra = '<p><a href="/reservert/">Reserverte anmeldelser</a></p>\n' if section.name == "books" else ""
    return page(
        section.heading, f"<ul>\n{shown}</ul>\n{extra}{_pager(path, number, last)}", _rel_next(path, number, last)
    )


def review_page(section: Section, reviews: Sequence[Review], number: int, last: int) -> str:
    """Page `number` of the reviews of one product, as JSON-LD or as microdata."""
    path = f"/{section.path}/{reviews[0].product}/"
    microdata = section.name == "restaurants"
    articles = "".join((_microdata if microdata else _article)(review) for review in reviews)
    body = f"{articles}{_pager(path, number, last)}"
    if microdata:
        body = f'<div itemscope itemtype="https://schema.org/Restaurant">\n{body}</div>\n'
    head = "" if microdata else _script(_structured(section.name, reviews, number))
    return page(reviews[0].product_name, body, _rel_next(path, number, last) + head)


def held_page(heading: str, reviews: Sequence[Review], *, reserved: bool) -> str:
    """A page of reviews that nobody may collect; `reserved` says so in the page itself."""
    meta = '<meta name="tdm-reservation" content="1">\n' if reserved else ""
    body = "".join(_article(review) for review in reviews)
    return page(heading, body, meta + _script(_structured("books", reviews, 1)))


def rendered_page(product: str, name: str) -> str:
    """A page whose reviews are fetched and shown by its script."""
    body = (
        f'<div id="anmeldelser" data-api="/api/nett/{product}"></div>\n'
        f'<button id="vis-flere" type="button">Vis flere</button>\n<script>{SCRIPT}</script>\n'
    )
    return page(name, body)


def api_answer(reviews: Sequence[Review], start: int) -> dict[str, Any]:
    """Ten reviews from `start` as the script of `rendered_page` takes them."""
    fields = ("key", "title", "text", "rating", "best", "author")
    shown = [
        {field: getattr(review, field) for field in fields} | {"published": review.published.isoformat()}
        for review in reviews[start : start + PER_PAGE]
    ]
    return {"total": len(reviews), "reviews": shown}


def rating_text(section: str, review: Review) -> str:
    """The rating as the section prints it: "5/6" now and then among books, a comma among doctors."""
    if section == "doctors":
        return f"{review.rating},0"
    fraction = section == "books" and review.published.day % 5 == 0
    return f"{review.rating}/{review.best}" if fraction else str(review.rating)


def _structured(section: str, reviews: Sequence[Review], number: int) -> dict[str, Any]:
    """JSON-LD of the reviews: a list or, of one, an object; on every other page inside a `@graph`."""
    marked = [_json_ld(section, review) for review in reviews]
    kind = ["LocalBusiness", "MedicalBusiness"] if section == "doctors" else "Product"
    thing = {
        "@type": kind,
        "@id": "#produkt",
        "name": reviews[0].product_name,
        "review": marked if len(marked) > 1 else marked[0],
    }
    context = {"@context": "https://schema.org"}
    if number % 2 == 0:
        return context | {"@graph": [{"@type": "WebPage", "name": reviews[0].product_name}, thing]}
    return context | thing


def _json_ld(section: str, review: Review) -> dict[str, Any]:
    rating = {"@type": "Rating", "ratingValue": rating_text(section, review), "worstRating": "1"}
    named: dict[str, str] = {"name": review.title} if review.title else {}
    plain = review.published.day % 2 == 0
    return {
        "@type": "Review",
        "@id": f"#anmeldelse-{review.key}",
        **named,
        "reviewBody": review.text,
        "reviewRating": rating | {"bestRating": str(review.best)},
        "author": review.author if plain else {"@type": "Person", "name": review.author},
        "datePublished": review.published.isoformat(),
    }


def _script(data: dict[str, Any]) -> str:
    """`data` as a JSON-LD script that no text in it can close."""
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace(">", "\\u003e")
    return f'<script type="application/ld+json">{text}</script>\n'


def _article(review: Review) -> str:
    title = f"<h2>{escape(review.title)}</h2>\n" if review.title else ""
    return (
        f'<article id="anmeldelse-{review.key}">\n{title}'
        f'<p class="score">{review.rating} av {review.best}</p>\n<p class="text">{escape(review.text)}</p>\n'
        f'<p class="by">{escape(review.author)}, {review.published:%d.%m.%Y}</p>\n</article>\n'
    )


def _microdata(review: Review) -> str:
    title = f'<h2 itemprop="name">{escape(review.title)}</h2>\n' if review.title else ""
    return (
        f'<article id="anmeldelse-{review.key}" itemprop="review" itemscope itemtype="https://schema.org/Review" '
        f'itemid="#anmeldelse-{review.key}">\n{title}'
        f'<p class="score" itemprop="reviewRating" itemscope itemtype="https://schema.org/Rating">'
        f'<meta itemprop="ratingValue" content="{review.rating}"><meta itemprop="bestRating" content="{review.best}">'
        f'<meta itemprop="worstRating" content="1">Terningkast {review.rating}</p>\n'
        f'<p class="text" itemprop="reviewBody">{escape(review.text)}</p>\n'
        f'<p class="by"><span itemprop="author">{escape(review.author)}</span>, '
        f'<time itemprop="datePublished" datetime="{review.published}">{review.published:%d.%m.%Y}</time></p>\n'
        f"</article>\n"
    )


def _rel_next(path: str, number: int, last: int) -> str:
    return f'<link rel="next" href="{path}?side={number + 1}">\n' if number < last else ""


def _pager(path: str, number: int, last: int) -> str:
    before = f'<a rel="prev" href="{path}?side={number - 1}">Forrige</a> ' if number > 1 else ""
    after = f' <a rel="next" href="{path}?side={number + 1}">Neste</a>' if number < last else ""
    return f"<p>{before}Side {number} av {last}{after}</p>\n" if last > 1 else ""
