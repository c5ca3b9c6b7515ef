"""Trustpilot: customers on shops, stars from 1 to 5, in the data that its pages bring along (`__NEXT_DATA__`). Off.

The terms forbid scraping without consent. With it: name the businesses in the recipe, as `start`. A page has twenty
reviews, and without a log-in there are about ten pages of a business. That the link to the next page has the name or
the `rel` below is assumed.
Source: https://no.trustpilot.com/ and https://legal.trustpilot.com/
"""

from scrapers.review_site import ReviewSite

trustpilot = ReviewSite(
    name="trustpilot",
    description="customers' reviews of the businesses named in the recipe, stars from 1 to 5",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    home="https://no.trustpilot.com/",
    auth="an agreement with Trustpilot",
    needs_agreement="its terms forbid scraping without Trustpilot's consent",
    start=("https://no.trustpilot.com/review/www.trustpilot.com?languages=no&sort=recency",),
    follow=("a[name='pagination-button-next']", "a[rel~=next]"),
    permalink="/reviews/{key}",
    next_data="props.pageProps.reviews",
    columns={"key": "id", "text": "text", "title": "title", "rating": "rating", "date": "dates.publishedDate"},
)
