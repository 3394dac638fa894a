"""Files that people attach: what is taken, in what shape it is kept, how it goes out again (C45).

A picture is written anew, so that place, camera and whatever hangs behind it stay behind. A PDF is
kept as it is, unless it is locked or does things by itself, and only ever leaves as a download.
"""

import hashlib
import io
import os
import re
import secrets
import threading
import unicodedata
import warnings
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import filetype
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import FileResponse
from django.utils.translation import gettext_noop
from PIL import Image, ImageOps, UnidentifiedImageError

from wards.text import Fault

MOST_FILES: Final = 3
LARGEST_FILE: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
ACCEPTED: Final = "image/jpeg,image/png,application/pdf,.jpg,.jpeg,.png,.pdf"
"""For the `accept` of a file field; phones that photograph in HEIC then hand over a JPEG."""

_EXTENSIONS: Final = {
    "image/jpeg": frozenset({".jpg", ".jpeg", ".jpe", ".jfif"}),
    "image/png": frozenset({".png"}),
    "image/gif": frozenset({".gif"}),
    "image/webp": frozenset({".webp"}),
    "application/pdf": frozenset({".pdf"}),
}
_HEIC_TYPES: Final = frozenset({"image/heic", "image/heif", "image/avif"})
_HEIC_EXTENSIONS: Final = frozenset({".heic", ".heif", ".hif", ".avif"})
# Telephones' pictures in several sizes (MPO) come in by way of JPEG.
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_JPEG_QUALITY: Final = 88
# Runs when a PDF is opened, starts programs, carries other files.
_ACTIVE_NAMES: Final = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm)(?![A-Za-z0-9])"
)
_SHORT_ACTIVE_NAMES: Final = re.compile(rb"/JS(?![A-Za-z0-9])")
_LOCKED: Final = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_LONGEST_DICTIONARY: Final = 4_000
_MOST_UNPACKED: Final = 50 * 1024 * 1024
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}/[0-9a-f]{32}\.(?:jpg|png|pdf)")
_FOLDER: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

# One picture at a time per process: 40 million pixels unpacked are 120 to 160 MB.
_one_picture = threading.Lock()
# Pillow's own guard warns at this size and stops at twice as much, both before unpacking; between
# the two we refuse ourselves, and the warning would tell nobody anything.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("ignore", Image.DecompressionBombWarning)

_TOO_MANY = gettext_noop(
    "添付できるファイルは%(most)s個までです。%(most)s個以内にして、もう一度選んでください。"
)
_TOO_LARGE = gettext_noop(
    "「%(name)s」は大きすぎます。1つのファイルは10MB以内にしてください。"
    "写真は、サイズを小さくして保存し直すと送れます。"
)
_EMPTY = gettext_noop("「%(name)s」は中身が空です。ファイルを確かめて、もう一度選んでください。")
_HEIC = gettext_noop(
    "「%(name)s」の形式（HEIC）は受け付けられません。写真の形式をJPEGにして、もう一度選んでください。"
    "iPhoneでは「設定」→「カメラ」→「フォーマット」→「互換性優先」で、JPEGで撮影できます。"
)
_OTHER_TYPE = gettext_noop(
    "「%(name)s」の形式は受け付けられません。写真はJPEGかPNG、書類はPDFにしてください。"
)
_MISMATCH = gettext_noop(
    "「%(name)s」の中身は、名前の終わり（拡張子）が示す形式と違います。"
    "元のアプリで保存し直して、もう一度選んでください。"
)
_BROKEN = gettext_noop(
    "「%(name)s」は壊れているため、開けません。保存し直して、もう一度選んでください。"
)
_TOO_MANY_PIXELS = gettext_noop(
    "「%(name)s」は画素数が多すぎます。4,000万画素以内に縮小して、もう一度選んでください。"
)
_PDF_LOCKED = gettext_noop(
    "「%(name)s」にはパスワードなどの制限があります。制限を外したPDFを選んでください。"
)
_PDF_ACTIVE = gettext_noop(
    "「%(name)s」には、プログラムや別のファイルが含まれています。"
    "「印刷」から「PDFに保存」で作り直したPDFを選んでください。"
)


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file as it is kept: nothing in it but what people see."""

    content_type: str
    extension: str
    content: bytes
    sha256: str
    display_name: str


class NoSuchFileError(Exception):
    """A name that this ward keeps no file under; also a name that no function here has given."""


def cleaned_files(uploads: Iterable[UploadedFile], *, most: int = MOST_FILES) -> list[CleanFile]:
    """Return the files as they are kept, in their order. Raise Fault, also when they are too many."""
    uploads = list(uploads)
    if len(uploads) > most:
        raise Fault(_TOO_MANY, most=most)
    return [cleaned_file(upload) for upload in uploads]


def cleaned_file(uploaded: UploadedFile) -> CleanFile:
    """Return one file as it is kept. Raise Fault with a sentence that names it.

    Size, type and number of pixels are looked at before anything is unpacked.
    """
    name = _shown_name(uploaded.name or "")
    extension = os.path.splitext(name)[1].lower()
    if (uploaded.size or 0) > LARGEST_FILE:
        raise Fault(_TOO_LARGE, name=name)
    uploaded.seek(0)
    head = uploaded.read(1024)
    if not head:
        raise Fault(_EMPTY, name=name)
    content_type = _sniffed(head)
    if content_type in _HEIC_TYPES or extension in _HEIC_EXTENSIONS:
        raise Fault(_HEIC, name=name)
    if content_type not in _EXTENSIONS:
        raise Fault(_OTHER_TYPE, name=name)
    if extension not in _EXTENSIONS[content_type]:
        raise Fault(_MISMATCH, name=name)
    uploaded.seek(0)
    if content_type == "application/pdf":
        content, extension = _checked_pdf(uploaded.read(), name), ".pdf"
    else:
        with _one_picture:
            content, content_type, extension = _rewritten(uploaded, content_type, name)
    return CleanFile(
        content_type=content_type,
        extension=extension,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        display_name=os.path.splitext(name)[0] + extension,
    )


def _shown_name(name: str) -> str:
    """Return the name without folders and without signs that would deceive its reader."""
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp"))
    stem, extension = os.path.splitext(name.strip())
    return f"{stem[:80].strip('. ') or '添付ファイル'}{extension[:10]}"


def _sniffed(head: bytes) -> str:
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    kind = filetype.guess(head)
    return "" if kind is None else str(kind.mime)


def _rewritten(uploaded: UploadedFile, content_type: str, name: str) -> tuple[bytes, str, str]:
    try:
        with Image.open(uploaded, formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Fault(_TOO_MANY_PIXELS, name=name)
            # Of a moving picture only the first frame is opened at all.
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            return _encoded(_plain(picture), keep_sharp=content_type != "image/jpeg")
    except Image.DecompressionBombError as error:
        raise Fault(_TOO_MANY_PIXELS, name=name) from error
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
        zlib.error,
    ) as error:
        if isinstance(error, Fault):
            raise
        raise Fault(_BROKEN, name=name) from error


def _plain(picture: Image.Image) -> Image.Image:
    """Return the bare pixels: what Pillow carries along beside them is dropped."""
    see_through = picture.mode in ("LA", "PA", "RGBA", "RGBa") or "transparency" in picture.info
    wanted = "RGBA" if see_through else "L" if picture.mode in ("1", "L") else "RGB"
    bare = picture if picture.mode == wanted else picture.convert(wanted)
    # Pillow writes comments and profiles out again from here.
    bare.info = {}
    return bare


def _encoded(picture: Image.Image, *, keep_sharp: bool) -> tuple[bytes, str, str]:
    if keep_sharp:
        written = io.BytesIO()
        picture.save(written, "PNG")
        if written.tell() <= LARGEST_FILE:
            return written.getvalue(), "image/png", ".png"
        # A photograph saved as PNG: larger than anything we promised to keep.
        written.close()
    if picture.mode == "RGBA":
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        picture = paper
    written = io.BytesIO()
    # Neither progressive nor optimized: both keep the whole picture in memory once more.
    picture.save(written, "JPEG", quality=_JPEG_QUALITY)
    return written.getvalue(), "image/jpeg", ".jpg"


def _checked_pdf(content: bytes, name: str) -> bytes:
    """Return the PDF as it came, unless it is locked, cut off or does things by itself.

    This is no search for every trick: it refuses what a well-meaning sender can mend, and a PDF is
    never opened on our pages.
    """
    if b"%%EOF" not in content:
        raise Fault(_BROKEN, name=name)
    outside = _unescaped(b"stream".join(_outside_streams(content)))
    if _LOCKED.search(outside):
        raise Fault(_PDF_LOCKED, name=name)
    if _ACTIVE_NAMES.search(content) or any(
        _ACTIVE_NAMES.search(part) or _SHORT_ACTIVE_NAMES.search(part)
        for part in (outside, *map(_unescaped, _object_streams(content)))
    ):
        raise Fault(_PDF_ACTIVE, name=name)
    return content


def _outside_streams(content: bytes) -> Iterator[bytes]:
    """Return what stands between streams; in packed bytes, names of three letters occur by chance.

    By `find` and not by a pattern: thousands of streams without an end would cost hours.
    """
    at = 0
    while (start := content.find(b"stream", at)) >= 0:
        yield content[at:start]
        end = content.find(b"endstream", start + 6)
        if end < 0:
            return
        at = end + 9
    yield content[at:]


def _unescaped(content: bytes) -> bytes:
    """Return the content with names spelt out: /J#61vaScript is /JavaScript to every reader."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """Unpack the streams in which newer PDFs keep their objects, up to a sum of 50 MB."""
    left, at = _MOST_UNPACKED, 0
    while left > 0 and (found := content.find(b"/ObjStm", at)) >= 0:
        start = content.find(b"stream", found, found + _LONGEST_DICTIONARY)
        end = content.find(b"endstream", start + 6)
        if end < 0:
            return
        at = end if start >= 0 else found + 7
        if start >= 0:
            packed = content[start + 6 : end].lstrip(b"\r\n")
            with suppress(zlib.error):
                unpacked = zlib.decompressobj().decompress(packed, left)
                left -= len(unpacked)
                yield unpacked


def _folder_of_this_ward() -> Path:
    return Path(settings.MEDIA_ROOT) / connection.schema_name


def _path_of(name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise NoSuchFileError
    return _folder_of_this_ward() / name


def store(clean: CleanFile, folder: str) -> str:
    """Keep a file in the ward being served and return its name: 「consultations/3f…9c.jpg」.

    Either the whole file is on disk under its name, or nothing is.
    """
    if not _FOLDER.fullmatch(folder):
        raise ValueError(folder)
    name = f"{folder}/{secrets.token_hex(16)}{clean.extension}"
    path = _path_of(name)
    for parent in (path.parent.parent, path.parent):
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half_written = path.with_suffix(".part")
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(half_written, flags, 0o600), "wb") as file:
            file.write(clean.content)
            file.flush()
            os.fsync(file.fileno())
        half_written.rename(path)
        _sync_folder(path.parent)
    except BaseException:
        half_written.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise
    return name


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def stored(files: Iterable[CleanFile], folder: str) -> Iterator[list[str]]:
    """Keep files for the block that writes their rows; take them away again when it fails."""
    names: list[str] = []
    try:
        for clean in files:
            names.append(store(clean, folder))
        yield names
    except BaseException:
        for name in names:
            remove(name)
        raise


@contextmanager
def kept(files: Sequence[CleanFile], folder: str) -> Iterator[list[dict[str, Any]]]:
    """Keep files for the block that writes their rows, and describe them as such rows do.

    A block that fails leaves none on disk.
    """
    with stored(files, folder) as names:
        yield [
            {
                "stored_name": name,
                "display_name": file.display_name,
                "content_type": file.content_type,
                "size": len(file.content),
                "sha256": file.sha256,
            }
            for name, file in zip(names, files, strict=True)
        ]


def remove(name: str) -> None:
    """Take a file of the ward being served away; one that is gone already is no fault."""
    _path_of(name).unlink(missing_ok=True)


def names_in(folder: str, *, before: datetime) -> list[str]:
    """List the files of a folder of the ward being served that were written before a moment."""
    return [
        f"{folder}/{path.name}"
        for path in (_folder_of_this_ward() / folder).glob("*")
        if _NAME.fullmatch(f"{folder}/{path.name}") and path.stat().st_mtime < before.timestamp()
    ]


def remove_half_written(before: datetime) -> int:
    """Remove what a process that was killed left half written; return how many there were."""
    removed = 0
    for path in _folder_of_this_ward().glob("*/*.part"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def open_stored(name: str) -> BinaryIO:
    """Open a file of the ward being served. Raise NoSuchFileError for every other name."""
    try:
        return open(os.open(_path_of(name), os.O_RDONLY | os.O_NOFOLLOW), "rb")
    except OSError as error:
        raise NoSuchFileError from error


def download_response(name: str, *, display_name: str, content_type: str) -> FileResponse:
    """Return a kept file as a download that no browser opens as a page of ours."""
    return _download(open_stored(name), display_name, content_type)


def content_response(content: bytes, *, display_name: str, content_type: str) -> FileResponse:
    """Return a file that is on its way between two offices as such a download."""
    return _download(io.BytesIO(content), display_name, content_type)


def _download(file: BinaryIO, display_name: str, content_type: str) -> FileResponse:
    response = FileResponse(
        file,
        as_attachment=True,
        filename=display_name,
        content_type=content_type if content_type in _EXTENSIONS else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
