"""robots.txt by RFC 9309, and every machine-readable reservation of rights."""

import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from scrapers.robots import RobotRules, meta_elements, robots_address, user_agent, verdict

PAGE = "http://site.example/boker/1?side=2"
OPEN = RobotRules.of(200, b"")


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
    assert RobotRules.of(status, body).allowed(PAGE) is allowed


def test_only_the_first_500_kib_count() -> None:
    padding = b"#" * (500 * 1024) + b"\n"
    assert RobotRules.of(200, padding + b"User-agent: *\nDisallow: /").allowed(PAGE)


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
    assert RobotRules.of(200, f"User-agent: *\nDisallow:\n{line}\n".encode()).delay_s() == delay_s


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
    rules = RobotRules.of(200, body.encode())
    assert rules.allowed(PAGE)
    assert rules.reserves(PAGE) is reserved
    assert verdict(PAGE, rules, {}, {}) == ("no-train" if reserved else "open")


def test_a_host_that_cannot_say_reserves_all() -> None:
    assert verdict(PAGE, RobotRules.of(503, b""), {}, {}) == "no-train"


@pytest.mark.parametrize(
    ("headers", "metas", "expected"),
    [
        ({}, {}, "open"),
        ({"tdm-reservation": "1"}, {}, "no-train"),
        ({"tdm-reservation": " 1 "}, {}, "no-train"),
        ({"tdm-reservation": "1, 1"}, {}, "no-train"),
        ({"tdm-reservation": "0"}, {}, "open"),
        ({"tdm-reservation": "0"}, {"tdm-reservation": "1"}, "no-train"),
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


def test_of_two_meta_elements_of_one_name_both_count() -> None:
    page = BeautifulSoup(
        '<meta name="Robots" content="noai"><meta name="robots " content="index"><meta name="TDM-Reservation">', "lxml"
    )
    assert meta_elements(page) == {"robots": "noai, index", "tdm-reservation": ""}
    assert verdict(PAGE, OPEN, {}, meta_elements(page)) == "no-train"


@given(st.binary(max_size=200) | st.text(st.sampled_from("User-agntCrwlDiso:*/$?=\n 1eE\u2028")).map(str.encode))
def test_whatever_a_host_answers_is_read(body: bytes) -> None:
    rules = RobotRules.of(200, body)
    assert rules.allowed("http://site.example/robots.txt") in (True, False)
    assert verdict(PAGE, rules, {}, {}) in ("open", "no-train")
    assert 0 <= rules.delay_s() <= 3600


def test_robots_txt_lies_at_the_root_of_scheme_host_and_port() -> None:
    assert robots_address("https://a.example:8443/x/y?z#w") == "https://a.example:8443/robots.txt"


def test_the_user_agent_says_who_we_are_and_how_to_complain() -> None:
    assert user_agent("post@example.no").startswith("Kvern/")
    assert user_agent("post@example.no").endswith("(corpus research; post@example.no)")
    assert "(" not in user_agent("")
