"""Google Play: the reviews of the apps that a recipe names.

The endpoint is undocumented, and the store's terms forbid automated access against its robots.txt, which is obeyed.
"""

from scrapers.google_play import GooglePlay

google_play = GooglePlay(
    name="google-play",
    description="reviews of the apps named in the recipe",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 5_000_000),
)
