"""What can be subscribed to: the ward's sessions as a calendar, and what is new as RSS."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.contrib.syndication.views import Feed
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from councils.forum.calendar_file import (
    CONTENT_TYPE,
    SessionEntry,
    calendar_of,
    last_change,
    summary_of,
)
from councils.forum.choices import ResponseState
from councils.forum.models import ForumSession, MemberCall, Minutes, Response
from wards import clock
from wards.addresses import absolute_address
from wards.models import Ward
from wards.wareki import wareki, wareki_minute
from wards.xml_text import printable

IN_FEED: Final = 30


# --- the calendar ---


def entries_of(ward: Ward) -> list[SessionEntry]:
    """Return every session that was made known, as the city's calendar tells it too."""
    rows = ForumSession.objects.announced().select_related("subcommittee")
    return [_entry(ward, row) for row in rows.order_by("starts_at", "pk")]


def _entry(ward: Ward, row: ForumSession) -> SessionEntry:
    told = [
        f"傍聴の定員 {row.observers}人" if row.observers else "",
        f"問合せ先 {row.contact}",
        row.note,
        f"中止の理由：{row.cancel_reason}" if row.cancelled_at else "",
    ]
    return SessionEntry(
        uid=f"{row.uid}@{ward.host}",
        sequence=row.sequence,
        starts_at=row.starts_at,
        ends_at=row.planned_end_at,
        summary=summary_of(
            ward.name,
            row.fiscal_year,
            row.number,
            subcommittee=row.subcommittee.name if row.subcommittee else "",
            is_sample=row.is_demo,
        ),
        place=row.place,
        url=absolute_address(ward, reverse("forum:session", args=[row.pk])),
        changed_at=last_change(row.announced_at, row.changed_at, row.cancelled_at),
        is_cancelled=row.cancelled_at is not None,
        description="\n".join(filter(None, told)),
    )


@require_safe
def calendar(request):
    """Give the ward's sessions as a calendar that phones subscribe to."""
    content = calendar_of(entries_of(request.ward), f"{request.ward.name} 区政会議")
    return HttpResponse(
        content,
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="forum.ics"'},
    )


# --- what is new ---


@dataclass(frozen=True, slots=True)
class News:
    """One thing that is new: when, what, where to read it."""

    at: datetime
    title: str
    text: str
    url: str
    kind: str
    key: str


def news(most: int = IN_FEED) -> list[News]:
    """Return the newest of what was made known: sessions, minutes, answers, calls."""
    every = [
        *_sessions(most),
        *_cancellations(most),
        *_minutes(most),
        *_answers(most),
        *_calls(most),
    ]
    return sorted(every, key=lambda one: (one.at, one.key), reverse=True)[:most]


def _title(kind: str, what, row) -> str:
    """Return the title of a news about a row; a made-up row says so."""
    return f"{'【見本】' if row.is_demo else ''}{kind}：{what}"


def _sessions(most: int):
    rows = ForumSession.objects.announced().select_related("subcommittee")
    for row in rows.filter(cancelled_at=None).order_by("-announced_at", "-pk")[:most]:
        url = reverse("forum:session", args=[row.pk])
        when = wareki_minute(timezone.localtime(row.starts_at))
        yield News(
            row.announced_at, _title("開催", row, row), f"{when}から、{row.place}で開きます。", url,
            "開催", f"session-{row.uid}",
        )  # fmt: skip


def _cancellations(most: int):
    """Tell of what was called off, by the moment of it: a late one is news, too."""
    rows = ForumSession.objects.announced().select_related("subcommittee")
    for row in rows.exclude(cancelled_at=None).order_by("-cancelled_at", "-pk")[:most]:
        when = wareki_minute(timezone.localtime(row.starts_at))
        yield News(
            row.cancelled_at, _title("中止", row, row),
            f"{when}の会議は中止です。{row.cancel_reason}", reverse("forum:session", args=[row.pk]),
            "中止", f"cancelled-{row.uid}",
        )  # fmt: skip


def _minutes(most: int):
    rows = Minutes.objects.filter(
        published_at__isnull=False,
        session__announced_at__isnull=False,
        session__cancelled_at=None,
    ).select_related("session__subcommittee")
    for row in rows.order_by("-published_at", "-pk")[:most]:
        session = row.session
        yield News(
            row.published_at,
            _title("会議録", session, session),
            f"{wareki(timezone.localdate(session.starts_at))}の会議録を公表しました。",
            reverse("forum:session", args=[session.pk]),
            "会議録",
            f"minutes-{session.uid}",
        )


def _answers(most: int):
    rows = Response.objects.filter(state=ResponseState.PUBLISHED).select_related("opinion")
    for row in rows.order_by("-published_at", "-pk")[:most]:
        yield News(
            row.published_at,
            _title("意見への対応", row.opinion.title, row.opinion),
            f"【意見】\n{row.opinion.text}\n\n【{row.get_response_class_display()}】\n{row.text}",
            reverse("forum:opinion", args=[row.opinion_id]),
            "意見への対応",
            f"response-{row.opinion.label}-{row.pk}",
        )


def _calls(most: int):
    now = clock.now()
    rows = MemberCall.objects.filter(published_at__lte=now, opens_at__lte=now)
    for row in rows.order_by("-opens_at", "-pk")[:most]:
        closes = wareki_minute(timezone.localtime(row.closes_at))
        yield News(
            max(row.opens_at, row.published_at),
            _title("委員の公募", row.title, row),
            f"委員を{row.seats}人募集します。受付は{closes}までです。",
            reverse("forum:call", args=[row.pk]),
            "委員の公募",
            f"call-{row.pk}",
        )


class ForumFeed(Feed):
    """What is new in the ward's 区政会議, as RSS."""

    language = "ja"

    def get_object(self, request) -> Ward:
        """Remember whose feed it is."""
        return request.ward

    def title(self, ward: Ward) -> str:
        """Name the ward."""
        return f"{ward.office_name}　区政会議"

    def link(self, ward: Ward) -> str:
        """Lead to the page."""
        return reverse("forum:index")

    def description(self, ward: Ward) -> str:
        """Say what is told here."""
        return f"{ward.name}区政会議の開催、会議録、意見への対応、委員の公募のお知らせです。"

    def items(self, ward: Ward) -> list[News]:
        """Return what is newest."""
        return news()

    def item_title(self, item: News) -> str:
        """Return what it is."""
        return printable(item.title)

    def item_description(self, item: News) -> str:
        """Return what it says."""
        return printable(item.text)

    def item_link(self, item: News) -> str:
        """Lead to its page."""
        return item.url

    item_guid_is_permalink = False

    def item_guid(self, item: News) -> str:
        """Return what tells two news of one page apart."""
        return item.key

    def item_pubdate(self, item: News) -> datetime:
        """Return when it was made known."""
        return item.at

    def item_categories(self, item: News) -> tuple[str, ...]:
        """Return what kind of news it is."""
        return (item.kind,)
