"""From the host name to the ward, before anything else happens."""

import re
import time
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpResponse, UnreadablePostError
from django.template.loader import render_to_string
from django.urls import set_urlconf

from wards.models import Ward

# A ward's row hardly ever changes; a short life in the process saves a query on every request.
WARDS_LIVE_SECONDS = 30
OTHER_ENCODING = "portal.other_encoding"
FORM_WITHOUT_FILES = "application/x-www-form-urlencoded"
_CHARSET = re.compile(r";\s*charset\s*=\s*([^;]*)", re.IGNORECASE)
# The long spelling of a parameter (RFC 2231), `boundary*=utf-8''b`, names an encoding of its own.
_EXTENDED = re.compile(r"\*[0-9]*\*?\s*=")
DATABASE_IS_AWAY = (OperationalError, InterfaceError)


class EncodingGuard:
    """The site as WSGI serves it, reading nothing but UTF-8 (C41); browsers name no other encoding.

    Django reads address and form in whatever codec the Content-Type names, be it `hex`, and already
    while it makes the request: no middleware is early enough. So the name is taken away here, and
    RequestLimitsMiddleware refuses the request in our own page.
    """

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        """Serve the request, marked where it names another encoding."""
        content_type = environ.get("CONTENT_TYPE", "")
        if _EXTENDED.search(content_type):
            environ["CONTENT_TYPE"] = content_type.partition(";")[0]
            environ[OTHER_ENCODING] = content_type
        elif named := _CHARSET.search(content_type):
            environ["CONTENT_TYPE"] = _CHARSET.sub("", environ["CONTENT_TYPE"])
            if named[1].strip("\"' ").lower() not in {"utf-8", "utf8"}:
                environ[OTHER_ENCODING] = named[1]
        return self.application(environ, start_response)


class RequestLimitsMiddleware:
    """Refuse what no form of ours sends, before anything reads or keeps it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Answer 413 to a request that is too large, 400 to one that carries NUL or no UTF-8."""
        announced = _announced_size(request)
        if announced is None or OTHER_ENCODING in request.META:
            return plain_page("400.html", 400)
        if announced > _largest_request(request):
            return plain_page("413.html", 413)
        try:
            readable = _is_readable(request)
        except RequestDataTooBig:
            return plain_page("413.html", 413)
        except UnreadablePostError:
            # The client went away in the middle: nobody reads the answer, and it is no fault of ours.
            readable = False
        if not readable:
            return plain_page("400.html", 400)
        if _is_public(request) and not _is_of_citizens_size(request.POST):
            return plain_page("413.html", 413)
        return self.get_response(request)


def _announced_size(request) -> int | None:
    """Return the size of the body as the request tells it, None if that is no size."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return int(announced) if re.fullmatch(r"[0-9]{1,18}", announced) else None


def _is_public(request) -> bool:
    return not request.path.startswith("/admin/")


def _largest_request(request) -> int:
    if _is_public(request) and request.content_type == FORM_WITHOUT_FILES:
        return settings.LARGEST_PUBLIC_FORM
    if any(re.fullmatch(pattern, request.path) for pattern in settings.LARGE_REQUEST_PATHS):
        return settings.LARGEST_REQUEST_WITH_FILES
    return settings.LARGEST_REQUEST


def _is_of_citizens_size(values) -> bool:
    """Say whether a form beside its files is no larger than people make it."""
    fields = [text for _, texts in values.lists() for text in texts]
    return (
        len(fields) <= settings.MOST_PUBLIC_FIELDS
        and sum(len(text.encode(errors="replace")) for text in fields)
        <= settings.LARGEST_PUBLIC_FORM
    )


def _is_readable(request) -> bool:
    """Say whether all that was asked and typed is UTF-8 without NUL, which PostgreSQL cannot store."""
    if "\0" in request.path or _holds_nul(request.GET) or _holds_nul(request.POST):
        return False
    if request.method != "POST" or request.content_type != FORM_WITHOUT_FILES:
        # In a form with files Django puts U+FFFD for what is no UTF-8; wards.text refuses that.
        return True
    try:
        # Django would read such a form as if it were Latin-1 and store rubbish.
        unquote_to_bytes(request.body).decode()
    except UnicodeDecodeError:
        return False
    return True


def _holds_nul(values) -> bool:
    return any("\0" in text for name, texts in values.lists() for text in (name, *texts))


class WardMiddleware:
    """Enter the ward that the host names; an unknown host is 404, never another ward's page."""

    def __init__(self, get_response):
        self.get_response = get_response
        self._wards: dict[str, Ward] = {}
        self._read_at = 0.0

    def __call__(self, request):
        """Serve the request inside the ward."""
        connection.set_schema_to_public()
        try:
            ward = self._ward_of(request.META.get("HTTP_HOST", ""))
        except DATABASE_IS_AWAY:
            return away()
        if ward is None:
            return not_found()
        request.ward = request.tenant = ward
        connection.set_tenant(ward)
        if ward.is_headquarters:
            request.urlconf = settings.PUBLIC_SCHEMA_URLCONF
            set_urlconf(request.urlconf)
        try:
            return self.get_response(request)
        finally:
            set_urlconf(None)

    def process_exception(self, request, exception):
        """Answer 503 with how to reach the office, not 500, while the database is away (F12)."""
        return away() if isinstance(exception, DATABASE_IS_AWAY) else None

    def _ward_of(self, host: str) -> Ward | None:
        base = settings.BASE_DOMAIN
        name = host.lower()
        name = re.sub(r":\d{1,5}\Z", "", name)
        if name == base:
            slug = "osaka"
        elif name.endswith(f".{base}"):
            slug = name.removesuffix(f".{base}")
        else:
            return None
        return self._all_wards().get(slug)

    def _all_wards(self) -> dict[str, Ward]:
        if time.monotonic() - self._read_at > WARDS_LIVE_SECONDS or not self._wards:
            try:
                self._wards = {ward.slug: ward for ward in Ward.objects.all()}
            except DATABASE_IS_AWAY:
                # The wards of half a minute ago still say which office's page is away.
                if not self._wards:
                    raise
            self._read_at = time.monotonic()
        return self._wards


class ResponseHeadersMiddleware:
    """Add the headers that Django has no setting for; staff pages are kept nowhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        """Pass the request on and add what is missing."""
        response = self.get_response(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if request.path.startswith("/admin/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def away() -> HttpResponse:
    """Return the plain 503 page: it needs neither ward nor database."""
    response = plain_page("503.html", 503)
    response.headers["Retry-After"] = "120"
    return response


def not_found() -> HttpResponse:
    """Return the plain 404 page: no ward, no database, the same body for every cause."""
    return plain_page("404.html", 404)


def plain_page(template: str, status: int) -> HttpResponse:
    """Return a page that needs neither ward nor database nor request."""
    return HttpResponse(render_to_string(template), status=status)
