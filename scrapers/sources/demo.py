"""The embedded demo site: invented reviews, served on loopback by the demo itself (`scrapers.demo_site`)."""

from scrapers.review_site import ReviewSite

ADDRESS = "http://demo.kvern.example"  # .example resolves nowhere (RFC 2606); the demo puts its own server behind it
LICENCE = "Apache-2.0"
LANGUAGES = ("nb", "nn", "da", "sv", "en")

books = ReviewSite(
    name="demo-books",
    description="demo site: books, JSON-LD, dice from 1 to 6",
    licence=LICENCE,
    languages=LANGUAGES,
    verified="in every run of the demo",
    expected=(962, 962),  # 950, and 12 on the page that reserves its rights
    size="962 reviews",
    delay_s=0,
    start=(f"{ADDRESS}/",),
    follow=("main li a[href^='/boker/']", "main a[rel=next]", "main a[href='/reservert/']", "main a[href='/privat/']"),
    best=6,
)

restaurants = ReviewSite(
    name="demo-restaurants",
    description="demo site: restaurants, microdata, dice from 1 to 6",
    licence=LICENCE,
    languages=LANGUAGES,
    verified="in every run of the demo",
    expected=(750, 750),
    size="750 reviews",
    delay_s=0,
    start=(f"{ADDRESS}/restauranter/",),
    follow=(
        "main li a[href^='/restauranter/']",
        "main a[rel=next]",
    ),
    best=6,
)

doctors = ReviewSite(
    name="demo-doctors",
    description="demo site: doctors' offices, JSON-LD, stars from 1 to 5 with comma decimals",
    licence=LICENCE,
    languages=LANGUAGES,
    verified="in every run of the demo",
    expected=(550, 550),
    size="550 reviews",
    delay_s=0,
    start=(f"{ADDRESS}/legekontor/",),
    follow=(
        "main li a[href^='/legekontor/']",
        "main a[rel=next]",
    ),
)

web = ReviewSite(
    name="demo-web",
    description="demo site: the section that only JavaScript renders, dice from 1 to 6",
    licence=LICENCE,
    languages=LANGUAGES,
    verified="in every run of the demo",
    expected=(400, 400),
    size="400 reviews",
    delay_s=0,
    start=(f"{ADDRESS}/nett/",),
    follow=(
        "main li a[href^='/nett/']",
        "main a[rel=next]",
    ),
    best=6,
    render=r"^/nett/[^/]+/",
    ready="body[data-ready='1']",
    load_more="#vis-flere",
)
