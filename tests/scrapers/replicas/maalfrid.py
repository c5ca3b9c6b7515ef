"""Målfrid: a tar of gzipped JSON lines, one file for each domain, language and kind of document."""

import gzip
import io
import tarfile
from collections.abc import Mapping
from typing import Any

from scrapers.sources.maalfrid import maalfrid

from ..conftest import Answer
from ..replica import Replica
from ..web_corpora import json_lines, text

ADDRESS = "https://www.nb.no/sbfil/tekst/maalfrid_2026/maalfrid_2026.tar"


def row(number: int, lang: str = "nob") -> dict[str, Any]:
    """A document."""
    return {
        "lang": lang,
        "url": f"https://etat.example/{lang}/{number}",
        "domain": "etat.example",
        "date": "2025-12-14T03:02:01Z",
        "mimetype": "text/html",
        "fulltext": text(number).split("\n"),
    }


def archive(files: Mapping[str, bytes]) -> bytes:
    """A tar of these files in a folder."""
    sink = io.BytesIO()
    with tarfile.open(fileobj=sink, mode="w") as tar:
        folder = tarfile.TarInfo("maalfrid_2026")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, body in files.items():
            entry = tarfile.TarInfo(f"maalfrid_2026/{name}")
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))
    return sink.getvalue()


FILES = {
    "README.md": b"# M\xc3\xa5lfrid 2026\n",
    "etat.example_nob_html.jsonl.gz": gzip.compress(json_lines(row(n) for n in range(40))),
    "etat.example_nno_html.jsonl.gz": gzip.compress(json_lines(row(n, "nno") for n in range(40, 60))),
    "etat.example_nob_pdf.jsonl.gz": gzip.compress(json_lines(row(n) for n in range(60, 80))),
    "etat.example_sme_html.jsonl.gz": gzip.compress(json_lines([row(80, "sme")])),
}
REPLICAS = [Replica(source=maalfrid, answers={ADDRESS: Answer(archive(FILES))}, data=ADDRESS, kept=81)]
