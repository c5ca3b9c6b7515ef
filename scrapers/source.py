"""What a source declares about itself, and how a recipe's entry finds and configures one."""

import difflib
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

from scrapers.record import Document, Dropped
from scrapers.robots import robots_address
from scrapers.spool import Spool


class CollectError(Exception):
    """A source gave less than expected, or nothing, or refused."""


class FetchError(CollectError):
    """A host did not answer, or not with a success: worth another try later. status: of the answer, 0 without one."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class NotCollectable(CollectError):  # noqa: N818 - a state of this machine, named as the report names it
    """The source cannot be collected on this machine, and the message says what is missing."""


@dataclass(frozen=True)
class Mirrors:
    """Addresses that stand in for others, by prefix; the records keep the original address.

    content: a digest of what stands behind them, where that is known: another content is collected anew.
    """

    prefixes: Mapping[str, str] = field(default_factory=dict)
    content: str = ""

    def address(self, url: str) -> str:
        """Where to fetch `url`: behind the longest prefix that has a mirror, else itself."""
        for prefix in sorted(self.prefixes, key=len, reverse=True):
            if url.startswith(prefix):
                return self.prefixes[prefix] + url[len(prefix) :]
        return url

    def governing(self, url: str) -> str:
        """The address by whose robots.txt `url` is judged: itself, or its stand-in that has a robots.txt of its own.

        A mirror of a whole host brings the host's robots.txt with it; one of a folder lies under another host's.
        """
        stand_in, robots = self.address(url), robots_address(url)
        return stand_in if stand_in != url and self.address(robots) == robots else url


@dataclass(frozen=True)
class Collecting:
    """What a collector works with: a local folder of its own, the spool, the mirrors, and a tally of what it met.

    hosts: the folder in which all collectors of a run note what they know of hosts. archive: a folder that outlives
    the run, where what was fetched is kept and asked for again only as far as it changed; None keeps nothing.
    """

    folder: Path
    spool: Spool
    mirrors: Mirrors = Mirrors()
    contact: str = ""
    limit: int | None = None
    tally: Counter[str] = field(default_factory=Counter)
    hosts: Path = Path()
    archive: Path | None = None

    def __post_init__(self) -> None:
        if self.hosts == Path():
            object.__setattr__(self, "hosts", self.folder / "hosts")


Items = Iterator[Document | Dropped]
Chapters = Iterator[tuple[str, Items]]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A place where text is collected; the subclasses say how, `scrapers/sources/` says where.

    expected: the fewest and the most documents a healthy collection gives; less is a failure, and so is more.
    languages: BCP-47. licence: SPDX id or `unknown`. delay_s: least time between two requests to one host.
    required: whether a run fails where the source cannot be collected on this machine.

    For people who choose among sources: home, where it describes itself; size, of all there is; auth, what one must
    have; cost, in money; verified, when and how it was last tried against the real thing. needs_agreement: why nothing
    may be collected before somebody agreed with somebody; the recipe then names that agreement in `agreement`.
    """

    name: str
    description: str
    licence: str
    languages: tuple[str, ...]
    expected: tuple[int, int]
    personal_data: bool = True
    delay_s: float = 2.0
    required: bool = True
    home: str = ""
    size: str = "not known"
    auth: str = "none"
    cost: str = "nothing"
    verified: str = "replica only"
    needs_agreement: str = ""
    agreement: str = ""

    def __post_init__(self) -> None:
        low, high = self.expected if len(self.expected) == 2 else (1, 0)
        if not 0 <= low <= high:
            raise CollectError(f"source {self.name}: expected is {list(self.expected)}: expected [fewest, most]")

    def documents(self, collecting: Collecting) -> Items:
        """Every document of the source, those it leaves out with the reason, in an order that is always the same.

        Raises CollectError.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how to collect")

    def chapters(self, collecting: Collecting) -> Chapters:
        """The documents in chapters, each of which is done once: a rerun goes on with the first that was not.

        Each comes with what it is known by, such as the address of a file: a rerun to which another chapter is given
        in its place does that one, and all that follow.
        """
        yield "", self.documents(collecting)

    def permitted(self) -> None:
        """Raises CollectError where the source must not be collected before somebody agreed to it."""
        if self.needs_agreement and not self.agreement:
            raise CollectError(
                f"{self.name} is off: {self.needs_agreement}. With an agreement, name it in the recipe: "
                f"[collect.{self.name}] agreement = '...'"
            )

    def digest(self) -> str | None:
        """The SHA-256 of what lies on this machine already, so that a change of it is collected; None for the rest."""
        return None

    def configured(self, options: Mapping[str, Any]) -> Self:
        """The source with the fields that a recipe names in place of its own. Raises CollectError on another."""
        known = [item.name for item in fields(self)]
        for name in options:
            if name not in known:
                raise CollectError(f"source {self.name} has no option {name!r}{did_you_mean(name, known)}")
        values = {name: frozen(value) for name, value in options.items()}
        for name, value in values.items():
            if not same_kind(value, own := getattr(self, name)):
                raise CollectError(f"source {self.name}: {name} is {value!r}, expected something like {own!r}")
        return replace(self, **values)


def frozen(value: Any) -> Any:
    """A recipe's value with its lists made tuples."""
    return tuple(frozen(item) for item in value) if isinstance(value, list) else value


def same_kind(value: Any, own: Any) -> bool:
    """Whether `value` can stand where a source has `own`: the same type, any number for a number, all for None."""
    return own is None or type(value) is type(own) or {type(value), type(own)} == {int, float}


def did_you_mean(name: str, known: list[str]) -> str:
    """The end of a message on an unknown name: the nearest known one, or all of them."""
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(sorted(known))}"


@cache
def sources() -> Mapping[str, Source]:
    """Every source defined in a module of `scrapers/sources/`, by name."""
    package = importlib.import_module("scrapers.sources")
    modules = (
        importlib.import_module(info.name) for info in pkgutil.iter_modules(package.__path__, "scrapers.sources.")
    )
    found = [value for module in modules for value in vars(module).values() if isinstance(value, Source)]
    return {source.name: source for source in sorted(found, key=lambda source: source.name)}


def find_source(name: str, options: Mapping[str, Any]) -> Source:
    """The source that a recipe's entry `[collect.name]` means. Raises CollectError where there is none.

    The entry's `source` names it, else its own name; the other options replace fields of the source.
    """
    rest = dict(options)
    wanted = rest.pop("source", name)
    known = sources()
    if wanted not in known:
        raise CollectError(f"there is no source {wanted!r}{did_you_mean(wanted, list(known))}")
    return known[wanted].configured(rest)
