"""Static files under /static/<tree hash>/…: immutable, compressed once, held in memory.

The hash is of the whole tree, so ES modules may import each other by relative path.
"""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_TEXT = {".js", ".mjs", ".css", ".svg", ".json", ".txt", ".md", ".webmanifest"}
_HIDDEN = {"build"}
mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    packed: bytes | None
    type: str


class StaticTree:
    """Every file below a folder, read at start. `url` gives an address that changes with the content."""

    def __init__(self, root: Path) -> None:
        self._root = root
        digest = hashlib.blake2b(digest_size=6)
        self._paths: dict[str, Path] = {}
        for file in sorted(root.rglob("*")):
            parts = file.relative_to(root).parts
            if file.is_file() and not _HIDDEN & set(parts) and not any(p.startswith(".") for p in parts):
                name = "/".join(parts)
                self._paths[name] = file
                digest.update(name.encode() + b"\0" + file.read_bytes())
        self.version = digest.hexdigest()
        self._files: dict[str, _File] = {}

    def url(self, name: str) -> str:
        """The address of a file; raises KeyError for one that is not there (a typo in a template)."""
        if name not in self._paths:
            raise KeyError(f"no static file {name}")
        return f"/static/{self.version}/{name}"

    def answer(self, request: Request, version: str, name: str) -> Response | None:
        """The file, or None. An old version's address still works but is not cached."""
        if name not in self._paths:
            return None
        file = self._files.get(name)
        if file is None:
            file = self._files[name] = _read(self._paths[name])
        fresh = version == self.version
        headers = {"cache-control": "public, max-age=31536000, immutable" if fresh else "no-cache"}
        body = file.body
        if file.packed is not None:
            headers["vary"] = "accept-encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["content-encoding"] = "gzip"
                body = file.packed
        return Response(body, headers=headers, media_type=file.type)


def _read(path: Path) -> _File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 9, mtime=0) if path.suffix in _TEXT and len(body) > 800 else None
    return _File(body, packed, kind)
