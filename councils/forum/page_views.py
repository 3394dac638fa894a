"""The public pages of 区政会議: the way in, its sessions with papers and minutes, and its members."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from councils.forum import minutes_document, public, public_people, public_results
from councils.forum.choices import SessionKind
from councils.forum.member_files import members_file
from councils.forum.minutes_document import file_name_of, minutes_docx
from councils.forum.minutes_text import blocks_of
from councils.forum.models import ForumTerm
from councils.forum.public import SessionsAsked
from councils.forum.public_opinions import (
    carried_over,
    holds_sample_opinions,
    numbers_of_the_ledger,
    opinions_of,
)
from councils.forum.session_data import event_data
from kpis.data_files import file_response
from wards import attachments, clock
from wards.addresses import absolute_address
from wards.spooled_files import download_of

NO_SUCH_SESSION = "この番号の会議は、公表されていません。"
NO_SUCH_PAPER = "この資料は、公表されていません。差し替えたことも考えられます。"
NO_MINUTES = "この会議の会議録は、まだ公表されていません。"


@require_safe
def index(request):
    """Welcome the reader: the next session first."""
    today = clock.today()
    by_state, by_class = numbers_of_the_ledger()
    coming = public.coming_sessions()
    minutes = public.latest_minutes()
    gatherings = list(public_results.public_gatherings()[:3])
    calls = public.open_calls()
    edition = public_results.published_editions().first()
    return render(
        request,
        "forum/index.html",
        {
            "coming": coming,
            "minutes": minutes,
            "by_state": by_state,
            "by_class": by_class,
            "opinions": sum(count for _, count in by_state),
            "members": len(public_people.members_on(today)),
            "calls": calls,
            "edition": edition,
            "gatherings": gatherings,
            "has_samples": any(one.is_sample for one in (*coming, *minutes))
            or any(one.is_demo for one in (*gatherings, *calls, edition) if one)
            or holds_sample_opinions(),
        },
    )


@require_safe
def sessions(request):
    """Show the sessions of one fiscal year."""
    years = public.session_years()
    asked = SessionsAsked.of(request.GET)
    if asked.year is None and years:
        asked = SessionsAsked(years[0], asked.kind)
    found = public.sessions_of(asked) if years else []
    return render(
        request,
        "forum/session_list.html",
        {
            "asked": asked,
            "years": years,
            "kinds": SessionKind.choices,
            "sessions": found,
            "has_samples": any(one.is_sample for one in found),
        },
    )


def _session_or_404(number: int):
    row = public.session_row(number)
    if row is None:
        raise Http404(NO_SUCH_SESSION)
    return row


@require_safe
def session(request, number: int):
    """Show one session: its notice, then papers, minutes, and what was said."""
    row = _session_or_404(number)
    one = public.as_public([row])[0]
    expected = public_people.members_on(one.day, subcommittee=row.subcommittee)
    context = {
        "session": one,
        "agenda": public.agenda_of(row),
        "papers": public.papers_of(row),
        "expected": public_people.by_category(expected),
        "expected_count": len(expected),
        "is_to_come": one.day > clock.today(),
        "advisers": public_people.advisers_on(one.day),
        "sheets": list(public_results.published_sheets(row)),
        "has_samples": one.is_sample,
    }
    # A search engine would tell of a made-up session as of any other.
    if not one.is_sample:
        address = absolute_address(request.ward, request.path)
        context["event"] = event_data(one, request.ward, address)
    if one.has_minutes:
        context["blocks"] = blocks_of(row.minutes.body)
        context["attendance"] = public_people.attendance_by_kind(public_people.attendance_of(row))
    if not one.is_cancelled:
        context["opinions"] = opinions_of(session=row)
        context["carried"] = carried_over(row)
    return render(request, "forum/session_detail.html", context)


@require_safe
def minutes_file(request, number: int):
    """Give the published minutes as a Word file."""
    row = _session_or_404(number)
    one = public.as_public([row])[0]
    if not one.has_minutes:
        raise Http404(NO_MINUTES)
    return download_of(
        minutes_docx(row), name=file_name_of(row), content_type=minutes_document.CONTENT_TYPE
    )


@require_safe
def paper(request, number: int, paper: int):
    """Give a published paper of a session."""
    row = public.paper_of(number, paper)
    if row is None:
        raise Http404(NO_SUCH_PAPER)
    try:
        return attachments.download_response(
            row.stored_name, display_name=row.display_name, content_type=row.content_type
        )
    except attachments.NoSuchFileError as gone:
        raise Http404(NO_SUCH_PAPER) from gone


@require_safe
def members(request):
    """Show who is a member on a day, or give the list as a file."""
    day, problem = public_people.day_asked(request.GET.get("day", ""))
    found = public_people.members_on(day)
    if (wanted := request.GET.get("format")) is not None:
        if problem:
            raise Http404(problem)
        return file_response(wanted, members_file(request.ward, found, day))
    return render(
        request,
        "forum/members.html",
        {
            "day": day,
            "is_today": day == clock.today(),
            "typed": request.GET.get("day", "")[:40],
            "problem": problem,
            "members": found,
            "groups": public_people.by_category(found),
            "term": ForumTerm.objects.on(day),
            "advisers": public_people.advisers_on(day),
            "announcements": public_people.announcements(),
            "has_samples": any(one.is_sample for one in found),
        },
    )
