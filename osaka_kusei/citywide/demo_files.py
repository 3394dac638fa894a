"""Harmless files for demo cases, drawn here: a picture of a street, a letter of one page."""

import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from wards.attachments import CleanFile, cleaned_file


def demo_file(kind: str, dice: random.Random) -> CleanFile:
    """Return a file of a kind, `picture` or `letter`, as a citizen's would be kept."""
    if kind == "picture":
        return cleaned_file(SimpleUploadedFile("写真.jpg", _street(dice)))
    return cleaned_file(SimpleUploadedFile("手紙.pdf", letter()))


def _street(dice: random.Random) -> bytes:
    """Draw a street at dusk: sky, houses, a road, and a lamp."""
    picture = Image.new("RGB", (480, 360), (90, 110, 150))
    brush = ImageDraw.Draw(picture)
    left = 0
    while left < 480:
        wide, high = dice.randint(50, 110), dice.randint(60, 170)
        grey = dice.randint(120, 190)
        brush.rectangle((left, 230 - high, left + wide, 230), fill=(grey, grey - 10, grey - 25))
        left += wide + 4
    brush.rectangle((0, 230, 480, 360), fill=(70, 70, 74))
    for start in range(10, 480, 80):
        brush.rectangle((start, 290, start + 40, 296), fill=(220, 220, 210))
    pole = dice.randint(60, 400)
    brush.rectangle((pole, 90, pole + 6, 240), fill=(40, 40, 45))
    brush.ellipse((pole - 12, 74, pole + 18, 98), fill=(60, 60, 60))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=80)
    return written.getvalue()


def letter() -> bytes:
    """Write the smallest PDF: one page with one line."""
    line = b"BT /F1 24 Tf 72 760 Td (MIHON - SAMPLE LETTER) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 6\n0000000000 65535 f \n"
        + table
        + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    )
