"""NRK P3 Filmpolitiet: the feed as WordPress writes it, on two pages."""

from collections.abc import Sequence

from scrapers.sources.filmpolitiet import filmpolitiet

from ..conftest import Answer
from ..replica import Replica

FEED = "https://p3.no/category/filmpolitiet-anmelder/feed/"


def item(number: int) -> str:
    """A review."""
    return f"""<item>
  <title>Film nummer {number} &#8211; «Fjorden»</title>
  <link>https://p3.no/filmpolitiet/2024/05/film-{number}/</link>
  <dc:creator><![CDATA[Kari Normann]]></dc:creator>
  <pubDate>Fri, 17 May 2024 08:30:16 +0000</pubDate>
  <category><![CDATA[Drama]]></category>
  <category><![CDATA[Terningkast {number % 6 + 1}]]></category>
  <guid isPermaLink="false">https://p3.no/?p={number}</guid>
  <description><![CDATA[Roleg og fin.]]></description>
  <content:encoded><![CDATA[<p><strong>PÅ KINO:</strong> Film nummer {number} er &laquo;roleg&raquo; &amp; fin.</p>
<p><strong class="les">ANMELDELSE: <a href="https://p3.no/x/">En annen film</a></strong></p>
<p><figure><img src="x.jpg" alt=""><figcaption>Foto: Ola Nordmann</figcaption></figure></p>
<p>Han fekk terningkast 6 for den førre.</p>]]></content:encoded>
</item>"""


def feed(numbers: Sequence[int], following: str = "") -> Answer:
    """A page of the feed."""
    link = f'<atom:link href="{following}" rel="next" type="application/rss+xml"/>' if following else ""
    body = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:atom="http://www.w3.org/2005/Atom">
<channel><title>Filmpolitiet anmelder</title><link>https://p3.no</link><description></description>
<atom:link href="{FEED}" rel="self" type="application/rss+xml"/>{link}
<language>nb-NO</language>{"".join(item(number) for number in numbers)}</channel></rss>"""
    return Answer(body.encode(), kind="application/rss+xml; charset=UTF-8")


REPLICAS = [
    Replica(
        source=filmpolitiet,
        answers={FEED: feed(range(10), f"{FEED}?paged=2"), f"{FEED}?paged=2": feed(range(10, 15))},
        data=f"{FEED}?paged=2",
        kept=15,
    ),
]
