"""会議資料: kept, shown to everybody, taken out again with the reason."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from councils.forum.choices import StepKind
from councils.forum.models import ForumSession, SessionPaper
from councils.forum.services.session_rows import MAY_ANNOUNCE, MAY_CHANGE, locked, reasons_over
from councils.forum.services.steps import note
from wards import attachments, clock
from wards.access import may
from wards.storing import store
from wards.text import Fault
from wards.typed import need_text, refuse

FOLDER = "forum_papers"


def _not_cancelled(session: ForumSession) -> ForumSession:
    session = locked(session)
    if session.cancelled_at is not None:
        refuse(reasons_over(session))
    return session


def add_paper(
    session: ForumSession, *, number: str, title: str, file: UploadedFile, actor
) -> SessionPaper:
    """Keep a paper of a session; nobody outside sees it before it is published.

    Raise ValidationError with a sentence that names the file. A withdrawn paper's number is free again.
    """
    may(actor, MAY_CHANGE)
    number = need_text(number, "資料番号を入力してください。", longest=20)
    title = need_text(title, "資料名を入力してください。", longest=120)
    if file is None:
        refuse(["ファイルを選んでください。"])
    try:
        clean = attachments.cleaned_file(file)
    except Fault as fault:
        refuse([str(fault)])
    with transaction.atomic(), attachments.kept([clean], FOLDER) as facts:
        session = _not_cancelled(session)
        if session.papers.filter(number=number, withdrawn_reason="").exists():
            refuse(
                [
                    f"「{number}」の資料が、すでにあります。差し替えるときは、先に取り下げてください。"
                ]
            )
        paper = SessionPaper(
            session=session,
            number=number,
            title=title,
            added_by=actor,
            added_at=clock.now(),
            **facts[0],
        )
        store(paper)
    return paper


def _locked(paper: SessionPaper) -> SessionPaper:
    return SessionPaper.objects.select_for_update(of=("self",)).get(pk=paper.pk)


@transaction.atomic
def publish_paper(paper: SessionPaper, *, actor) -> None:
    """Let everybody read a paper of an announced session."""
    may(actor, MAY_ANNOUNCE)
    session = _not_cancelled(paper.session)
    paper = _locked(paper)
    if session.announced_at is None:
        refuse(["先に会議の開催を公表してください。"])
    if paper.withdrawn_reason:
        refuse(["取り下げた資料は公表できません。新しい資料を登録してください。"])
    if paper.is_public:
        refuse(["この資料は、すでに公表されています。"])
    paper.is_public = True
    store(paper, "is_public")
    note(session, StepKind.NOTE, f"資料を公表しました（{paper}）。", actor=actor)


@transaction.atomic
def withdraw_paper(paper: SessionPaper, *, reason: str, actor) -> None:
    """Take a paper out, published or not; it stays on file with the reason."""
    may(actor, MAY_ANNOUNCE)
    session = locked(paper.session)
    paper = _locked(paper)
    if paper.withdrawn_reason:
        refuse(["この資料は、すでに取り下げられています。"])
    paper.withdrawn_reason = need_text(
        reason, "差し替え・取下げの理由を入力してください。", longest=200
    )
    paper.is_public = False
    store(paper, "is_public", "withdrawn_reason")
    note(
        session,
        StepKind.NOTE,
        f"資料を取り下げました（{paper}）。",
        actor=actor,
        text=paper.withdrawn_reason,
    )
