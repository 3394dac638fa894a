"""「わたしの仕事」 of 区政会議: what waits for this person, the overdue first."""

from django.db.models import Count, Q
from django.urls import reverse

from councils.forum.choices import OpinionState, ResponseState
from councils.forum.models import (
    ForumSession,
    MemberCall,
    Opinion,
    Response,
    ResponsePublication,
)
from wards import clock


def my_forum(request) -> tuple[str, dict] | None:
    """Collect what waits for the person, each with its list."""
    user = request.user
    if not user.has_perm("ward_forum.view_forumsession"):
        return None
    steps = [
        {"count": count, "text": text, "url": url, "tone": tone}
        for count, text, url, tone in (*_opinions(user), *_sessions(user), *_calls(user))
        if count
    ]
    steps.sort(key=lambda step: step["tone"] != "bad")
    panel = {"anchor": "my-forum", "name": "区政会議", "steps": steps, "url": _list("forumsession")}
    return "admin/includes/waiting.html", panel


def _list(model: str, filters: str = "") -> str:
    return reverse(f"admin:ward_forum_{model}_changelist") + filters


def _opinions(user):
    today = clock.today()
    if user.has_perm("ward_forum.change_response"):
        late = Opinion.objects.with_state(today).filter(state_on_day=OpinionState.LATE)
        yield (
            late.count(),
            "意見への回答が、期限を過ぎています。",
            _list("opinion", "?state=late"),
            "bad",
        )
    if user.has_perm("ward_forum.approve_response"):
        drafts = Response.objects.filter(state=ResponseState.DRAFT).exclude(written_by=user)
        yield (
            drafts.count(),
            "意見への対応が、あなたの決裁を待っています。",
            _list("opinion", "?state=waiting"),
            "warn",
        )
    if user.has_perm("ward_forum.change_responsepublication"):
        loose = Response.objects.filter(state=ResponseState.APPROVED, publication=None)
        yield (
            loose.count(),
            "決裁済みの対応が、公表のまとまりに入っていません。",
            _list("opinion", "?state=approved"),
            "warn",
        )
    if user.has_perm("ward_forum.publish_responsepublication"):
        due = ResponsePublication.objects.filter(published_at=None, planned_on__lte=today)
        yield (
            due.count(),
            "回答の公表の予定日です。足りないものを確かめて公表してください。",
            _list("responsepublication"),
            "warn",
        )


def _sessions(user):
    if not user.has_perm("ward_forum.change_minutes"):
        return
    now = clock.now()
    counts = ForumSession.objects.filter(cancelled_at=None, starts_at__lt=now).aggregate(
        without_minutes=Count("pk", filter=Q(ended_at__isnull=False, minutes__published_at=None)),
        not_recorded=Count("pk", filter=Q(ended_at=None)),
    )
    yield (
        counts["without_minutes"],
        "会議録が、まだ公表されていません。",
        _list("forumsession", "?state=minutes"),
        "bad",
    )
    yield (
        counts["not_recorded"],
        "開会の日時を過ぎています。出席と閉会の日時を記録するか、中止にしてください。",
        _list("forumsession"),
        "warn",
    )


def _calls(user):
    if not user.has_perm("ward_forum.screen_memberapplication"):
        return
    closed = MemberCall.objects.filter(closes_at__lte=clock.now(), decided_on=None)
    yield (
        closed.exclude(published_at=None).count(),
        "公募の受付が終わりました。応募を採点し、選任を決定してください。",
        _list("membercall"),
        "warn",
    )
