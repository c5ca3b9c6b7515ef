"""Project Gutenberg: two pages of its list for robots, and a mirror with the books."""

import io
import zipfile
from urllib.parse import unquote

from scrapers.sources.gutenberg import HARVEST, gutenberg

from ..conftest import Answer
from ..replica import Replica

MIRROR = "http://aleph.gutenberg.org"
QUERY = "filetypes%5B%5D=txt&langs%5B%5D=no"
LINES = [
    "Det var en gang en kvern som malte på havsens bunn, og den maler der den",
    "dag idag; for der er ingen som kan få den til at stanse.",
    "",
    "Kjærringen sa, at hun ikke vidste hvad hun skulde gjøre.",
]
BOOK = "\n".join(LINES)


def file_url(number: int, ending: str) -> str:
    """Where a mirror has a file of a book: a folder for each digit but the last."""
    folders = "/".join(str(number)[:-1] or "0")
    return f"{MIRROR}/{folders}/{number}/{number}{ending}"


def list_page(*urls: str, offset: int = 0, onward: int | None = None) -> Answer:
    """A page of the list; onward: where the next one begins."""
    caption = f"All Files (offset: {offset}, filetypes: txt, languages: no)"
    links = "".join(f'<p><a href="{url}">{url}</a></p>\n' for url in urls)
    escaped = unquote(QUERY).replace("&", "&amp;")
    end = f'<a href="harvest?offset={onward}&amp;{escaped}">Next Page</a>' if onward else "No more files."
    return Answer(
        f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">

<html lang="en">
  <head>
    <meta http-equiv="Content-Type" content="text/html; charset=UTF-8">
    <title>{caption} - Project Gutenberg</title>
  </head>
  <body>
    <h1>{caption}</h1>
{links}<p>{end}</p>
  </body>
</html>
""".encode()
    )


def written(number: int, book: str = BOOK, charset: str = "UTF-8", title: str = "Kvernen") -> str:
    """A file as Project Gutenberg writes it around a book."""
    return f"""The Project Gutenberg EBook of {title}, by Ola Nordmann

This eBook is for the use of anyone anywhere at no cost and with
almost no restrictions whatsoever.

Title: {title}
       og andre eventyr

Author: Ola Nordmann

Release Date: March 24, 2005 [EBook #{number}]

Language: Norwegian

Character set encoding: {charset}

*** START OF THIS PROJECT GUTENBERG EBOOK {title.upper()} ***




Produced by Kari Nordmann and the Online Distributed
Proofreading Team



{book}





End of the Project Gutenberg EBook of {title}, by Ola Nordmann

*** END OF THIS PROJECT GUTENBERG EBOOK {title.upper()} ***

***** This file should be named {number}-0.txt *****
"""


def packed(name: str, body: bytes) -> Answer:
    """A zip archive of one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, body)
    return Answer(buffer.getvalue(), kind="application/zip")


def book(number: int, ending: str, text: str = BOOK) -> Answer:
    """A packed book: -0 in UTF-8 with a mark of byte order, -8 in ISO-8859-1; with line ends of Windows."""
    charset, codec = ("UTF-8", "utf-8-sig") if ending.startswith("-0") else ("ISO-8859-1", "iso-8859-1")
    body = written(number, text, charset).replace("\n", "\r\n").encode(codec)
    return packed(f"{number}{ending.replace('.zip', '.txt')}", body)


# One book in both charsets, its better file on the second page; the others in one.
FILES = [
    (15453, "-8.zip"),
    (12188, "-8.zip"),
    (7, ".zip"),
    (15453, "-0.zip"),
    *((n, "-0.zip") for n in range(30001, 30008)),
]
URLS = [file_url(*file) for file in FILES]
ANSWERS = {
    f"{HARVEST}?{QUERY}": list_page(*URLS[:3], onward=112933),
    f"{HARVEST}?offset=112933&{QUERY}": list_page(*URLS[3:], offset=112933, onward=240001),
    f"{HARVEST}?offset=240001&{QUERY}": list_page(offset=240001),
    **{url: book(*file) for url, file in zip(URLS, FILES, strict=True) if url != URLS[0]},
}
REPLICAS = [Replica(source=gutenberg, answers=ANSWERS, data=URLS[3], kept=10)]
