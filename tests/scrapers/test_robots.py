"""robots.txt by RFC 9309, and every machine-readable reservation of rights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from scrapers.robots import (
    Answered,
    RobotRules,
    ai_reserves,
    matches_path,
    meta_elements,
    robots_address,
    tdm_reserves,
    user_agent,
    verdict,
)

PAGE = "http://site.example/boker/1?side=2"


def rules_of(status: int, body: bytes) -> RobotRules:
    """The rules of an answer as it comes over the wire."""
    return RobotRules.of(Answered(status, body.decode("utf-8-sig", "replace")))


OPEN = rules_of(200, b"")


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, b"", True),
        (404, b"User-agent: *\nDisallow: /", True),
        (403, b"User-agent: *\nDisallow: /", True),
        (429, b"", False),
        (500, b"", False),
        (503, b"User-agent: *\nAllow: /", False),
        (200, b"User-agent: *\nDisallow: /boker/", False),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /boker/", False),
        (200, b"User-agent: *\r\nDisallow: /boker/\r\n", False),
        (200, b"User-agent: kvern\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (200, b"User-agent: *\nDisallow: /\n\nUser-agent: Kvern\nAllow: /", True),
        (200, b"User-agent: *\nDisallow: /*?side=\n", False),
        (200, b"User-agent: *\nDisallow: /boker/\nAllow: /boker/1", True),
        (200, b"User-agent: googlebot\nDisallow: /", True),
        (200, b"<html>not a robots.txt</html>", True),
    ],
)
def test_what_an_answer_allows(status: int, body: bytes, allowed: bool) -> None:
    assert rules_of(status, body).allowed(PAGE) is allowed


@pytest.mark.parametrize(
    ("line", "delay_s"),
    [
        ("Crawl-delay: 2.5", 2.5),
        ("Crawl-delay: 0", 0),
        ("", 0),
        ("Crawl-delay: soon", 0),
        ("Crawl-delay: -5", 0),
        ("Crawl-delay: nan", 0),
        ("Crawl-delay: inf", 0),
        ("Crawl-delay: 1e12", 3600),
    ],
)
def test_the_crawl_delay_is_honoured_and_no_trap(line: str, delay_s: float) -> None:
    assert rules_of(200, f"User-agent: *\nDisallow:\n{line}\n".encode()).delay_s() == delay_s


@pytest.mark.parametrize(
    ("body", "reserved"),
    [
        ("User-agent: *\nDisallow:", False),
        ("User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /", True),
        ("User-agent: *\ncontent-signal: AI-TRAIN = NO", True),
        ("User-agent: *\nContent-Signal: ai-train=yes, search=no", False),
        ("# Content-Signal: ai-train=no is what others say", False),
        ("User-agent: GPTBot\nDisallow: /", True),
        ("User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nAllow: /", True),
        ("User-agent: GPTBot\nDisallow: /admin/", False),
        ("User-agent: Google-Extended\nDisallow: /boker/", True),
        ("User-agent: Googlebot\nDisallow: /", False),
    ],
)
def test_a_host_that_shuts_training_out_reserves_its_pages(body: str, reserved: bool) -> None:
    rules = rules_of(200, body.encode())
    assert rules.allowed(PAGE)
    assert rules.reserves(PAGE) is reserved
    assert verdict(PAGE, rules, {}, {}) == ("no-train" if reserved else "open")


def test_a_host_that_cannot_say_reserves_all() -> None:
    assert verdict(PAGE, rules_of(503, b""), {}, {}) == "no-train"


@pytest.mark.parametrize(
    ("headers", "metas", "expected"),
    [
        ({}, {}, "open"),
        ({"tdm-reservation": "1"}, {}, "no-train"),
        ({"tdm-reservation": " 1 "}, {}, "no-train"),
        ({"tdm-reservation": "1, 1"}, {}, "no-train"),
        ({"tdm-reservation": "0"}, {}, "open"),
        ({"tdm-reservation": "0"}, {"tdm-reservation": "1"}, "no-train"),
        ({"content-usage": "train-ai=n"}, {}, "no-train"),
        ({"x-robots-tag": "noai"}, {}, "no-train"),
        ({"x-robots-tag": "NoAI, noimageai"}, {}, "no-train"),
        ({"x-robots-tag": "kvern: noai"}, {}, "no-train"),
        ({"x-robots-tag": "noimageai"}, {}, "open"),
        ({"x-robots-tag": "noarchive"}, {}, "no-train"),
        ({"x-robots-tag": "none"}, {}, "no-train"),
        ({"x-robots-tag": "nofollow"}, {}, "open"),
        ({"content-signal": "search=yes, ai-train=no"}, {}, "no-train"),
        ({"content-signal": "ai-train=yes"}, {}, "open"),
        ({}, {"robots": "noai"}, "no-train"),
        ({}, {"robots": "index, follow"}, "open"),
    ],
)
def test_headers_and_meta_elements_reserve_a_page(
    headers: dict[str, str], metas: dict[str, str], expected: str
) -> None:
    assert verdict(PAGE, OPEN, headers, metas) == expected


TDM = [
    ('[{"location": "/", "tdm-reservation": 1}]', True),
    ('[{"location": "/*", "tdm-reservation": "1", "tdm-policy": "https://site.example/policy"}]', True),
    ('[{"location": "/", "tdm-reservation": 0}]', False),
    ('[{"location": "/film/", "tdm-reservation": 1}]', False),
    ('[{"location": "/", "tdm-reservation": 1}, {"location": "/boker/", "tdm-reservation": 0}]', False),
    ('[{"location": "/boker/*?side=", "tdm-reservation": 1}, {"location": "/boker/", "tdm-reservation": 0}]', True),
    ('[{"location": "/boker/1$", "tdm-reservation": 1}]', False),
    ("[]", False),
    ("<!DOCTYPE html><title>Ikke funnet</title>", False),
    ("{broken", True),
    ('{"location": "/"}', True),
    ("[" * 100_000, True),
]


@pytest.mark.parametrize(("text", "reserved"), TDM)
def test_the_tdm_file_of_a_host_reserves_by_its_longest_matching_location(text: str, reserved: bool) -> None:
    assert tdm_reserves(PAGE, Answered(200, text)) is reserved
    assert not tdm_reserves(PAGE, Answered(404, text))
    assert verdict(PAGE, OPEN, {}, {}, tdm=Answered(200, text)) == ("no-train" if reserved else "open")


@pytest.mark.parametrize(
    ("path", "pattern", "matches"),
    [
        ("/a/b", "/a", True),
        ("/a/b", "/a/b$", True),
        ("/a/b/c", "/a/b$", False),
        ("/a/b.html", "/*.html$", True),
        ("/a.html/b.html", "/*.html$", True),
        ("/a.html", "/a*a.html$", False),
        ("/abab", "/*ab*ab", True),
        ("/ab", "/*ab*ab", False),
        ("/a", "*", True),
        ("/a", "", True),
        ("/a" * 50_000, "/*a" * 2000 + "b", False),
    ],
)
def test_a_pattern_is_a_prefix_with_stars_and_takes_no_time(path: str, pattern: str, matches: bool) -> None:
    assert matches_path(path, pattern) is matches


def test_a_page_that_speaks_for_itself_goes_before_the_tdm_file() -> None:
    assert verdict(PAGE, OPEN, {"tdm-reservation": "0"}, {}, tdm=Answered(200, TDM[0][0])) == "open"


@pytest.mark.parametrize(
    ("text", "reserved"),
    [
        ("User-Agent: *\nDisallow: /", True),
        ("User-Agent: *\nDisallow: *", True),
        ("User-Agent: *\nDisallow: *.txt", True),
        ("User-Agent: *\nDisallow: *.jpg\nAllow: *.txt", False),
        ("User-Agent: *\nDisallow: /film/", False),
        ("User-Agent: *\nDisallow: # nothing", False),
        ("", False),
        ("<html>Disallow: /</html>", False),
    ],
)
def test_an_ai_txt_that_disallows_text_reserves(text: str, reserved: bool) -> None:
    assert ai_reserves(PAGE, Answered(200, text)) is reserved
    assert not ai_reserves(PAGE, Answered(404, text))


@pytest.mark.parametrize("status", [0, 500, 429])
def test_where_a_reservation_cannot_be_read_nobody_knows(status: int) -> None:
    assert verdict(PAGE, OPEN, {}, {}, tdm=Answered(status)) == "unknown"
    assert verdict(PAGE, OPEN, {"tdm-reservation": "1"}, {}, ai=Answered(status)) == "no-train"


@given(st.text(max_size=200))
def test_whatever_stands_in_the_files_of_a_host_is_read(text: str) -> None:
    assert tdm_reserves(PAGE, Answered(200, text)) in (True, False)
    assert ai_reserves(PAGE, Answered(200, text)) in (True, False)


def test_of_two_meta_elements_of_one_name_both_count() -> None:
    page = html.document_fromstring(
        '<meta name="Robots" content="noai"><meta name="robots " content="index"><meta name="TDM-Reservation">'
    )
    assert meta_elements(page.iter("meta")) == {"robots": "noai, index", "tdm-reservation": ""}
    assert verdict(PAGE, OPEN, {}, meta_elements(page.iter("meta"))) == "no-train"


@given(st.binary(max_size=200) | st.text(st.sampled_from("User-agntCrwlDiso:*/$?=\n 1eE\u2028")).map(str.encode))
def test_whatever_a_host_answers_is_read(body: bytes) -> None:
    rules = rules_of(200, body)
    assert rules.allowed("http://site.example/robots.txt") in (True, False)
    assert verdict(PAGE, rules, {}, {}) in ("open", "no-train")
    assert 0 <= rules.delay_s() <= 3600


def test_robots_txt_lies_at_the_root_of_scheme_host_and_port() -> None:
    assert robots_address("https://a.example:8443/x/y?z#w") == "https://a.example:8443/robots.txt"


def test_the_user_agent_says_who_we_are_and_how_to_complain() -> None:
    assert user_agent("post@example.no").startswith("Kvern/")
    assert user_agent("post@example.no").endswith("(corpus research; post@example.no)")
    assert "(" not in user_agent("")
