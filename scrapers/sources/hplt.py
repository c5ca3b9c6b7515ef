"""HPLT: web documents of the Internet Archive and of Common Crawl, releases 2 and 3.

Source: https://hplt-project.org/datasets/v2.0, https://hplt-project.org/datasets/v3.0. The packaging is CC0, the text
belongs to its authors; what is taken down is missing from the next release.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import msgspec

from scrapers.corpus import Corpus, OpenFile, RemoteFile, chosen
from scrapers.fetch import Fetcher
from scrapers.languages import bcp47
from scrapers.record import Document, Dropped, Reserved
from scrapers.source import CollectError, Items

HOST = "https://data.hplt-project.org"
SHARD = re.compile(r"(\d+)_\d+\.jsonl\.zst")
MD5 = re.compile(r"([0-9a-f]{32})(?:\s+\*?(\S+))?")
# Source: https://github.com/TurkuNLP/register-annotation-docs
REGISTERS = "MT LY SP ID NA HI IN OP IP it ne sr nb re en ra dtp fi lt rv ob rs av ds ed"


class Row(msgspec.Struct, gc=False):
    """A line. u: the address. lang, prob: the likeliest languages. pii: where personal data may stand in the text."""

    id: str
    u: str
    text: str
    lang: list[str]
    prob: list[float]
    pii: list[tuple[int, int]] = []


class Row2(Row, gc=False, kw_only=True):
    """A line of release 2. robotstxt: whether robots.txt of the site allowed the crawl."""

    robotstxt: str


class Row3(Row, gc=False, kw_only=True):
    """A line of release 3. registers: how likely it is a review (`rv`), an opinion (`OP`), …"""

    registers: dict[str, float] | None = msgspec.field(name="web-register", default=None)


ROWS2, ROWS3 = msgspec.json.Decoder(Row2), msgspec.json.Decoder(Row3)


@dataclass(frozen=True, kw_only=True)
class Hplt(Corpus):
    """One language of a release: `nob_Latn`, `nno_Latn`, … Documents are dated by the crawl only.

    parts: patterns of the names of files to take; none takes them all. mask_pii: whether what HPLT takes for personal
    data is written as `[PII]`; its marks are generous, and cleaning masks what it finds by itself.
    """

    language: str = "nob_Latn"
    parts: tuple[str, ...] = ()
    mask_pii: bool = False

    def made(self, file: OpenFile, row: Row, reserved: Reserved | None = None) -> Document:
        """The record of a line. Raises ValueError where its marks of personal data lie outside of the text."""
        return self.document(
            file,
            row.id,
            masked(row.text, row.pii) if self.mask_pii else row.text,
            url=row.u,
            reserved=reserved,
            lang=bcp47(row.lang[0]) if row.lang else None,
            lang_score=min(row.prob[0], 1.0) if row.prob else None,
        )


class Hplt2(Hplt):
    """Release 2, of October 2024."""

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files in upstream's list, each with its checksum. Raises CollectError where it has none."""
        for file in chosen(mapped(fetcher, f"{HOST}/two/cleaned/{self.language}_map.txt"), self.parts):
            text = fetcher.get(f"{file.url}.md5").text().strip()
            if not (found := MD5.fullmatch(text)):
                raise CollectError(f"{file.url}.md5: expected an MD5, found {text[:80]!r}")
            yield replace(file, checksum=f"md5:{found[1]}")

    def read(self, file: OpenFile) -> Items:
        """Every document of a file; what robots.txt had disallowed is reserved."""
        for row in file.rows(ROWS2):
            yield self.made(file, row, "no-train" if row.robotstxt == "disallowed" else None)


@dataclass(frozen=True, kw_only=True)
class Hplt3(Hplt):
    """Release 3, of July 2025: sorted into bins by an estimate of quality (WDS), from 10 down to 5.

    lowest_bin: the last bin to read; the best is read first. registers: keep what is one of these kinds of text with a
    likelihood of register_threshold or more: `rv`, reviews; `ob`, blogs of opinion; `OP`, all opinions; none keeps all.
    """

    lowest_bin: int = 8
    registers: tuple[str, ...] = ()
    register_threshold: float = 0.5

    def files(self, fetcher: Fetcher) -> Iterator[RemoteFile]:
        """The files in upstream's two lists, the best bin first. Raises CollectError where these are not the same."""
        if unknown := sorted(set(self.registers) - set(REGISTERS.split())):
            raise CollectError(f"{self.name}: there is no register {unknown[0]!r}; known are {REGISTERS}")
        base = f"{HOST}/three/sorted/{self.language}"
        files = [file for file in mapped(fetcher, f"{base}.map") if wds_bin(file.name) >= self.lowest_bin]
        checksums = listed(fetcher, f"{base}.md5")
        named = {file.name for file in files}
        summed = {name for name in checksums if SHARD.fullmatch(name) and wds_bin(name) >= self.lowest_bin}
        if lacking := sorted(named - summed):
            raise CollectError(f"{base}.md5 has no checksum of {lacking[0]}")
        if lacking := sorted(summed - named):
            raise CollectError(f"{base}.map lacks {lacking[0]}, of which {base}.md5 has a checksum; is it cut off?")
        for file in sorted(chosen(files, self.parts), key=lambda file: wds_bin(file.name), reverse=True):
            yield replace(file, checksum=f"md5:{checksums[file.name]}")

    def read(self, file: OpenFile) -> Items:
        """Every document of a file, those of other kinds than asked for as dropped."""
        for row in file.rows(ROWS3):
            document = self.made(file, row)
            if self.registers and (found := self._likeliest(row))[1] < self.register_threshold:
                value, asked = f"{found[0]} {found[1]:.3f}", f">= {self.register_threshold:g}"
                yield Dropped(document, f"collect/{self.name}", "web_register", value, asked)
            else:
                yield document

    def _likeliest(self, row: Row3) -> tuple[str, float]:
        if row.registers is None:
            raise ValueError("no web-register: HPLT has none of this language")
        scores = row.registers
        return max(((name, scores.get(name, 0.0)) for name in self.registers), key=lambda item: item[1])


def mapped(fetcher: Fetcher, url: str) -> list[RemoteFile]:
    """The files in the list at `url`, an address a line. Raises CollectError where it is no such list."""
    found = fetcher.get(url).text().split()
    for address in found:
        if not address.startswith(f"{HOST}/") or not address.endswith(".jsonl.zst"):
            raise CollectError(f"{url}: expected addresses of files on {HOST}, found {address[:120]!r}")
    if not found:
        raise CollectError(f"{url} names no file")
    return [RemoteFile(address) for address in found]


def listed(fetcher: Fetcher, url: str) -> dict[str, str]:
    """The MD5 of each file in the list at `url`, by name. Raises CollectError where it is no such list."""
    lines = [line.strip() for line in fetcher.get(url).text().splitlines() if line.strip()]
    found = [MD5.fullmatch(line) for line in lines]
    for line, one in zip(lines, found, strict=True):
        if one is None or not one[2]:
            raise CollectError(f"{url}: expected an MD5 and a name, found {line[:120]!r}")
    return {one[2].rpartition("/")[2]: one[1] for one in found if one}


def wds_bin(name: str) -> int:
    """The bin of a file called `10_1.jsonl.zst`. Raises CollectError on another name."""
    if not (found := SHARD.fullmatch(name)):
        raise CollectError(f"{name[:120]!r}: expected a name like 10_1.jsonl.zst")
    return int(found[1])


def masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`text` with `[PII]` in the place of each span. Raises ValueError on one outside of it."""
    pieces, position = [], 0
    for start, end in sorted(spans):
        if not 0 <= start <= end <= len(text):
            raise ValueError(f"pii from {start} to {end} in a text of {len(text)} characters")
        if start >= position:
            pieces += [text[position:start], "[PII]"]
        position = max(position, end)
    return "".join([*pieces, text[position:]])


hplt_2 = Hplt2(
    name="hplt-2",
    description="web documents of the Internet Archive and Common Crawl, with what robots.txt said of them",
    licence="CC0-1.0",
    languages=("nb", "nn"),
    expected=(1, 1_000_000_000),
    home="https://hplt-project.org/datasets/v2.0",
    size="shards of up to 29 GB",
)

hplt_3 = Hplt3(
    name="hplt-3",
    description="web documents of the Internet Archive and Common Crawl, sorted by quality, marked by kind of text",
    licence="CC0-1.0",
    languages=("nb", "nn"),
    expected=(1, 1_000_000_000),
    home="https://hplt-project.org/datasets/v3.0",
    size="shards of up to 38 GB; see https://data.hplt-project.org/three/sorted/manifest.json",
)
