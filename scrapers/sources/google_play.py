"""Google Play: the reviews of the apps that a recipe names.

The address is undocumented, and the store's terms forbid automated access against its robots.txt. That disallows `/_`
to all, and so the reviews (seen in September and October 2026). It is obeyed: until it changes, the source ends there.
Google's official way, `reviews.list` of the Android Publisher API, gives the last week of one's own apps.

Source: https://play.google.com/robots.txt, https://play.google.com/about/play-terms/
"""

from scrapers.google_play import GooglePlay

google_play = GooglePlay(
    name="google-play",
    description="reviews of the apps that the recipe names",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 5_000_000),
    home="https://play.google.com/store/apps",
    size="up to some 100,000 an app",
    auth="a robots.txt of the store that allows it: that of October 2026 does not",
)
