"""Legelisten: patients on doctors, dentists and psychologists; stars from 1 to 5 with comma decimals. Off.

The reviews are personal data of named health personnel, and often hold the patient's own health data. That Legelisten
may publish them (HR-2021-2403-A) does not say that anybody else may.

The lists (`/{category}/{county}?side={n}`) and the stars (`aria-label="4,5 av 5"`) are as others have read them. How a
profile shows its reviews was not to be found out; the selectors for them are assumed.
Source: https://www.legelisten.no/ and PVN-2018-14
"""

from scrapers.review_site import ReviewSite

legelisten = ReviewSite(
    name="legelisten",
    description="patients' reviews of doctors and dentists, stars from 1 to 5",
    licence="unknown",
    languages=("nb", "nn"),
    expected=(1, 1_000_000),
    home="https://www.legelisten.no/",
    auth="an agreement with Legelisten",
    needs_agreement=(
        "its reviews are personal data of named doctors and health data of their patients (GDPR article 9), "
        "and only an agreement with Legelisten can be a basis for them"
    ),
    start=("https://www.legelisten.no/fastleger/oslo",),
    follow=("tr.search-result-row td.name span.primary a", "a[href*='?side=']"),
    css={
        "review": ".review",
        "text": ".review-text",
        "rating": ".stars-svg[aria-label]",
        "date": "time",
        "key": "::attr(id)",
    },
)
