"""A server on loopback that speaks as much of the Hugging Face Hub's protocol as it takes to load a model."""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """A Hub with these models: name -> folder; None: gated."""

    def __init__(self, repositories: Mapping[str, Path | None]) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.repositories = repositories


class RefusedError(Exception):
    """A request that is answered with a status and an error code of the Hub."""


class Answer(BaseHTTPRequestHandler):
    """The answer to one request."""

    protocol_version = "HTTP/1.1"
    server: Hub

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        try:
            content = self.content(unquote(urlsplit(self.path).path).strip("/").split("/"))
        except RefusedError as refused:
            status, code = refused.args
            self.reply(status, b"", {"X-Error-Code": code}, body=body)
        else:
            etag = hashlib.sha256(content).hexdigest()
            self.reply(200, content, {"ETag": f'"{etag}"', "X-Linked-Size": str(len(content))}, body=body)

    def content(self, parts: list[str]) -> bytes:
        """What is at /api/models/ORG/NAME[/revision/REVISION][/tree/REVISION] or /ORG/NAME/resolve/REVISION/FILE."""
        if parts[:2] == ["api", "models"]:
            name = "/".join(parts[2:4])
            files = sorted(self.folder(name).iterdir())
            self.demand_revision(*parts[5:6])
            if parts[4:5] == ["tree"]:
                return json.dumps(
                    [{"type": "file", "path": file.name, "size": file.stat().st_size, "oid": "0"} for file in files]
                ).encode()
            siblings = [{"rfilename": file.name} for file in files]
            return json.dumps({"id": name, "modelId": name, "sha": COMMIT, "siblings": siblings, "tags": []}).encode()
        folder = self.folder("/".join(parts[:2]))
        self.demand_revision(parts[3])
        file = folder / "/".join(parts[4:])
        if not file.is_file():
            raise RefusedError(404, "EntryNotFound")
        return file.read_bytes()

    def demand_revision(self, revision: str = "main") -> None:
        if revision not in ("main", COMMIT):
            raise RefusedError(404, "RevisionNotFound")

    def folder(self, name: str) -> Path:
        folder = self.server.repositories.get(name)
        if folder is None:
            raise RefusedError(401, "GatedRepo" if name in self.server.repositories else "RepoNotFound")
        return folder

    def reply(self, status: int, content: bytes, headers: Mapping[str, str], *, body: bool) -> None:
        self.send_response(status)
        for key, value in {**headers, "X-Repo-Commit": COMMIT, "Content-Length": str(len(content))}.items():
            self.send_header(key, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def hub(repositories: Mapping[str, Path | None]) -> Iterator[str]:
    """The address of a Hub with these models."""
    with Hub(repositories) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
