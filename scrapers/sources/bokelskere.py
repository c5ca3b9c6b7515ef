"""Bokelskere: readers on books, dice from 1 to 6. Off.

There is a research corpus of these reviews, had from the National Library of Norway, and the right way to it is to ask
there (sprakbanken@nb.no).

How its pages look was not to be found out; lists, books and reviews are assumed to be as the selectors below say.
Source: https://bokelskere.no/
"""

from scrapers.review_site import ReviewSite

bokelskere = ReviewSite(
    name="bokelskere",
    description="readers' reviews of books, dice from 1 to 6",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    home="https://bokelskere.no/",
    auth="an agreement with the National Library of Norway",
    needs_agreement=(
        "the National Library of Norway has its reviews as a corpus for research, so ask there (sprakbanken@nb.no) "
        "before scraping"
    ),
    start=("https://bokelskere.no/finn/",),
    follow=("a[href^='/bok/']", "a[rel~=next]"),
    best=6,
    group=r"/bok/[^/?#]+/(\d+)",
    date_format="%d.%m.%Y",
    css={
        "review": ".omtale",
        "text": ".omtale-tekst",
        "title": ".omtale-tittel",
        "rating": ".terningkast",
        "date": ".dato",
        "key": "::attr(id)",
    },
)
