"""NRK P3 Filmpolitiet: reviews of films, as the feed of the site brings them, whole and with the throw of the dice.

The feed has the newest ten. Rating: a category `Terningkast 1` to `Terningkast 6`. The texts are NRK's.
Source: https://p3.no/category/filmpolitiet-anmelder/feed/
"""

from scrapers.feed import Feed

filmpolitiet = Feed(
    name="filmpolitiet",
    description="film reviews of a Norwegian broadcaster, dice from 1 to 6",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 10_000),
    home="https://p3.no/filmpolitiet/",
    size="the ten newest reviews, about 500 words each",
    start=("https://p3.no/category/filmpolitiet-anmelder/feed/",),
    rating=r"(?i)\bterningkast:? ([1-6])\b",
    best=6,
    leave_out=("figure", ".wp-caption", ".les"),  # the last are lines that lead to other reviews
)
