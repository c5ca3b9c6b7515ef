"""Tables in files of one's own, their columns named by the recipe: docs/tables.md."""

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from scrapers import store
from scrapers.record import Document, Dropped, Reserved, document_id, normalised_rating, now
from scrapers.source import Chapters, CollectError, Collecting, Items, Source
from scrapers.tables import Layout, Row, literal, rows

ON_THE_WEB = re.compile(r"(^|::)(https?|ftp)://")
# It becomes the name of a folder. Source: RFC 5646, section 2.1
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, kw_only=True)
class LocalFile(Source):
    """One file or more: .csv, .tsv, .txt, .jsonl, .json, .xlsx, .parquet; text also as .gz, .bz2, .xz or .zst of these.

    path: of a file on this machine or any fsspec store, or a list of them; `*` stands for any part of a name. columns:
    which of the file's columns is our `key`, `text`, `title`, `rating`, `label`, `group`, `url`, `year` or `published`;
    `text` is needed, and without `key` the name of the file and the row stand in. labels: the file's labels and what
    they are called here. worst, best: the rating scale. source_name: what the records name as their source. The rights
    are `unknown`: nobody was asked. Where the recipe names one language, it is that of the records, until cleaning
    identifies it.

    text_is: "text", or "token-list" for tokens in a list, also one that is written as Python does. strip: whether cells
    lose the spaces at their ends. bad_rows: how many rows of a file may be dropped because they are not as the recipe
    says; one more is an error. The rest is as in `scrapers.tables.Layout`.
    """

    path: str | tuple[str, ...] | None = None
    columns: Mapping[str, str] = field(default_factory=lambda: {"text": "text"})
    labels: Mapping[str, str] = field(default_factory=dict)
    worst: float = 1
    best: float = 5
    source_name: str = ""
    reserved: Reserved = "unknown"
    text_is: str = "text"
    strip: bool = False
    bad_rows: int = 0
    delimiter: str = ""
    quoting: str = "csv"
    encoding: str = "utf-8"
    header: bool = True
    sheet: str = ""
    split_once: bool = False
    strip_left: str = ""
    strip_right: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        for amiss in self._amiss():
            raise CollectError(f"source {self.name}: {amiss}")

    def chapters(self, collecting: Collecting) -> Chapters:
        """The rows of each file, in the order of their names. Raises CollectError where a file is missing."""
        for url, name in self.files():
            yield name, self._read(url, name)

    def documents(self, collecting: Collecting) -> Items:
        """Every row of every file. Raises CollectError, with file and row, where one is not as the recipe says."""
        for _, chapter in self.chapters(collecting):
            yield from chapter

    def digest(self) -> str | None:
        """A SHA-256 of the names and contents of all files; None where one is missing."""
        try:
            contents = [f"{name}\x00{store.sha256(url)}" for url, name in self.files()]
        except CollectError:
            return None
        return hashlib.sha256("\n".join(contents).encode("utf-8", "surrogateescape")).hexdigest()

    def files(self) -> list[tuple[str, str]]:
        """URL and name of each file, sorted; a name is without folders, so that it is the same wherever these lie.

        Raises CollectError where the recipe names no file, or one that is not there, or without a `key` column two of
        one name.
        """
        if not self.path:
            raise CollectError(f"source {self.name} has no file: set path = '...' in the recipe, or --set ...path=FILE")
        urls = sorted({url for pattern in self._patterns() for url in self._found(pattern)})
        named: dict[str, str] = {}
        for url in urls:
            other = named.setdefault(url.rpartition("/")[2], url)
            if other != url and "key" not in self.columns:
                raise CollectError(
                    f"{other} and {url} are called the same, and ids are made of name and row: say which column is the "
                    f"`key`, or call them otherwise"
                )
        return [(url, url.rpartition("/")[2]) for url in urls]

    def _patterns(self) -> tuple[str, ...]:
        return self.path if isinstance(self.path, tuple) else (self.path,) if self.path else ()

    def _found(self, pattern: str) -> list[str]:
        if ON_THE_WEB.search(pattern):
            raise CollectError(f"{pattern}: source {self.name} reads files, not the web; download it first")
        try:
            fs, path = store.filesystem(pattern)
            found = [path] if fs.exists(path) else fs.glob(path) if re.search(r"[*?[]", path) else []
            folders = [name for name in found if fs.isdir(name)]
        except (store.StoreError, OSError, ValueError) as error:
            raise CollectError(f"{pattern}: {error}") from error
        if not found:
            raise CollectError(f"{pattern} does not exist: it is the `path` of source {self.name}")
        if folders:
            raise CollectError(f"{folders[0]} is a folder: name its files, such as path = '{folders[0]}/*.csv'")
        return found if store.local_path(pattern) else [fs.unstrip_protocol(name) for name in found]

    def _read(self, url: str, name: str) -> Items:
        count = bad = 0
        at = "its beginning"
        layout = self._layout()
        wanted = [str(theirs) for theirs in self.columns.values()]
        try:
            with store.open_read(url) as stream:
                for count, row in enumerate(rows(stream, url, layout, wanted), 1):  # noqa: B007 - looked at below
                    at = row.at
                    item = self._item(row, name)
                    bad += isinstance(item, Dropped)
                    if isinstance(item, Dropped) and bad > self.bad_rows:
                        allowed = f", and bad_rows allows {self.bad_rows:,}" if self.bad_rows else ""
                        raise CollectError(f"{url}, {item.value}{allowed}")
                    yield item
        except CollectError:
            raise
        except store.StoreError as error:
            raise CollectError(str(error)) from error
        except Exception as error:  # what a damaged file raises depends on its compression, and on who unpacks it
            cause = error.__cause__ or error  # openpyxl's own says no more than to look there
            reason = str(cause) or type(cause).__name__
            raise CollectError(f"{url} cannot be read on after {at}: {reason}") from error
        if count == 0:
            raise CollectError(f"{url} holds no row")

    def _item(self, row: Row, name: str) -> Document | Dropped:
        """The document of a row, or what is wrong with it; then of its cells no more than the text is kept."""
        try:
            if row.fault:
                raise ValueError(row.fault)
            return self._document(row, name)
        except ValueError as error:
            document = self._record(row, name, None, str(row.cells.get(str(self.columns["text"])) or ""))
            value = f"{row.at}: {error}"
            return Dropped(document, "collect", "bad_row", value, f"at most {self.bad_rows:,} of a file")

    def _document(self, row: Row, name: str) -> Document:
        value = {ours: self._cell(ours, row.cells[str(theirs)]) for ours, theirs in self.columns.items()}
        rating, raw_rating = value.get("rating", (None, None))
        return self._record(
            row,
            name,
            value.get("key"),
            value["text"],
            url=value.get("url"),
            group=value.get("group"),
            title=value.get("title"),
            published=value.get("year") or value.get("published"),
            label=value.get("label"),
            rating=rating,
            raw_rating=raw_rating,
        )

    def _record(
        self,
        row: Row,
        name: str,
        key: str | None,
        text: str,
        url: str | None = None,
        group: str | None = None,
        **rest: Any,
    ) -> Document:
        """A record of this source; file and row stand in for a key or an address that it lacks."""
        place = f"{name}#{row.number}"
        source = self.source_name or self.name
        identifier = document_id(source, place if key is None else key)
        return Document(
            id=identifier,
            text=text,
            source=source,
            url=url or place,
            licence=self.licence,
            collected_at=now(),
            group=group or identifier,
            lang=self.languages[0] if len(self.languages) == 1 else None,
            reserved=self.reserved,
            **rest,
        )

    def _cell(self, ours: str, cell: Any) -> Any:
        """What our column gets from a cell. Raises ValueError, with the file's name for the column."""
        if isinstance(cell, str) and self.strip:
            cell = cell.strip()
        if isinstance(cell, float) and math.isnan(cell):  # in want of a null
            cell = None
        try:
            return self._readers()[ours](cell)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValueError(f"{error} (column {self.columns[ours]!r})") from error

    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        """How the cell of each of our columns is read."""
        return {
            "key": needed,
            "text": tokens if self.text_is == "token-list" else as_text,
            "title": optional,
            "rating": self._rating,
            "label": self._label,
            "group": optional,
            "url": optional,
            "year": first_of_year,
            "published": first_of_month,
        }

    def _rating(self, cell: Any) -> tuple[float | None, str | None]:
        """The rating from 0 to 1, and as it is printed, which may be with a decimal comma."""
        printed = optional(cell)
        if printed is None:
            return None, None
        return normalised_rating(float(printed.replace(",", ".")), worst=self.worst, best=self.best), printed

    def _label(self, cell: Any) -> str | None:
        label = optional(cell)
        if label is None or not self.labels:
            return label
        if label not in self.labels:
            raise ValueError(f"the label {label[:80]!r} is none of those in `labels`, {', '.join(self.labels)}")
        return str(self.labels[label])

    def _layout(self) -> Layout:
        return Layout(**{option.name: getattr(self, option.name) for option in fields(Layout)})

    def _amiss(self) -> Iterator[str]:
        """What the options say that cannot be meant."""
        if not all(isinstance(pattern, str) for pattern in self._patterns()):
            yield f"path is {self.path!r}: expected a path, or a list of them"
        if amiss := [code for code in self.languages if not LANGUAGE.fullmatch(str(code))]:
            yield f"languages has {amiss[0]!r}: expected codes such as 'nb' or 'aeb-Latn'"
        if unknown := sorted(set(self.columns) - set(self._readers())):
            yield f"unknown columns {unknown}; known are {', '.join(self._readers())}"
        if "text" not in self.columns:
            yield "columns does not say which column is the text: columns.text = '...'"
        if {"year", "published"} <= set(self.columns):
            yield "columns names both year and published; one says when"
        if self.text_is not in ("text", "token-list"):
            yield f'text_is is {self.text_is!r}: expected "text" or "token-list"'
        try:
            self._layout()
        except ValueError as error:
            yield str(error)


def as_text(cell: Any) -> str:
    """The cell as text: a whole number without a fraction, a truth value as JSON has it.

    Raises ValueError where there is no value, TypeError where it is none of these.
    """
    if cell is None:
        raise ValueError("no value")
    if isinstance(cell, list | tuple | dict | bytes):
        raise TypeError(f"expected a text or a number, found {type(cell).__name__}")
    if isinstance(cell, bool):
        return str(cell).lower()
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def optional(cell: Any) -> str | None:
    """The cell as text, None where it is empty."""
    return None if cell is None or cell == "" else as_text(cell)


def needed(cell: Any) -> str:
    """The cell as text. Raises ValueError where it is empty."""
    return as_text(None if cell == "" else cell)


def tokens(cell: Any) -> str:
    """The tokens of a list, or of one that is written as Python does, with a space between. Raises ValueError."""
    found = literal(cell) if isinstance(cell, str) else cell
    if not isinstance(found, list) or not all(isinstance(token, str) for token in found):
        raise ValueError(f"expected a list of tokens, found {str(cell)[:80]!r}")
    return " ".join(found)


def first_of_year(cell: Any) -> date | None:
    """The first of January of a year, None where the cell is empty."""
    year = optional(cell)
    return date(int(float(year)), 1, 1) if year else None


def first_of_month(cell: Any) -> date | None:
    """The first of the month of a date in ISO 8601, None where the cell is empty."""
    written = optional(cell)
    return date.fromisoformat(written[:10]).replace(day=1) if written else None


local_file = LocalFile(
    name="local-file",
    verified="five public tables, by hand, in November 2026",
    description="tables of your own: CSV, TSV, lines of text, JSON, XLSX, parquet, with a map of their columns",
    licence="unknown",
    languages=(),
    expected=(1, 100_000_000),
    delay_s=0,
    size="yours",
)
