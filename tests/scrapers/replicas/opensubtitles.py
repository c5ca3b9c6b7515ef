"""OpenSubtitles on OPUS: the catalogue, an archive of subtitles, and the file of their sentences."""

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from xml.sax.saxutils import escape

from scrapers.sources.opensubtitles import CATALOGUE, STORE, opensubtitles

from ..conftest import Answer
from ..replica import Replica


def asked(code: str, preprocessing: str, version: str = "latest") -> str:
    """The address of a question to the catalogue."""
    return f"{CATALOGUE}?corpus=OpenSubtitles&source={code}&version={version}&preprocessing={preprocessing}"


def offer(path: str, version: str = "v2018") -> dict[str, object]:
    """A file, as the catalogue lists it; its size in kB."""
    return {
        "alignment_pairs": "",
        "corpus": "OpenSubtitles",
        "documents": 60,
        "id": 4711,
        "latest": "True",
        "preprocessing": path.partition("/")[0],
        "size": 7,
        "source": "no",
        "source_tokens": 12345,
        "target": "",
        "target_tokens": "",
        "url": f"{STORE}/{version}/{path}",
        "version": version,
    }


def catalogue(*offers: Mapping[str, object]) -> Answer:
    """An answer of the catalogue."""
    return Answer(json.dumps({"corpora": offers}).encode(), kind="application/json")


def subtitle(key: int, sentences: Sequence[str]) -> str:
    """A subtitle: the ids of its sentences are not in order, some begin within the time of another."""
    lines = "".join(
        f'  <s id="{(n * 7) % 101}">\n    <time id="T{n}S" value="00:00:{n % 60:02d},897" />\n{escape(sentence)}\n'
        f'    <time id="T{n}E" value="00:00:{(n + 1) % 60:02d},100" />\n  </s>\n'
        for n, sentence in enumerate(sentences, 1)
    )
    meta = "  <meta>\n    <source>\n      <genre>Drama</genre>\n      <year>1998</year>\n    </source>\n  </meta>\n"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<document id="{key}">\n{lines}{meta}</document>\n'


def archive(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in files.items():
            opened.writestr(zipfile.ZipInfo(name, (2018, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def member(film: int, key: int, year: int = 1998) -> str:
    """Where a subtitle lies in the archive."""
    return f"OpenSubtitles/raw/no/{year}/{film}/{key}.xml"


def scene(n: int) -> list[str]:
    """The sentences of a subtitle."""
    return [f"- Hvor er båt nummer {n}?", "- Den gikk & kom <i>ikke</i> tilbake.", "Tekstet av: www.example.org"]


RAW = archive(
    {"OpenSubtitles/LICENSE": "", "OpenSubtitles/raw/no/1998/": ""}
    | {member(120_000 + n // 2, 3_000_000 + n, 0 if n == 7 else 1998): subtitle(n, scene(n)) for n in range(60)}
)
MONO = gzip.compress("".join(f"{line}\n" for n in range(60) for line in scene(n)).encode())
RAW_ADDRESS, MONO_ADDRESS = f"{STORE}/v2018/raw/no.zip", f"{STORE}/v2018/mono/no.txt.gz"
REPLICAS = [
    Replica(
        source=opensubtitles,
        answers={asked("no", "raw"): catalogue(offer("raw/no.zip")), RAW_ADDRESS: Answer(RAW, kind="application/zip")},
        data=RAW_ADDRESS,
        kept=60,
    ),
    Replica(
        source=replace(opensubtitles, preprocessing="mono", lines_a_document=10),
        answers={
            asked("no", "mono"): catalogue(offer("mono/no.tok.gz"), offer("mono/no.txt.gz")),
            MONO_ADDRESS: Answer(MONO, kind="application/gzip"),
        },
        data=MONO_ADDRESS,
        kept=18,
    ),
]
