"""The demo site: what it says of itself is so, and what it serves is what collectors will find elsewhere."""

import hashlib
import io
import json
import re
import shutil
import socket
import ssl
import sys
import tarfile
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from subprocess import PIPE, Popen, run
from types import ModuleType
from typing import Any
from urllib.parse import quote, urljoin

import extruct
import pyarrow as pa
import pytest
import requests
from lxml import html as lxml_html

from scrapers.demo_site import content, pollution, prose
from scrapers.demo_site.content import band
from scrapers.demo_site.products import SECTIONS
from scrapers.demo_site.server import DemoSite, DemoSiteError, serve

REVIEWS = pollution.reviews(1)
MARKS = pollution.content(1).marks
BY_KEY = {review.key: review for review in REVIEWS}
APP = "no.kvern.demo."


@pytest.fixture(scope="module")
def site() -> Iterator[DemoSite]:
    with serve() as demo:
        yield demo


@pytest.fixture(scope="module")
def play() -> ModuleType:
    """google-play-scraper, without the unverified TLS that importing it brings about."""
    context = ssl._create_default_https_context
    try:
        import google_play_scraper.constants.element as element
        import google_play_scraper.constants.request as request
    finally:
        ssl._create_default_https_context = context
    module = ModuleType("play")
    module.fields, module.formats = element.ElementSpecs.Review, request.Formats.Reviews
    return module


def fetch(address: str, path: str, data: bytes | None = None, **headers: str) -> tuple[int, Mapping[str, str], bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    method = "GET" if data is None else "POST"
    answer = requests.request(method, urljoin(address, path), data=data, headers=named, timeout=10)
    return answer.status_code, answer.headers, answer.content


def get(site: DemoSite, path: str) -> str:
    status, _, body = fetch(site.address, path)
    assert status == 200, path
    return body.decode("utf-8")


def follow(site: DemoSite, path: str) -> Iterator[str]:
    """The pages from `path` along rel="next"."""
    while path:
        page = get(site, path)
        yield page
        found = lxml_html.fromstring(page).xpath("//a[@rel='next']/@href")
        path = found[0] if found else ""


def products(site: DemoSite, section: str) -> list[str]:
    links = (
        link for page in follow(site, f"/{section}/") for link in lxml_html.fromstring(page).xpath("//main//li/a/@href")
    )
    return [link for link in links if link.startswith(f"/{section}/")]


def json_ld_reviews(page: str) -> list[dict[str, Any]]:
    found = []
    for block in extruct.extract(page, syntaxes=["json-ld"])["json-ld"]:
        for thing in block.get("@graph", [block]):
            review = thing.get("review", [])
            found += review if isinstance(review, list) else [review]
    return found


def key(review: dict[str, Any]) -> str:
    return review["@id"].removeprefix("#anmeldelse-")


def counts(site: DemoSite) -> dict[str, int]:
    return json.loads(get(site, "/sitemap-counts.json"))


# The content


def test_the_same_seed_makes_the_same_reviews_in_another_process() -> None:
    program = (
        "import hashlib; from scrapers.demo_site.pollution import reviews; from scrapers.demo_site.prose import *;"
        "print(hashlib.sha256(repr((reviews(1), sentences(1), pages(1))).encode()).hexdigest())"
    )
    there = run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"}
    )
    here = hashlib.sha256(repr((REVIEWS, prose.sentences(1), prose.pages(1))).encode()).hexdigest()
    assert there.stdout.strip() == here


def test_another_seed_makes_other_reviews_quickly() -> None:
    start = time.perf_counter()
    others = pollution.reviews(2)
    assert time.perf_counter() - start < 4
    assert len({review.text for review in REVIEWS} & {review.text for review in others}) < 0.05 * len(REVIEWS)


def test_the_number_of_reviews_is_the_one_promised() -> None:
    assert Counter(review.section for review in REVIEWS) == {
        "books": 950,
        "restaurants": 750,
        "doctors": 550,
        "apps": 800,
        "web": 400,
    }
    assert len(BY_KEY) == len(REVIEWS)


def test_languages_have_their_shares_in_every_larger_section() -> None:
    for code, share in content.SHARES.items():
        assert sum(review.lang == code for review in REVIEWS) / len(REVIEWS) == pytest.approx(share, abs=0.005)
    for section in SECTIONS:
        inside = [review for review in REVIEWS if review.section == section.name]
        assert {"nb", "nn", "en"} <= {review.lang for review in inside}
        assert sum(review.lang == "nb" for review in inside) / len(inside) == pytest.approx(0.853, abs=0.06)


def test_every_band_has_its_part_and_high_is_the_largest() -> None:
    bands = Counter(band(review.rating, review.best) for review in REVIEWS)
    assert min(bands.values()) >= 0.18 * len(REVIEWS)
    assert bands.most_common(1)[0][0] == "high"


def test_products_have_uneven_numbers_of_reviews() -> None:
    for section in SECTIONS:
        sizes = Counter(review.product for review in REVIEWS if review.section == section.name)
        assert 25 <= len(sizes) <= 40
        assert max(sizes.values()) >= 10 * min(sizes.values())
        assert min(sizes.values()) == 1


def test_texts_are_as_long_as_reviews_are() -> None:
    lengths = sorted(len(review.text.split()) for review in content.clean_reviews(1))
    assert lengths[0] == 5
    assert 30 <= lengths[len(lengths) // 2] <= 45
    assert 140 <= lengths[-1] <= 185
    assert any(review.text.count("\n\n") == 2 for review in REVIEWS)


def test_clean_texts_are_all_different_and_well_formed() -> None:
    texts = [review.text for review in content.clean_reviews(1)]
    assert len(set(texts)) == len(texts)
    for text in texts:
        assert not re.search(r"[{}|=]|  | ,| \.(?!\.)|\bNone\b|:[np]\b", text), text
        assert unicodedata.is_normalized("NFC", text)


# Pollution


def test_pollution_has_the_shares_its_table_names() -> None:
    assert set(MARKS) == set(pollution.SHARES)
    for kind, share in pollution.SHARES.items():
        assert len(MARKS[kind]) == round(share * len(REVIEWS)), kind
        percent = f"{100 * share:.1f}".removesuffix(".0")
        assert re.search(rf"\| {kind} +\| {percent} %", pollution.__doc__ or ""), kind
    assert len({key for keys in MARKS.values() for key in keys}) == sum(map(len, MARKS.values()))


def test_duplicates_have_an_original_in_their_language() -> None:
    elsewhere = 0
    for duplicate in (BY_KEY[key] for key in MARKS["duplicate"]):
        originals = [other for other in REVIEWS if other.text == duplicate.text and other.key != duplicate.key]
        assert originals
        assert {other.lang for other in originals} == {duplicate.lang}
        elsewhere += all(other.product != duplicate.product for other in originals)
    assert 0.15 < elsewhere / len(MARKS["duplicate"]) < 0.5


def test_near_duplicates_share_most_words_with_an_original() -> None:
    clean = {review.key for review in REVIEWS} - {key for keys in MARKS.values() for key in keys}
    bags = [(Counter(BY_KEY[key].text.split()), BY_KEY[key].lang) for key in sorted(clean)]
    for near in (BY_KEY[key] for key in MARKS["near-duplicate"]):
        words = Counter(near.text.split())
        assert near.text not in {BY_KEY[key].text for key in clean}
        assert any((words & bag).total() >= 0.8 * words.total() for bag, lang in bags if lang == near.lang)


def test_few_texts_are_equal_by_accident() -> None:
    meant = set(MARKS["duplicate"]) | set(MARKS["blank"])
    texts = Counter(review.text for review in REVIEWS if review.key not in meant)
    assert sum(count - 1 for count in texts.values()) < 0.02 * len(REVIEWS)


@pytest.mark.parametrize(
    ("kind", "sign"),
    [
        ("contact", r"@[\w.]*\bexample\.no\b|@eksempel\.example\b|59( ?\d){6}"),
        ("html", r"<br />|<b>|&nbsp;|&amp;"),
        ("mojibake", r"Ã|â"),
        ("invisible", "[\u200b\u00ad]|[aeouAEOU][\u0300-\u030a]"),
        ("blank", r"\A\W*\w{0,8}\W*\Z"),
        ("hostile", r"alert\(1\)|=HYPERLINK|\.\./|DROP|cmd\||\{\{|javascript:|<!--"),
    ],
)
def test_polluted_texts_show_it(kind: str, sign: str) -> None:
    for polluted in MARKS[kind]:
        assert re.search(sign, BY_KEY[polluted].text), BY_KEY[polluted].text


def test_no_address_or_number_belongs_to_anyone() -> None:
    for review in REVIEWS:
        assert all(
            host.endswith(("example.no", ".example")) for host in re.findall(r"@([\w-]+(?:\.[\w-]+)+)", review.text)
        )


# Language


def detected(text: str) -> str:
    from polyglot.detect import Detector

    plain = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c == "\n")
    return str(Detector(plain, quiet=True).language.code)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("lang", "code", "least"),
    [("nb", "no", 0.9), ("nn", "nn", 0.8), ("da", "da", 0.8), ("sv", "sv", 0.8), ("en", "en", 0.8)],
)
def test_cld2_recognises_the_language_of_longer_reviews(lang: str, code: str, least: float) -> None:
    texts = [review.text for review in REVIEWS if review.lang == lang and len(review.text.split()) >= 12]
    right = sum(detected(text) == code for text in texts)
    assert right / len(texts) >= least


@pytest.mark.slow
def test_ratings_can_be_learnt_but_not_by_heart() -> None:
    """TF-IDF with logistic regression on products it has not seen: neither chance (0.33) nor perfect."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.model_selection import GroupShuffleSplit
    from sklearn.pipeline import make_pipeline, make_union

    norwegian = [review for review in REVIEWS if review.lang in ("nb", "nn")]
    texts, bands = [r.text for r in norwegian], [band(r.rating, r.best) for r in norwegian]
    split = GroupShuffleSplit(1, test_size=0.2, random_state=1).split(texts, groups=[r.product for r in norwegian])
    train, test = next(split)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    model = make_pipeline(make_union(words, characters), LogisticRegression(class_weight="balanced", max_iter=300))
    model.fit([texts[i] for i in train], [bands[i] for i in train])
    score = f1_score([bands[i] for i in test], model.predict([texts[i] for i in test]), average="macro")
    assert 0.55 <= score <= 0.85


# The site


def test_robots_keep_visitors_out_of_the_private_part(site: DemoSite) -> None:
    assert get(site, "/robots.txt") == "User-agent: *\nDisallow: /privat/\n"
    found = json_ld_reviews(get(site, "/privat/"))
    assert len(found) == counts(site)["private"] == 20
    assert all("PRIVATSEKSJON" in review["reviewBody"] for review in found)
    assert not any("PRIVATSEKSJON" in review.text or "RESERVERT" in review.text for review in REVIEWS)


def test_the_reserved_page_says_so_twice_and_is_linked(site: DemoSite) -> None:
    _, headers, body = fetch(site.address, "/reservert/")
    page = body.decode()
    assert headers["TDM-Reservation"] == "1"
    assert lxml_html.fromstring(page).xpath("//meta[@name='tdm-reservation']/@content") == ["1"]
    found = json_ld_reviews(page)
    assert len(found) == counts(site)["reserved"] == 12
    assert all("RESERVERT" in review["reviewBody"] for review in found)
    assert '"/reservert/"' in get(site, "/")
    assert '"/reservert/"' in get(site, "/boker/")
    assert "TDM-Reservation" not in fetch(site.address, "/boker/")[1]


@pytest.mark.parametrize(("path", "section"), [("boker", "books"), ("legekontor", "doctors")])
def test_json_ld_holds_every_review_once(site: DemoSite, path: str, section: str) -> None:
    found: dict[str, dict[str, Any]] = {}
    for product in products(site, path):
        for page in follow(site, product):
            for review in json_ld_reviews(page):
                assert key(review) not in found
                found[key(review)] = review
    assert len(found) == counts(site)[section]
    for name, review in found.items():
        meant, rating = BY_KEY[name], review["reviewRating"]
        assert review["reviewBody"] == meant.text
        assert review.get("name", "") == meant.title
        assert "inLanguage" not in review
        value = rating["ratingValue"].replace(",", ".").split("/")[0]
        assert (float(value), rating["bestRating"], rating["worstRating"]) == (meant.rating, str(meant.best), "1")
    ratings = {review["reviewRating"]["ratingValue"] for review in found.values()}
    assert ({"5", "5/6"} if section == "books" else {"4,0"}) <= ratings
    assert {type(review["author"]) for review in found.values()} == {str, dict}


def test_json_ld_comes_as_a_list_as_one_object_and_in_a_graph(site: DemoSite) -> None:
    shapes = set()
    for product in products(site, "boker"):
        for page in follow(site, product):
            block = json.loads(lxml_html.fromstring(page).xpath("//script[@type='application/ld+json']/text()")[0])
            thing = block["@graph"][1] if "@graph" in block else block
            shapes.add(("@graph" in block, type(thing["review"])))
    assert {(False, list), (True, list), (False, dict)} <= shapes
    office = extruct.extract(get(site, products(site, "legekontor")[0]), syntaxes=["json-ld"])["json-ld"][0]
    assert office["@type"] == ["LocalBusiness", "MedicalBusiness"]


def test_visible_text_is_the_text_marked_up(site: DemoSite) -> None:
    for key_, path in ((MARKS["html"], "boker"), (MARKS["hostile"], "boker")):
        review = next(BY_KEY[k] for k in key_ if BY_KEY[k].section == "books")
        pages = follow(site, f"/{path}/{review.product}/")
        shown = [
            "".join(node.itertext())
            for page in pages
            for node in lxml_html.fromstring(page).xpath(f"//article[@id='anmeldelse-{review.key}']/p[@class='text']")
        ]
        assert shown == [review.text]


def test_microdata_holds_every_review_once(site: DemoSite) -> None:
    found: dict[str, dict[str, Any]] = {}
    for product in products(site, "restauranter"):
        for page in follow(site, product):
            things = extruct.extract(page, syntaxes=["microdata"], base_url=site.address)["microdata"]
            inside = things[0]["properties"]["review"]
            for review in inside if isinstance(inside, list) else [inside]:
                found[review["id"].rsplit("#anmeldelse-", 1)[1]] = review["properties"]
    assert len(found) == counts(site)["restaurants"]
    for name, review in found.items():
        meant, rating = BY_KEY[name], review["reviewRating"]["properties"]
        assert (rating["ratingValue"], rating["bestRating"], rating["worstRating"]) == (str(meant.rating), "6", "1")
        assert review["datePublished"] == meant.published.isoformat()
        assert review.get("name", "") == meant.title
        assert "".join(review["reviewBody"].split()) == "".join(meant.text.split())


def test_rendered_pages_hold_no_review_but_their_api_holds_all(site: DemoSite) -> None:
    found: list[str] = []
    for product in products(site, "nett"):
        page = get(site, product)
        slug = product.strip("/").split("/")[1]
        assert "<article" not in page
        assert f'data-api="/api/nett/{slug}"' in page
        start, total = 0, 1
        while start < total:
            answer = json.loads(get(site, f"/api/nett/{slug}?fra={start}"))
            total = answer["total"]
            assert 1 <= len(answer["reviews"]) <= 10
            found += [review["key"] for review in answer["reviews"]]
            start += len(answer["reviews"])
    assert sorted(found) == sorted(review.key for review in REVIEWS if review.section == "web")
    assert len(found) == counts(site)["web"]


@pytest.mark.browser
@pytest.mark.skipif(
    not (shutil.which("chromium") and shutil.which("chromedriver")), reason="needs Chromium and its driver"
)
def test_a_browser_shows_all_reviews_of_a_rendered_page(site: DemoSite) -> None:
    selenium = pytest.importorskip("selenium.webdriver")
    options = selenium.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    sizes = Counter(review.product for review in REVIEWS if review.section == "web")
    product = next(slug for slug, size in sizes.items() if 20 < size < 40)
    options.binary_location = str(shutil.which("chromium"))
    driver = selenium.Chrome(options=options, service=selenium.ChromeService(shutil.which("chromedriver")))
    try:
        driver.get(f"{site.address}/nett/{product}/")
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            buttons = driver.find_elements("id", "vis-flere")
            if driver.execute_script("return document.body.dataset.ready") == "1":
                if not buttons:
                    break
                buttons[0].click()
            time.sleep(0.1)
        bodies = driver.execute_script(
            "return [...document.querySelectorAll('[itemprop=reviewBody]')].map(node => node.textContent)"
        )
        assert driver.find_elements("id", "vis-flere") == []
    finally:
        driver.quit()
    assert bodies == [review.text for review in REVIEWS if review.product == product]


def test_lists_name_every_product_and_their_reviews_add_up(site: DemoSite) -> None:
    for section in SECTIONS:
        if section.name != "apps":
            meant = {review.product for review in REVIEWS if review.section == section.name}
            assert sorted(products(site, section.path)) == sorted(f"/{section.path}/{slug}/" for slug in meant)


def test_links_stay_on_the_site_under_any_name(site: DemoSite) -> None:
    waiting, seen = ["/"], set()
    while waiting and len(seen) < 60:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        status, headers, body = fetch(site.address, path)
        assert status == 200, path
        if headers["Content-Type"].startswith("text/html"):
            links = lxml_html.fromstring(body).xpath("//@href")
            assert all(link.startswith("/") and not link.startswith("//") for link in links)
            assert 'lang="nb"' in body.decode()
            waiting += links


@pytest.mark.parametrize(
    "path", ["/nei", "/boker/nei/", "/boker/?side=99", "/boker/?side=0", "/boker/?side=x", "/api/nett/nei"]
)
def test_what_is_not_there_is_not_found(site: DemoSite, path: str) -> None:
    assert fetch(site.address, path)[0] == 404


# Downloads


def test_the_leipzig_package_is_laid_out_like_the_real_ones(site: DemoSite) -> None:
    body = fetch(site.address, "/leipzig/nob_demo_2026_1K.tar.gz")[2]
    with tarfile.open(fileobj=io.BytesIO(body)) as tar:
        tables = {
            member.name.rsplit("-", 1)[1]: [
                line.split("\t") for line in tar.extractfile(member).read().decode().splitlines()
            ]
            for member in tar.getmembers()
        }
        assert all(member.name.startswith("nob_demo_2026_1K/nob_demo_2026_1K-") for member in tar.getmembers())
    assert set(tables) == {"sentences.txt", "sources.txt", "inv_so.txt", "words.txt"}
    assert tuple(row[1] for row in tables["sentences.txt"]) == prose.sentences(1)
    assert len(tables["sentences.txt"]) == counts(site)["leipzig"] == len({row[1] for row in tables["sentences.txt"]})
    assert {row[0] for row in tables["inv_so.txt"]} == {row[0] for row in tables["sources.txt"]}
    assert {row[1] for row in tables["inv_so.txt"]} == {row[0] for row in tables["sentences.txt"]}
    assert all(int(row[-1]) > 0 for row in tables["words.txt"])


def test_the_oscar_shard_is_laid_out_like_the_real_ones(site: DemoSite) -> None:
    body = fetch(site.address, "/oscar/no_meta/no_meta_part_1.jsonl.zst")[2]
    digest, name = get(site, "/oscar/no_meta/checksum.sha256").split()
    assert (digest, name) == (hashlib.sha256(body).hexdigest(), "no_meta_part_1.jsonl.zst")
    with pa.CompressedInputStream(pa.BufferReader(body), "zstd") as stream:
        rows = [json.loads(line) for line in stream.read().decode().splitlines()]
    assert len(rows) == counts(site)["oscar"] == 150
    for row, page in zip(rows, prose.pages(1), strict=True):
        assert row["content"] == page.text
        assert row["warc_headers"]["warc-target-uri"] == page.url
        assert datetime.fromisoformat(row["warc_headers"]["warc-date"])
        assert row["metadata"]["identification"]["label"] in ("no", "nn")
        assert len(row["metadata"]["sentence_identifications"]) == len(page.text.split("\n"))
    warned = [warning for row in rows for warning in row["metadata"]["quality_warnings"] or []]
    assert {"adult", "noisy", "short_sentences"} <= set(warned)
    assert 10 <= len(warned) <= 25


def test_files_are_the_same_from_every_server(site: DemoSite) -> None:
    with serve() as other:
        for path in ("/leipzig/nob_demo_2026_1K.tar.gz", "/oscar/no_meta/no_meta_part_1.jsonl.zst"):
            assert fetch(site.address, path)[2] == fetch(other.address, path)[2]


def test_a_download_can_be_resumed(site: DemoSite) -> None:
    path = "/leipzig/nob_demo_2026_1K.tar.gz"
    _, headers, body = fetch(site.address, path)
    etag, size = headers["ETag"], len(body)
    assert int(headers["Content-Length"]) == size
    status, headers, rest = fetch(site.address, path, Range="bytes=100-", If_Range=etag)
    assert (status, rest) == (206, body[100:])
    assert headers["Content-Range"] == f"bytes 100-{size - 1}/{size}"
    assert fetch(site.address, path, Range="bytes=0-9")[2] == body[:10]
    assert fetch(site.address, path, Range="bytes=-7")[2] == body[-7:]
    status, _, whole = fetch(site.address, path, Range="bytes=100-", If_Range='"another"')
    assert (status, whole) == (200, body)
    status, headers, nothing = fetch(site.address, path, Range=f"bytes={size}-")
    assert (status, headers["Content-Range"], nothing) == (416, f"bytes */{size}", b"")


# Google Play


def ask(site: DemoSite, play: ModuleType, app: str, count: int, token: str | None = None) -> list[Any] | None:
    body = play.formats.build_body(app, 2, count, "null", "null", token)
    status, _, answer = fetch(site.address, "/_/PlayStoreUi/data/batchexecute?hl=no&gl=no", body)
    assert status == 200
    head, _, rest = answer.decode().partition("\n\n")
    assert head == ")]}'"
    payload = json.loads(rest)[0][2]
    return None if payload is None else json.loads(payload)


def test_play_answers_what_the_usual_client_can_read(site: DemoSite, play: ModuleType) -> None:
    apps = json.loads(get(site, "/play/apps"))
    assert sum(apps.values()) == counts(site)["apps"]
    assert all(app.startswith(APP) for app in apps)
    found: dict[str, dict[str, Any]] = {}
    for app, size in apps.items():
        token, before = None, len(found)
        while True:
            payload = ask(site, play, app, 4500, token)
            assert payload is not None
            assert 1 <= len(payload[0]) <= 150
            for row in payload[0]:
                fields = {name: spec.extract_content(row) for name, spec in play.fields.items()}
                assert fields["reviewId"] not in found
                found[fields["reviewId"]] = fields
            try:
                token = payload[-2][-1]
            except (IndexError, TypeError):
                token = None
            if not isinstance(token, str):
                break
        assert len(found) - before == size
    for name, fields in found.items():
        meant = BY_KEY[name]
        assert (fields["content"], fields["score"], fields["userName"]) == (meant.text, meant.rating, meant.author)
        assert abs((fields["at"].date() - meant.published).days) <= 1
        assert fields["userImage"].startswith("https://")


def test_play_pages_by_the_count_asked_for(site: DemoSite, play: ModuleType) -> None:
    app = max(json.loads(get(site, "/play/apps")).items(), key=lambda item: item[1])[0]
    first = ask(site, play, app, 20)
    second = ask(site, play, app, 20, first[-2][-1])
    assert len(first[0]) == len(second[0]) == 20
    assert not {row[0] for row in first[0]} & {row[0] for row in second[0]}


def test_play_has_no_payload_for_an_unknown_app(site: DemoSite, play: ModuleType) -> None:
    assert ask(site, play, "no.kvern.demo.finnes_ikke", 10) is None


@pytest.mark.parametrize("form", [b"", b"f.req=nei", b"f.req=" + quote('[[["oCPfdb","[]"]]]').encode()])
def test_play_refuses_what_is_no_request(site: DemoSite, form: bytes) -> None:
    assert fetch(site.address, "/_/PlayStoreUi/data/batchexecute", form)[0] == 400


# The server


def test_a_port_in_use_is_an_error_that_says_so(site: DemoSite) -> None:
    port = int(site.address.rsplit(":", 1)[1])
    with pytest.raises(DemoSiteError, match=rf"127\.0\.0\.1:{port}.*choose another port"), serve(port):
        pass


def test_the_port_is_free_again_and_a_reader_who_hangs_up_does_no_harm() -> None:
    with serve() as demo:
        port = int(demo.address.rsplit(":", 1)[1])
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", port)) as caller:
                caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                caller.sendall(b"GET /boker/ HTTP/1.1\r\nHost: x\r\n\r\n")
        assert fetch(demo.address, "/")[0] == 200
    with serve(port) as demo:
        assert demo.address.endswith(f":{port}")


def test_one_connection_carries_several_requests(site: DemoSite) -> None:
    import http.client

    connection = http.client.HTTPConnection(site.address.removeprefix("http://"), timeout=10)
    try:
        for method, path in (("GET", "/"), ("HEAD", "/boker/"), ("GET", "/nei"), ("GET", "/robots.txt")):
            connection.request(method, path)
            body = connection.getresponse().read()
        assert body.startswith(b"User-agent")
    finally:
        connection.close()


def test_pages_are_made_in_no_time(site: DemoSite) -> None:
    product = products(site, "boker")[0]
    start = time.perf_counter()
    for _ in range(50):
        fetch(site.address, product)
    assert (time.perf_counter() - start) / 50 < 0.03


def test_it_can_be_started_by_hand() -> None:
    with Popen([sys.executable, "-m", "scrapers.demo_site.server", "--port", "0"], stdout=PIPE, text=True) as process:
        try:
            address = process.stdout.readline().split()[0]
            assert fetch(address, "/robots.txt")[0] == 200
        finally:
            process.terminate()
