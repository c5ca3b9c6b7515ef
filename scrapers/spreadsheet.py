"""Sheets that people open in Excel or LibreOffice: no cell is a formula, and what they save is read."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

# A formula begins a cell. As a spreadsheet may part cells by another sign than the sheet is written with, it begins
# after a semicolon, a tab or the end of a line too. Guards already there are passed over, so that one can be taken off.
UNGUARDED, GUARDED = (
    re.compile(rf"""\A{guard}(?='*[=+\-@\t\r])|(?<=[;\t\r\n]){guard}(?='*[" ]*[=+\-@])""") for guard in ("", "'")
)
DELIMITERS = (",", ";", "\t")  # Excel writes that of the system: a semicolon where a comma parts whole from tenths
# What Excel keeps of an id in hexadecimal that looks like a number is its first fifteen digits.
NUMBER = re.compile(r"\d{12,}|\d+e\d+", re.IGNORECASE)


class SheetError(Exception):
    """A file is no sheet."""


class Sheet(NamedTuple):
    """The rows of a sheet, all of them as wide as the first, and what parts their cells."""

    rows: list[list[str]]
    delimiter: str = ","


def safe_cell(text: str) -> str:
    """The text as a spreadsheet shows it, never as a formula, nor as a number where it would be rounded.

    It is no formula either where a semicolon, a tab or a line feed in it parts cells, as in the Nordic countries.
    Source: https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{text}" if NUMBER.fullmatch(text.lstrip("'")) else UNGUARDED.sub("'", text)


def unguarded(cell: str) -> str:
    """The text of a cell that `safe_cell` made."""
    return cell[1:] if cell[:1] == "'" and NUMBER.fullmatch(cell.lstrip("'")) else GUARDED.sub("", cell)


def csv_bytes(sheet: Sheet) -> bytes:
    """The sheet as CSV in UTF-8, every cell in quotes, with the mark by which Excel knows it. Source: RFC 4180"""
    lines = io.StringIO()
    csv.writer(lines, delimiter=sheet.delimiter, quoting=csv.QUOTE_ALL).writerows(sheet.rows)
    return lines.getvalue().encode("utf-8-sig", "replace")


def read_sheet(content: bytes) -> Sheet:
    """The sheet in the bytes of a CSV file, in UTF-8 or, as Excel saves it in the Nordic countries, Windows-1252.

    What parts the cells is that of `DELIMITERS` which the first line has most of. Empty rows are left out, missing
    cells empty. Raises SheetError where it is no CSV.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    first = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise SheetError(f"the file is not CSV: {error}") from error
    width = len(rows[0]) if rows else 0
    return Sheet([row[:width] + [""] * (width - len(row)) for row in rows], delimiter)


def without_rows(sheet: Sheet, column: str, values: Iterable[str]) -> Sheet:
    """The sheet without the rows whose `column` is one of the values; as it is where it has no such column."""
    if not sheet.rows or column not in sheet.rows[0]:
        return sheet
    place, gone = sheet.rows[0].index(column), set(values)
    return sheet._replace(rows=[row for row in sheet.rows if unguarded(row[place]) not in gone])


def rows_of(names: Sequence[str], records: Iterable[Sequence[object]]) -> list[list[str]]:
    """A header and a row a record, every cell safe."""
    return [list(names), *([safe_cell(str(cell)) for cell in record] for record in records)]
