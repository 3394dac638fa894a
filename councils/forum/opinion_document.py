"""One opinion as a PDF: the same steps as its page, on A4, in a font that every reader has.

`HeiseiKakuGo-W5` is one of Adobe's Japanese fonts that a PDF may name without holding it; what it
has no shape for (emoji, rare characters beyond U+FFFF) is told by its number instead of a gap.
"""

import io
import re
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from councils.forum.opinion_line import PublicOpinion, Step
from wards.models import Ward
from wards.wareki import wareki

FONT: Final = "HeiseiKakuGo-W5"
MARGIN: Final = 20 * mm
_BEYOND: Final = re.compile("[\U00010000-\U0010ffff]")
# They join or colour the character before them, and have no shape of their own.
_WITHOUT_SHAPE: Final = re.compile("[\ufe00-\ufe0f\u200b-\u200f\u2060\U000e0100-\U000e01ef]")

pdfmetrics.registerFont(UnicodeCIDFont(FONT))

_BODY: Final = ParagraphStyle(
    "body", fontName=FONT, fontSize=10, leading=16, wordWrap="CJK", spaceAfter=1 * mm
)
_TITLE: Final = ParagraphStyle("title", parent=_BODY, fontSize=16, leading=23, spaceAfter=3 * mm)
_STEP: Final = ParagraphStyle(
    "step", parent=_BODY, fontSize=11.5, leading=17, spaceBefore=4 * mm, keepWithNext=True
)
_FACT: Final = ParagraphStyle("fact", parent=_BODY, leftIndent=6 * mm)
_SMALL: Final = ParagraphStyle("small", parent=_BODY, fontSize=8.5, leading=13)


def drawable(text: str) -> str:
    """Return a text as the font can draw it: 「😀」 becomes 「［U+1F600］」."""
    text = _WITHOUT_SHAPE.sub("", text)
    return _BEYOND.sub(lambda found: f"［U+{ord(found[0]):X}］", text)


def opinion_pdf(ward: Ward, opinion: PublicOpinion, day: date, address: str) -> bytes:
    """Return the PDF; `day` is when it was made, `address` the page it was made from."""
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=drawable(f"{opinion.label} {opinion.title}"),
        author=ward.office_name,
        lang="ja",
    )

    def number_the_page(canvas, document) -> None:
        canvas.setFont(FONT, 8.5)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"{opinion.label}　{canvas.getPageNumber()}")

    document.build(
        list(_flow(ward, opinion, day, address)),
        onFirstPage=number_the_page,
        onLaterPages=number_the_page,
    )
    return out.getvalue()


def _flow(ward: Ward, opinion: PublicOpinion, day: date, address: str):
    yield _paragraph(f"{ward.name}区政会議　意見の台帳　{opinion.label}", _SMALL)
    yield _paragraph(opinion.title, _TITLE)
    if opinion.is_sample:
        yield _paragraph("見本：作成した見本です。実際の意見ではありません。", _BODY)
    yield _paragraph(f"状態　{opinion.state}", _BODY)
    for number, step in enumerate(opinion.steps, start=1):
        yield from _step(number, step)
    yield Spacer(1, 6 * mm)
    yield _paragraph(f"{wareki(day)}作成　{ward.office_name}　{address}", _SMALL)


def _step(number: int, step: Step):
    day = f"　{wareki(step.day)}" if step.day else ""
    taken_back = "（取下げ）" if step.taken_back else ""
    yield _paragraph(f"{number}　{step.title}{taken_back}{day}", _STEP)
    for fact in step.facts:
        yield _paragraph(f"【{fact.label}】{fact.text}", _FACT)
    if step.taken_back:
        yield _paragraph(step.taken_back, _FACT)


def _paragraph(text: str, style: ParagraphStyle) -> Paragraph:
    written = escape(drawable(text).replace("\r\n", "\n").replace("\r", "\n"))
    return Paragraph(written.replace("\n", "<br/>"), style)
