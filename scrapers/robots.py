"""What a host says of crawling and of training: robots.txt, TDMRep, ai.txt, headers and meta elements. Pure."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from protego import Protego

from scrapers.manifest import kvern_version
from scrapers.record import Reserved

AGENT = "Kvern"
ROBOTS_TXT, TDMREP, AI_TXT = "/robots.txt", "/.well-known/tdmrep.json", "/ai.txt"

# A site that shuts these out does not want its text in a training corpus, whatever it says of other crawlers.
# Source: the operators' own pages; the list is the one most sites copy.
TRAINING_AGENTS = (
    "GPTBot",
    "CCBot",
    "ClaudeBot",
    "anthropic-ai",
    "Google-Extended",
    "Bytespider",
    "Applebot-Extended",
    "Amazonbot",
    "meta-externalagent",
    "PerplexityBot",
    "cohere-ai",
    "Diffbot",
    "omgili",
)

LONGEST_DELAY_S = 3600.0  # what asks for more, or for none that is a number, is no site's wish but a trap

TRAIN_SIGNAL = re.compile(
    r"^\s*(content-signal\s*:.*\bai-train\s*=\s*no\b|content-usage\s*:.*\btrain-ai\s*=\s*n\b)",
    re.IGNORECASE | re.MULTILINE,
)
TEXT_ENDINGS = (".txt", ".html", ".htm", ".json", ".xml", ".md", ".pdf", ".doc", ".docx")


def user_agent(contact: str) -> str:
    """The one User-Agent of all collectors; `contact` is where a site can complain."""
    return f"{AGENT}/{kvern_version()} (corpus research; {contact})" if contact else f"{AGENT}/{kvern_version()}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a host answered to one of its files of rules: the status, 0 for none, and the text."""

    status: int
    text: str = ""

    @property
    def tells(self) -> bool:
        """Whether it says what the rules are, or that there are none: not where the host is ill or busy."""
        return 0 < self.status < 500 and self.status != 429


@dataclass(frozen=True, slots=True)
class RobotRules:
    """What a host's robots.txt allows. `parsed` None: the host could not say, so nothing (RFC 9309, 2.3.1.4)."""

    parsed: Protego | None
    text: str = ""

    @classmethod
    def of(cls, answered: "Answered") -> "RobotRules":
        """The rules of an answer to GET /robots.txt: a 4xx allows all, a 5xx nothing. Source: RFC 9309, 2.3.1."""
        if not answered.tells:
            return cls(None)
        text = answered.text if answered.status < 400 else ""
        return cls(Protego.parse(text), text)

    def allowed(self, url: str) -> bool:
        """Whether Kvern may fetch `url`."""
        return self.parsed is not None and bool(self.parsed.can_fetch(url, AGENT))

    def delay_s(self) -> float:
        """The Crawl-delay asked of Kvern, in seconds, at most LONGEST_DELAY_S; 0 where none is."""
        asked = float(self.parsed.crawl_delay(AGENT) or 0) if self.parsed else 0.0
        return min(max(0.0, asked), LONGEST_DELAY_S)

    def reserves(self, url: str) -> bool:
        """Whether the host keeps `url` from training: a Content-Signal, or the known training crawlers shut out."""
        if self.parsed is None:
            return True
        return bool(TRAIN_SIGNAL.search(self.text)) or any(not self.parsed.can_fetch(url, a) for a in TRAINING_AGENTS)


def robots_address(url: str) -> str:
    """The address of the robots.txt that governs `url`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{ROBOTS_TXT}"


NONE = Answered(404)


def verdict(
    url: str,
    rules: RobotRules,
    headers: Mapping[str, str],
    metas: Mapping[str, str],
    *,
    tdm: Answered = NONE,
    ai: Answered = NONE,
) -> Reserved:
    """`no-train` where any signal reserves the page; `unknown` where one could not be read; else `open`.

    headers, metas: by lower-case name. tdm, ai: the host's tdmrep.json and ai.txt. Source: W3C TDM Reservation
    Protocol, 3-5 (the page itself goes before the file of its host); Content-Signal; noai.
    """
    signals = split_directives([headers.get("tdm-reservation", ""), metas.get("tdm-reservation", "")])
    directives = split_directives([headers.get("x-robots-tag", ""), metas.get("robots", ""), metas.get("ai", "")])
    in_header = (
        f"content-signal: {headers.get('content-signal', '')}\ncontent-usage: {headers.get('content-usage', '')}"
    )
    reserved = "1" in signals or ("0" not in signals and tdm_reserves(url, tdm))
    reserved = reserved or bool(directives & {"noai", "noindex", "noarchive", "none"})
    if reserved or TRAIN_SIGNAL.search(in_header) or rules.reserves(url) or ai_reserves(url, ai):
        return "no-train"
    return "unknown" if not (tdm.tells and ai.tells) else "open"


def tdm_reserves(url: str, tdm: Answered) -> bool:
    """Whether a tdmrep.json reserves `url`: its longest matching location decides. One that is broken reserves all.

    Source: https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/, 6.1
    """
    if not 200 <= tdm.status < 300 or tdm.text.lstrip()[:1] == "<":  # a page that says "not found" politely
        return False
    try:
        rules = [(str(rule["location"]), str(rule["tdm-reservation"])) for rule in json.loads(tdm.text)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return True
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    matching = [rule for rule in rules if matches_path(path, rule[0])]
    return max(matching, key=lambda rule: len(rule[0]), default=("", "0"))[1] == "1"


def matches_path(path: str, pattern: str) -> bool:
    """Whether a path matches a pattern as in robots.txt: a prefix, `*` for anything, `$` for the end. Linear."""
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    for piece in others:
        found = path.find(piece, at)
        if found < 0:
            return False
        last, at = at, found + len(piece)
    if not pattern.endswith("$"):
        return True
    return path.endswith(others[-1]) and len(path) - len(others[-1]) >= last if others else at == len(path)


def ai_reserves(url: str, ai: Answered) -> bool:
    """Whether an ai.txt disallows text, or `url`. Source: https://site.spawning.ai/spawning-ai-txt"""
    if not 200 <= ai.status < 300 or ai.text.lstrip()[:1] == "<":
        return False
    path = urlsplit(url).path or "/"
    for line in ai.text.splitlines():
        name, _, value = line.partition("#")[0].partition(":")
        rule = value.strip()
        if name.strip().lower() != "disallow" or not rule:
            continue
        if rule.lower().endswith(TEXT_ENDINGS) or matches_path(path, rule):
            return True
    return False


def split_directives(values: Iterable[str]) -> set[str]:
    """The directives of robots headers and metas, lower-case, without the agents they may name."""
    parts = (part for value in values for part in value.lower().split(","))
    return {part.rsplit(":", 1)[-1].strip() for part in parts}


def meta_elements(elements: Iterable[Any]) -> dict[str, str]:
    """The content of `meta` elements, of lxml or of Beautiful Soup, by lower-case name; several joined by commas."""
    metas: dict[str, str] = {}
    for meta in (element for element in elements if element.get("name")):
        name, content = str(meta.get("name")).strip().lower(), str(meta.get("content", ""))
        metas[name] = f"{metas[name]}, {content}" if name in metas else content
    return metas
