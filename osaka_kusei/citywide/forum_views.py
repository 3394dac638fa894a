"""The city's public pages of 区政会議: the figures of 24 wards, and the calendar of their sessions."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from councils.forum.calendar_file import CONTENT_TYPE
from kpis.data_files import file_response
from osaka_kusei.citywide.forum_calendar import city_calendar
from osaka_kusei.citywide.forum_page import ForumPage
from wards import clock


@require_safe
def forum(request) -> HttpResponseBase:
    """Show the figures of the year asked for, or give a table as a file from the same address."""
    page = ForumPage(request)
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, page.file(request.GET.get("table", "")))
    return render(request, "city/forum.html", {"page": page})


@require_safe
# Many calendars ask every few hours; a quarter of an hour late, a notice is still in time.
@cache_control(public=True, max_age=900)
def calendar(request) -> HttpResponse:
    """Return the announced sessions of all wards as a calendar to subscribe to."""
    return HttpResponse(
        city_calendar(clock.now()),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="osaka-kusei-kaigi.ics"'},
    )
