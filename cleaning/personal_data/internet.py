"""E-mail addresses, handles, pages of people, and addresses of machines."""

import ipaddress
import re
from collections.abc import Iterator

from cleaning.personal_data.detector import LETTER, TAKEN, WORDS, Span, any_of, before, matching, within
from cleaning.personal_data.national_id import is_norwegian

# Spelt out against robots as well: ola (at) example.no, ola[a]example (punktum) no.
# A set of characters comes first, which re goes through a text for eight times as fast as for alternatives.
AT = r"[@(\[{](?:(?<=@)|(?<!@)\s?(?:at|AT|a|A|alfakrøll|krøllalfa|snabel-?a)\s?[)\]}]\s?)"
DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|DOT|punkt|punktum|prikk)\s?[)\]}]\s?)"
LONGEST_LOCAL = 64  # RFC 5321, 4.5.3.1.1
LOCAL, SPELT_LOCAL = re.compile(r"\w[\w.+%'-]*\Z"), re.compile(r"\w[\w.+%'-]*\s?\Z")
AT_DOMAIN = re.compile(rf"{AT}(?:[^\W_](?:[\w-]{{0,62}}){DOT}){{1,8}}(?:xn--[\w-]{{1,50}}|[^\W\d_]{{2,24}})(?![^\W_])")


def emails(text: str) -> Iterator[Span]:
    """The e-mail addresses; those of Mastodon, with one more @ before them, are handles."""
    for domain in AT_DOMAIN.finditer(text):
        first = max(0, domain.start() - LONGEST_LOCAL)
        local = (LOCAL if domain[0][0] == "@" else SPELT_LOCAL).search(text, first, domain.start())
        if local:
            start = local.start()
            mastodon = text[start - 1 : start] == "@"
            yield Span(start - mastodon, domain.end(), "handle" if mastodon else "email")


NAME = r"[^\W_][\w.]{1,29}(?<!\.)"
handles = matching(
    rf"@(?<![\w@/=&:+\-]@)(?<!\w\.@)_?(?=[\d_.]*[^\W\d_]){NAME}(?![\w(@{{/-])",
    "handle",
    lambda match: match[0][1:].casefold() not in WORDS["not_handle"],
)
# "snap: kari99": what is no word of the language, by its digit, its dot or its underscore.
named_handles = matching(
    rf": ?(?P<span>(?=[^\W\d_][A-Za-z.]*[\d_.]\w){NAME})(?!\w|@)", "handle", before(any_of("service"), "")
)

TOP_LEVELS = "|".join(sorted({host.rpartition(".")[2] for host in WORDS["profile"]}))
ANCHOR = re.compile(rf"://|www\.|WWW\.|Www\.|\.(?:{TOP_LEVELS})(?=/)")
HOST = re.compile(r"[A-Za-z0-9.-]*\Z")
LONGEST_HOST = 253  # RFC 1035, 2.3.4
# A name of a host has no comma, and after one a path does not go on with a letter: www.example.no,tlf.22334455.
URL = rf"\s<>\"«»{TAKEN},"
PATH = re.compile(rf"[^{URL}/?#]*(?:[/?#](?:[^{URL}]|,(?!{LETTER}))*)?(?<![.,;:!?)\]}}'])")
PAGES = "|".join(
    rf"{re.escape(host)}/(?:{'|'.join(map(re.escape, prefixes))})" for host, prefixes in WORDS["profile"].items()
)
NO_PERSON = "|".join(map(re.escape, WORDS["not_profile"]))
PERSON = re.compile(
    rf"(?:https?://)?(?:[a-z-]{{1,6}}\.)?(?:(?:{PAGES})(?!(?:{NO_PERSON})(?![\w.-]))[\w.@-]{{2,}}|[\w.-]{{1,60}}/@\w{{2,}})",
    re.IGNORECASE,
)

ELEVEN_DIGITS = re.compile(r"(?<=[=/])[0-9]{11}(?!\w)")
MACHINE = re.compile(r"(?:\w{1,9}://)?[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


def pages(text: str) -> Iterator[Span]:
    """The addresses on the web: of profiles, and of other pages, which are no one's but for national numbers."""
    end = 0
    for anchor in ANCHOR.finditer(text):
        if anchor.start() < end:
            continue
        host = HOST.search(text, max(end, anchor.start() - LONGEST_HOST), anchor.start())
        path = PATH.match(text, anchor.end())
        if host and path and path[0] and not MACHINE.match(text, host.start()):
            start, end = host.start(), path.end()
            if PERSON.match(text, start, end):
                yield Span(start, end, "profile")
            else:
                yield from page_of_no_one(text, start, end)


def page_of_no_one(text: str, start: int, end: int) -> Iterator[Span]:
    """The address around the national numbers in it, which are someone's: …?fnr=01012000063."""
    for number in ELEVEN_DIGITS.finditer(text, start, end):
        if is_norwegian(number[0]):
            yield Span(start, number.start(), None)
            yield Span(*number.span(), "national_id")
            start = number.end()
    if start < end:
        yield Span(start, end, None)


FEWEST_DIGITS = 8  # of an IPv4 address that nothing says is one: versions and chapters have fewer
is_version = before(any_of("version"), r"[^\w\n]{0,2}")
is_machine = before(any_of("ip"), within(20))


def is_ipv4(match: re.Match[str]) -> bool:
    """Whether four numbers with dots are an address: no version, no chapter, no number of four pairs of digits."""
    parts = match[0].split(".")
    if any(int(part) > 255 for part in parts) or is_version(match):
        return False
    if is_machine(match):
        return True
    return (sum(map(len, parts)) >= FEWEST_DIGITS and {*map(len, parts)} != {2}) or parts[:2] in (
        ["10", "0"],
        ["127", "0"],
    )


def is_ipv6(match: re.Match[str]) -> bool:
    """Whether it is an address, and longer than what looks like one in code."""
    try:
        return len(match[0]) >= len("fe80::1") and bool(ipaddress.IPv6Address(match[0]))
    except ValueError:
        return False


OCTET = r"(?:0|[1-9][0-9]{0,2})"
ipv4 = matching(rf"(?<![\w.,-]){OCTET}(?:\.{OCTET}){{3}}(?![\w-]|\.[0-9])", "ip", is_ipv4)
ipv6 = matching(r"(?<![\w:.])[0-9A-Fa-f]{1,4}:(?:[0-9A-Fa-f]{0,4}:){1,6}[0-9A-Fa-f]{0,4}(?![\w:])", "ip", is_ipv6)
