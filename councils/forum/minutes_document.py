"""会議録 as a Word file in the city's layout: 日時, 場所, 出席者, 議題, 議事."""

from collections.abc import Iterable
from datetime import datetime
from typing import IO, Final

from django.utils import timezone
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from councils.forum.choices import AttendeeKind, Attending
from councils.forum.minutes_text import blocks_of
from councils.forum.models import ForumSession
from councils.forum.services.carried import count_open_unpublished_before, open_opinions_before
from wards.fiscal_year import fiscal_year_label
from wards.spooled_files import spooled_file
from wards.typed import refuse
from wards.wareki import wareki
from wards.xml_text import printable

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT: Final = "ＭＳ 明朝"
DAYS_OF_THE_WEEK: Final = "月火水木金土日"


def hour_in_words(moment: datetime) -> str:
    """Write a local moment's time as minutes do: 「午後7時00分」."""
    half = "午前" if moment.hour < 12 else "午後"
    return f"{half}{moment.hour % 12}時{moment.minute:02}分"


def time_in_words(session: ForumSession) -> str:
    """Write from when to when a session lasted; before it took place, as it is planned."""
    begin = timezone.localtime(session.began_at or session.starts_at)
    end = timezone.localtime(session.ended_at or session.planned_end_at)
    weekday = DAYS_OF_THE_WEEK[begin.weekday()]
    planned = "" if session.ended_at else "（予定）"
    return f"{wareki(begin.date())}（{weekday}曜日）{hour_in_words(begin)}から{hour_in_words(end)}まで{planned}"


def title_of(session: ForumSession) -> str:
    """Return 「令和8年度 第1回 区政会議」."""
    return f"{fiscal_year_label(session.fiscal_year)} 第{session.number}回 {session.called}"


def file_name_of(session: ForumSession) -> str:
    """Return the name under which the file is saved."""
    return f"会議録_{title_of(session).replace(' ', '_')}.docx"


def minutes_docx(session: ForumSession, *, for_staff: bool = False) -> IO[bytes]:
    """Return the minutes as a Word file, at its beginning; `wards.spooled_files.download_of` sends it.

    For the public only published minutes are written, and of the opinions in the appendix only those
    of the public ledger; raise ValidationError otherwise. Staff get a draft, marked as such.
    """
    minutes = getattr(session, "minutes", None)
    is_published = minutes is not None and minutes.published_at is not None
    if not (for_staff or is_published):
        refuse(["会議録は、まだ公表していません。"])
    document = _empty_document()
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    sample = "【見本】" if session.is_demo else ""
    run = heading.add_run(_clean(f"{sample}{title_of(session)} 会議録"))
    run.bold, run.font.size = True, Pt(16)
    if not is_published:
        _line(document, "※公表前の案です。")
    _section(document, "１　日時", [time_in_words(session)])
    place = f"{session.place}{'（オンラインを併用）' if session.is_online else ''}"
    _section(document, "２　場所", [place])
    _attendance(document, session)
    _agenda(document, session)
    _spoken(document, minutes.body if minutes is not None else "")
    _carried(document, session, published_only=not for_staff)
    file = spooled_file()
    document.save(file)
    file.seek(0)
    return file


def _empty_document():
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    section.top_margin = section.bottom_margin = Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(10.5)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    normal.paragraph_format.space_after = Pt(0)
    document.core_properties.author = ""
    document.core_properties.comments = ""
    return document


def _clean(text: str) -> str:
    # Rows stored before a rule forbade it must not spoil a file.
    return printable(text).replace("\r", "")


def _line(document, text: str, *, indent: float = 0, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(_clean(text)).bold = bold or None
    if indent:
        paragraph.paragraph_format.left_indent = Mm(indent)


def _section(document, heading: str, lines: Iterable[str]) -> None:
    document.add_paragraph()
    _line(document, heading, bold=True)
    for line in lines:
        _line(document, line, indent=7)


def _attendance(document, session: ForumSession) -> None:
    rows = list(session.attendances.select_related("member", "adviser").order_by("pk"))
    day = timezone.localtime(session.starts_at).date()
    posts = {
        office.member_id: f"（{office.get_kind_display()}）"
        for office in session.term.offices.in_force(day)
    }
    _section(document, "３　出席者", [])
    for kind, called in (
        (AttendeeKind.MEMBER, "委員"),
        (AttendeeKind.ADVISER, "市会議員"),
        (AttendeeKind.CITY, "市側"),
    ):
        of_kind = [row for row in rows if row.kind == kind]
        _line(document, f"〔{called}〕", indent=7)
        for attending, told in (*Attending.choices, ("", "未記入")):
            names = [
                f"{row}{posts.get(row.member_id, '')}"
                for row in of_kind
                if row.attending == attending
            ]
            # An adviser of whom nothing was noted did not come to the table.
            if names and (attending or session.ended_at is None):
                _line(document, f"（{told}）{'、'.join(names)}", indent=14)
        if not of_kind:
            _line(document, "なし", indent=14)


def _agenda(document, session: ForumSession) -> None:
    _section(document, "４　議題", [])
    for item in session.agenda.select_related("bureau").order_by("number"):
        papers = f"　資料：{item.papers}" if item.papers else ""
        _line(document, f"（{item.number}）{item.title}（{item.whose}）{papers}", indent=7)


def _spoken(document, body: str) -> None:
    _section(document, "５　議事", [])
    for block in blocks_of(body):
        if block.speaker:
            _line(document, f"（{block.speaker}）", bold=True)
        for line in block.text.split("\n"):
            _line(document, line, indent=7 if block.speaker else 0)


def _carried(document, session: ForumSession, *, published_only: bool) -> None:
    carried = open_opinions_before(session, published_only=published_only)
    others = count_open_unpublished_before(session) if published_only else 0
    if not carried and not others:
        return
    lines = [f"{one.opinion.label}　{one.opinion.title}（{one.age}）" for one in carried]
    if others:
        beside = "ほかに、" if carried else ""
        lines.append(f"{beside}回答を準備している意見が{others}件あります。")
    _section(document, "別紙　前回までの意見（対応中）", lines)
