"""議題: what a session talks about, changed until its minutes are published."""

from django.db import transaction

from councils.forum.choices import Scope, StepKind
from councils.forum.models import AgendaItem, ForumSession
from councils.forum.services.minutes import end_confirmation
from councils.forum.services.session_rows import MAY_CHANGE, locked, reasons_over
from councils.forum.services.steps import note
from wards import clock
from wards.access import may
from wards.storing import store
from wards.typed import need_text, optional_text, refuse

MOST_ITEMS = 50


def _open(session: ForumSession) -> ForumSession:
    session = locked(session)
    if session.cancelled_at is not None:
        refuse(reasons_over(session))
    minutes = getattr(session, "minutes", None)
    if minutes is not None and minutes.published_at is not None:
        refuse(["会議録を公表したため、議題は変えられません。"])
    return session


@transaction.atomic
def set_agenda_item(
    session: ForumSession,
    *,
    number: int,
    title: str,
    actor,
    scope: str = Scope.WARD,
    bureau=None,
    papers: str = "",
    plan_item: str = "",
) -> AgendaItem:
    """Put an item on the agenda; a number that is there already is written anew."""
    may(actor, MAY_CHANGE)
    session = _open(session)
    if not 1 <= number <= MOST_ITEMS:
        refuse([f"議題の番号は、1から{MOST_ITEMS}までの数にしてください。"])
    if scope not in Scope.values:
        refuse(["事業の別を選んでください。"])
    item = session.agenda.filter(number=number).first() or AgendaItem(
        session=session, number=number
    )
    item.title = need_text(title, "議題を入力してください。", longest=200)
    item.scope, item.bureau = scope, bureau
    item.papers = optional_text(papers, longest=60)
    item.plan_item = optional_text(plan_item, longest=120)
    store(item)
    _tell_of_change(session, f"議題を変えました（{item}）。", actor)
    return item


@transaction.atomic
def remove_agenda_item(item: AgendaItem, *, actor) -> None:
    """Take an item off the agenda, unless an opinion belongs to it or it is all that was announced."""
    may(actor, MAY_CHANGE)
    session = _open(item.session)
    if item.opinions.exists():
        refuse(["この議題への意見が登録されているため、議題を消せません。題名は直せます。"])
    if session.announced_at is not None and session.agenda.count() == 1:
        refuse(["公表した会議には、議題が1つ以上必要です。先に別の議題を登録してください。"])
    _tell_of_change(session, f"議題を消しました（{item}）。", actor)
    AgendaItem.objects.filter(pk=item.pk, session=session).delete()


def _tell_of_change(session: ForumSession, title: str, actor) -> None:
    """Note a change of what everybody has been told, and of what minutes print."""
    end_confirmation(session, title, actor)
    if session.announced_at is None:
        return
    session.changed_at = clock.now()
    store(session, "changed_at")
    note(session, StepKind.NOTICE, title, actor=actor)
