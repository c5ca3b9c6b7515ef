"""robots.txt by RFC 9309, and the machine-readable reservations of rights that a fetch meets."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from protego import Protego

from scrapers.manifest import kvern_version
from scrapers.record import Reserved

AGENT = "Kvern"

# A site that shuts these out does not want its text in a training corpus, whatever it says of other crawlers.
# Source: the operators' own pages; the list is the one most sites copy.
TRAINING_AGENTS = ("GPTBot", "CCBot", "ClaudeBot", "anthropic-ai", "Google-Extended", "Bytespider", "Applebot-Extended")

LONGEST_DELAY_S = 3600.0  # what asks for more, or for none that is a number, is no site's wish but a trap

TRAIN_SIGNAL = re.compile(r"^\s*content-signal\s*:.*\bai-train\s*=\s*no\b", re.IGNORECASE | re.MULTILINE)


def user_agent(contact: str) -> str:
    """The one User-Agent of all collectors; `contact` is where a site can complain."""
    return f"{AGENT}/{kvern_version()} (corpus research; {contact})" if contact else f"{AGENT}/{kvern_version()}"


@dataclass(frozen=True, slots=True)
class RobotRules:
    """What a host's robots.txt allows. `parsed` None: the host could not say, so nothing (RFC 9309, 2.3.1.4)."""

    parsed: Protego | None
    text: str = ""

    @classmethod
    def of(cls, status: int, body: bytes) -> "RobotRules":
        """The rules of an answer to GET /robots.txt: a 4xx allows all, a 5xx nothing. Source: RFC 9309, 2.3.1."""
        if status >= 500 or status == 429:
            return cls(None)
        text = body[: 500 * 1024].decode("utf-8-sig", "replace") if status < 400 else ""
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
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def verdict(url: str, rules: RobotRules, headers: Mapping[str, str], metas: Mapping[str, str]) -> Reserved:
    """`no-train` where robots.txt, a header or a meta element reserves the page; else `open`: none does.

    headers, metas: by lower-case name. Source: W3C TDM Reservation Protocol, §4-5; Content-Signal; noai.
    """
    signals = split_directives([headers.get("tdm-reservation", ""), metas.get("tdm-reservation", "")])
    directives = split_directives([headers.get("x-robots-tag", ""), metas.get("robots", ""), metas.get("ai", "")])
    content_signal = re.search(r"ai-train\s*=\s*no", headers.get("content-signal", ""), re.IGNORECASE)
    reserved = "1" in signals or directives & {"noai", "noindex", "noarchive", "none"}
    return "no-train" if reserved or content_signal or rules.reserves(url) else "open"


def split_directives(values: Iterable[str]) -> set[str]:
    """The directives of robots headers and metas, lower-case, without the agents they may name."""
    parts = (part for value in values for part in value.lower().split(","))
    return {part.rsplit(":", 1)[-1].strip() for part in parts}


def meta_elements(page: BeautifulSoup) -> dict[str, str]:
    """The `<meta name content>` of a page, by lower-case name; several of one name joined by commas."""
    metas: dict[str, str] = {}
    for meta in page.find_all("meta", attrs={"name": True}):
        name, content = str(meta["name"]).strip().lower(), str(meta.get("content", ""))
        metas[name] = f"{metas[name]}, {content}" if name in metas else content
    return metas
