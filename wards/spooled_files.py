"""Files on their way out: written row by row beside the process's memory, sent piece by piece.

A file is whole before its first byte leaves. So its digest and its length are known, and nothing is
asked of the database while it is sent: by then the request's ward has been left.
"""

import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import IO, Final

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

IN_MEMORY: Final = 2 * 1024 * 1024
PIECE: Final = 64 * 1024


def spooled_file() -> IO[bytes]:
    """Return an empty file that moves from memory to disk when it grows; it ends with its closing."""
    return tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """Hand out a file from its beginning, and close it."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def digest_of(file: IO[bytes]) -> str:
    """Return the SHA-256 of a file, whatever its size."""
    digest = sha256()
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
    return digest.hexdigest()


def download_of(file: IO[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """Return a file as a download under a name; how long it is, is said in the head."""
    length = file.seek(0, 2)
    response = StreamingHttpResponse(
        pieces_of(file),
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(True, name),
            "Content-Length": str(length),
        },
    )
    # The pieces close the file when they are all sent; a reader who leaves early does not.
    response._resource_closers.append(file.close)
    return response
