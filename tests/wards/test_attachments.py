"""Files that citizens attach: real pictures and PDFs, honest ones and others."""

import hashlib
import io
import os
import stat
import struct
import sys
import time
import zipfile
import zlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from PIL import Image, ImageOps, PngImagePlugin

from wards import attachments
from wards.attachments import (
    LARGEST_FILE,
    NoSuchFileError,
    cleaned_file,
    cleaned_files,
    download_response,
    open_stored,
    remove,
    remove_half_written,
    store,
    stored,
)
from wards.text import Fault

ORIENTATION, CAMERA, GPS = 0x0112, 0x010F, 0x8825


def photograph(*, turned=1, size=(60, 40)) -> bytes:
    """Return a JPEG as a telephone takes it: place, camera, comment, XMP, left half red."""
    picture = Image.new("RGB", size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    exif[CAMERA] = "SecretPhone 12"
    exif.get_ifd(GPS)[2] = (34.0, 42.0, 18.0)
    exif.get_ifd(GPS)[1] = "N"
    written = io.BytesIO()
    picture.save(
        written, "JPEG", exif=exif, comment=b"taken at home", xmp=b"<x:xmpmeta>home</x:xmpmeta>",
        icc_profile=b"\0" * 128,
    )  # fmt: skip
    return written.getvalue()


def saved(picture: Image.Image, kind: str, **more) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **more)
    return written.getvalue()


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(*objects: bytes, trailer=b"<< /Root 1 0 R >>") -> bytes:
    body = b"\n".join(b"%d 0 obj\n%s\nendobj" % item for item in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"\ntrailer\n" + trailer + b"\n%%EOF\n"


def stream(dictionary: bytes, content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(packed), packed)


def giant_png(width=10_000, height=10_000) -> bytes:
    """Return the head of a picture of 100 megapixels, and nothing behind it."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.fixture
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


def test_a_photograph_loses_place_camera_and_comments():
    content = photograph()
    assert b"SecretPhone" in content

    clean = cleaned_file(upload("道路の穴.JPG", content))

    assert (clean.content_type, clean.extension) == ("image/jpeg", ".jpg")
    assert clean.display_name == "道路の穴.jpg"
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()
    for trace in (b"SecretPhone", b"Exif", b"taken at home", b"xmpmeta", b"ICC_PROFILE"):
        assert trace not in clean.content
    with Image.open(io.BytesIO(clean.content)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (60, 40)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_stands_upright_without_its_exif(turned):
    content = photograph(turned=turned)

    clean = cleaned_file(upload("a.jpg", content))

    with Image.open(io.BytesIO(content)) as taken, Image.open(io.BytesIO(clean.content)) as kept:
        upright = ImageOps.exif_transpose(taken)
        assert kept.size == upright.size
        corner, expected = kept.getpixel((5, 5)), upright.getpixel((5, 5))
        assert all(abs(a - b) < 40 for a, b in zip(corner, expected, strict=True))


@pytest.mark.parametrize("tail", ["zip", "html"])
def test_what_hangs_behind_a_picture_stays_behind(tail):
    if tail == "zip":
        hidden = io.BytesIO()
        with zipfile.ZipFile(hidden, "w") as archive:
            archive.writestr("virus.exe", b"MZ")
        behind = hidden.getvalue()
    else:
        behind = b"<script>alert(1)</script>"

    clean = cleaned_file(upload("a.jpg", photograph() + behind))

    assert behind not in clean.content
    assert b"PK\x03\x04" not in clean.content
    assert not zipfile.is_zipfile(io.BytesIO(clean.content))
    assert clean.content.endswith(b"\xff\xd9")


def test_a_png_stays_sharp_and_see_through_without_its_notes():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", "Yamada")
    content = saved(Image.new("RGBA", (9, 9), (1, 2, 3, 128)), "PNG", pnginfo=notes)

    clean = cleaned_file(upload("図.png", content))

    assert clean.content_type == "image/png"
    assert b"Yamada" not in clean.content
    with Image.open(io.BytesIO(clean.content)) as picture:
        assert picture.getpixel((0, 0)) == (1, 2, 3, 128)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_taken(mode):
    clean = cleaned_file(upload("a.png", saved(Image.new(mode, (4, 4)), "PNG")))

    with Image.open(io.BytesIO(clean.content)) as picture:
        assert picture.size == (4, 4)


@pytest.mark.parametrize(("kind", "name"), [("GIF", "a.gif"), ("WEBP", "a.webp")])
def test_of_a_moving_picture_the_first_frame_is_kept(kind, name):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    content = saved(frames[0], kind, save_all=True, append_images=frames[1:])

    clean = cleaned_file(upload(name, content))

    assert (clean.content_type, clean.display_name) == ("image/png", "a.png")
    with Image.open(io.BytesIO(clean.content)) as picture:
        assert getattr(picture, "n_frames", 1) == 1
        red, green, blue = picture.convert("RGB").getpixel((4, 4))
        assert red > 200 > 60 > max(green, blue)


def test_the_picture_in_several_sizes_of_a_telephone_is_a_jpeg():
    frames = [Image.new("RGB", (8, 8), "red"), Image.new("RGB", (4, 4), "blue")]
    content = saved(frames[0], "MPO", save_all=True, append_images=frames[1:])

    clean = cleaned_file(upload("a.jpg", content))

    assert clean.content_type == "image/jpeg"
    with Image.open(io.BytesIO(clean.content)) as picture:
        assert picture.format == "JPEG"


def test_a_cmyk_photograph_is_kept_in_the_colours_of_screens():
    clean = cleaned_file(upload("a.jpg", saved(Image.new("CMYK", (8, 8)), "JPEG")))

    with Image.open(io.BytesIO(clean.content)) as picture:
        assert picture.mode == "RGB"


def test_a_hundred_megapixels_are_refused_before_they_are_unpacked(monkeypatch):
    monkeypatch.setattr(Image.Image, "load", lambda self: pytest.fail("It was unpacked."))
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", Image.Image.load)

    with pytest.raises(Fault, match="4,000万画素以内に縮小して"):
        cleaned_file(upload("大きな図.png", giant_png()))


@pytest.mark.filterwarnings("ignore:Image size")
@pytest.mark.parametrize(
    ("width", "sentence"), [(8_000, "壊れている"), (8_001, "画素数が多すぎます")]
)
def test_forty_megapixels_are_the_limit(width, sentence):
    with pytest.raises(Fault, match=sentence):
        cleaned_file(upload("a.png", giant_png(width, 5_000)))


def test_a_picture_of_noise_does_not_grow_beyond_what_is_kept(monkeypatch):
    monkeypatch.setattr(attachments, "LARGEST_FILE", 400_000)
    noise = Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3))
    content = saved(noise, "WEBP", quality=90)

    clean = cleaned_file(upload("a.webp", content))

    assert clean.content_type == "image/jpeg"
    assert len(clean.content) <= 400_000


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "中身が空です"),
        ("写真.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "写真の形式をJPEGにして"),
        ("写真.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "写真の形式をJPEGにして"),
        ("写真.HEIC", b"whatever", "互換性優先"),
        ("見積.docx", b"PK\x03\x04" + b"\0" * 40, "写真はJPEGかPNG、書類はPDF"),
        ("a.exe", b"MZ" + b"\0" * 80, "写真はJPEGかPNG、書類はPDF"),
        ("a.svg", b"<svg onload='alert(1)'/>", "写真はJPEGかPNG、書類はPDF"),
        ("a.pdf", b"<html>%PDF-1.7 %%EOF", "写真はJPEGかPNG、書類はPDF"),
        ("a.png", photograph(), "名前の終わり（拡張子）が示す形式と違います"),
        ("a.pdf", photograph(), "名前の終わり（拡張子）が示す形式と違います"),
        ("a.html", pdf(), "名前の終わり（拡張子）が示す形式と違います"),
        ("a", photograph(), "名前の終わり（拡張子）が示す形式と違います"),
        ("a.jpg", photograph()[:300], "壊れている"),
        ("a.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 300, "壊れている"),
        ("a.pdf", b"%PDF-1.7\nnothing", "壊れている"),
    ],
)
def test_a_file_that_cannot_be_taken_is_named_with_how_to_mend_it(name, content, sentence):
    with pytest.raises(Fault, match=sentence) as refused:
        cleaned_file(upload(name, content))

    assert f"「{name}」" in str(refused.value)


def test_ten_megabytes_are_the_limit():
    padded = pdf() + b" " * (LARGEST_FILE - len(pdf()))

    assert len(cleaned_file(upload("a.pdf", padded)).content) == LARGEST_FILE
    with pytest.raises(Fault, match="10MB以内"):
        cleaned_file(upload("a.pdf", padded + b" "))


def test_three_files_are_the_limit():
    assert len(cleaned_files([upload("a.pdf", pdf())] * 3)) == 3
    with pytest.raises(Fault, match="3個以内にして"):
        cleaned_files([upload("a.pdf", pdf())] * 4)


def test_an_honest_pdf_is_kept_to_the_byte():
    content = pdf(
        b"<< /Type /Catalog /OpenAction [3 0 R /Fit] >>", stream(b"", b"\0/JS (x)\xff" * 99)
    )

    clean = cleaned_file(upload("..\\..\\C:\\申請書 \u202eFDP.PDF", content))

    assert clean.content == content
    assert (clean.content_type, clean.display_name) == ("application/pdf", "申請書 FDP.pdf")


@pytest.mark.parametrize(
    "active",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript >>",
        b"<< /JS 5 0 R >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /Names << /EmbeddedFiles 4 0 R >> >>",
        b"<< /AcroForm << /XFA 7 0 R >> >>",
        stream(b"/Type /ObjStm /N 1 /Filter /FlateDecode", b"1 0 << /S /JavaScript /JS (x) >>"),
        stream(b"/Type/ObjStm", b"1 0 << /JS (x) >>"),
    ],
)
def test_a_pdf_that_does_things_by_itself_is_refused(active):
    with pytest.raises(Fault, match="「印刷」から「PDFに保存」で作り直した"):
        cleaned_file(upload("a.pdf", pdf(active)))


def test_a_locked_pdf_is_refused():
    locked = pdf(trailer=b"<< /Root 1 0 R /Encrypt 9 0 R >>")

    with pytest.raises(Fault, match="制限を外したPDF"):
        cleaned_file(upload("a.pdf", locked))


@pytest.fixture
def unwatched():
    """Stop the counting of lines meanwhile: it costs more than the work that is measured."""
    watcher = sys.gettrace()
    sys.settrace(None)
    yield
    sys.settrace(watcher)


@pytest.mark.parametrize(
    "piece", [b"stream\n", b"/ObjStm ", b"/ObjStm stream\n", b"/ObjStm stream\nendstream", b"#41", b"endstream"]
)  # fmt: skip
def test_a_pdf_made_to_keep_us_busy_is_judged_in_seconds(unwatched, piece):
    content = b"%PDF-1.7\n" + piece * (LARGEST_FILE // len(piece) - 20) + b"\n%%EOF"
    started = time.process_time()

    cleaned_file(upload("a.pdf", content))

    assert time.process_time() - started < 5


def test_a_bomb_in_a_pdf_is_unpacked_only_so_far():
    bomb = stream(b"/Type /ObjStm", b"\0" * (300 * 1024 * 1024))

    assert cleaned_file(upload("a.pdf", pdf(bomb))).content_type == "application/pdf"


def test_one_picture_is_unpacked_at_a_time(monkeypatch):
    held = []
    unpack = attachments._rewritten
    monkeypatch.setattr(
        attachments,
        "_rewritten",
        lambda *given: held.append(attachments._one_picture.locked()) or unpack(*given),
    )

    cleaned_files([upload("a.jpg", photograph())] * 2)

    assert held == [True, True]
    assert not attachments._one_picture.locked()


def test_a_file_that_waits_on_disk_is_read_like_any_other():
    with TemporaryUploadedFile("a.jpg", "image/jpeg", 0, None) as waiting:
        waiting.write(photograph())
        waiting.size = waiting.tell()
        waiting.seek(5)
        assert cleaned_file(waiting).content_type == "image/jpeg"


def test_a_kept_file_is_private_whole_and_named_by_chance(kita, media):
    clean = cleaned_file(upload("a.pdf", pdf()))

    names = {store(clean, "consultations") for _ in range(2)}

    assert len(names) == 2
    for name in names:
        path = media / "kita" / name
        assert path.read_bytes() == clean.content
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert open_stored(name).read() == clean.content
    assert list(media.rglob("*.part")) == []


@pytest.mark.parametrize("failing", ["fsync", "rename"])
def test_a_full_disk_leaves_nothing_half_written(kita, media, monkeypatch, failing):
    def full(*arguments):
        raise OSError(28, "No space left on device")

    owner = os if failing == "fsync" else attachments.Path
    monkeypatch.setattr(owner, failing, full)

    with pytest.raises(OSError, match="No space left"):
        store(cleaned_file(upload("a.pdf", pdf())), "consultations")

    assert [path for path in media.rglob("*") if path.is_file()] == []


def test_files_go_when_what_they_belong_to_cannot_be_kept(kita, media):
    files = [cleaned_file(upload("a.pdf", pdf())), cleaned_file(upload("b.jpg", photograph()))]

    with suppress(RuntimeError), stored(files, "consultations") as names:
        assert len(names) == 2
        raise RuntimeError

    assert [path for path in media.rglob("*") if path.is_file()] == []
    with stored(files, "consultations") as names:
        pass
    assert [open_stored(name).read() for name in names] == [file.content for file in files]


def test_a_ward_opens_only_its_own_files(enter, media):
    enter("kita")
    name = store(cleaned_file(upload("a.pdf", pdf())), "consultations")
    enter("nishi")

    with pytest.raises(NoSuchFileError):
        open_stored(name)
    with pytest.raises(NoSuchFileError):
        open_stored(f"../kita/{name}")
    remove(name)
    enter("kita")
    assert open_stored(name).read() == pdf()
    remove(name)
    remove(name)
    with pytest.raises(NoSuchFileError):
        open_stored(name)


@pytest.mark.parametrize(
    "name",
    ["", "/etc/passwd", "../../etc/passwd", "consultations/../../x.pdf", "consultations/a.pdf",
     "consultations/" + "0" * 32 + ".html", "consultations/" + "0" * 32 + ".pdf\n",
     "consultations/" + "0" * 32 + ".part", "consultations\0/" + "0" * 32 + ".pdf"],
)  # fmt: skip
def test_a_name_that_was_never_given_opens_and_removes_nothing(kita, media, name):
    with pytest.raises(NoSuchFileError):
        open_stored(name)
    if name != "consultations/" + "0" * 32 + ".pdf":
        with pytest.raises(NoSuchFileError):
            remove(name)


def test_a_link_in_place_of_a_file_is_not_followed(kita, media):
    name = "consultations/" + "0" * 32 + ".pdf"
    (media / "kita" / "consultations").mkdir(parents=True)
    (media / "kita" / name).symlink_to("/etc/passwd")

    with pytest.raises(NoSuchFileError):
        open_stored(name)


@pytest.mark.parametrize("folder", ["", "..", "a/b", "A", "consultations/../x"])
def test_a_folder_is_a_plain_word(kita, media, folder):
    with pytest.raises(ValueError, match=r".*"):
        store(cleaned_file(upload("a.pdf", pdf())), folder)


def test_what_a_killed_process_left_behind_is_removed_later(kita, media):
    folder = media / "kita" / "consultations"
    folder.mkdir(parents=True)
    (folder / f"{'0' * 32}.part").write_bytes(b"half")
    now = datetime.now(tz=UTC)

    assert remove_half_written(now - timedelta(hours=1)) == 0
    assert remove_half_written(now + timedelta(hours=1)) == 1
    assert list(folder.iterdir()) == []


def test_a_file_goes_out_as_a_download_that_is_no_page(kita, media):
    name = store(cleaned_file(upload("a.pdf", pdf())), "consultations")

    response = download_response(name, display_name="申請書.pdf", content_type="application/pdf")

    assert b"".join(response.streaming_content) == pdf()
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E7%94%B3%E8%AB%8B%E6%9B%B8.pdf"
    )
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", ['a".pdf', "a\r\nX-Evil: 1.pdf", "a;b.pdf"])
def test_a_name_adds_no_header(kita, media, name):
    kept = store(cleaned_file(upload("a.pdf", pdf())), "consultations")
    shown = attachments._shown_name(name)

    response = download_response(kept, display_name=shown, content_type="text/html")

    assert "X-Evil" not in response.headers
    assert response["Content-Type"] == "application/octet-stream"
