"""Leipzig: two packages of sentences."""

import io
import tarfile
from collections.abc import Mapping
from dataclasses import replace

from scrapers.sources.leipzig import leipzig

from ..conftest import Answer
from ..replica import Replica

PACKAGE = "nob_test_2026_1K"
ADDRESS = f"https://downloads.wortschatz-leipzig.de/corpora/{PACKAGE}.tar.gz"


def tar(files: Mapping[str, str | bytes], mode: str = "w:gz") -> bytes:
    """A tar archive of these files, in order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in files.items():
            body = content.encode() if isinstance(content, str) else content
            entry = tarfile.TarInfo(name)
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
    return buffer.getvalue()


SENTENCES = "".join(f"{n}\tSetning nummer {n} handler om båten som gikk.\n" for n in range(1, 301))
BODY = tar({f"{PACKAGE}/{PACKAGE}-words.txt": "1\tog\t7\n", f"{PACKAGE}/{PACKAGE}-sentences.txt": SENTENCES})
REPLICAS = [
    Replica(source=replace(leipzig, package=PACKAGE), answers={ADDRESS: Answer(BODY)}, data=ADDRESS, kept=300),
]
