"""The addresses of GeoReport v2. Thin: what is asked is read elsewhere, every refusal is a document."""

from functools import wraps
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt

from consultations.open311 import posting, services
from consultations.open311.documents import Refusal, document, error_document, single_document
from consultations.open311.requests import (
    find_requests,
    page_of,
    requests_on,
    service_request,
)
from consultations.public_answers import public_answer
from wards import clock
from wards.intake.turns import turn_of

FORM = "application/x-www-form-urlencoded"
# Ours is a text of 1,000 characters and a few fields: nine bytes a character, percent-encoded.
LARGEST_BODY = 64 * 1024


def in_documents(*methods: str):
    """Answer refusals as documents in the format asked for, and other methods with 405."""

    def decorate(view):
        @wraps(view)
        def answered(request, kind: str, **named) -> HttpResponse:
            if request.method not in methods:
                refused = error_document(kind, Refusal(405, "この方法では呼び出せません。"))
                refused.headers["Allow"] = ", ".join(methods)
                return refused
            try:
                _check_jurisdiction(request)
                return view(request, kind, **named)
            except Refusal as refusal:
                return error_document(kind, refusal)

        return answered

    return decorate


def _check_jurisdiction(request) -> None:
    """Take the ward's own name where one is given; another one's host is another address."""
    given = request.GET.get("jurisdiction_id") or request.POST.get("jurisdiction_id")
    if given and given not in (request.ward.slug, request.ward.host):
        raise Refusal(
            404, "jurisdiction_idは、この区のものではありません。区のホストを呼び出してください。"
        )


@in_documents("GET", "HEAD")
def service_list(request, kind: str) -> HttpResponse:
    """List the services."""
    return document(kind, "services", "service", services.services(clock.today()))


@in_documents("GET", "HEAD")
def service_definition(request, kind: str, code: str) -> HttpResponse:
    """Define one service by its questions."""
    day = clock.today()
    category = services.open_category(code, day)
    return single_document(
        kind,
        "service_definition",
        services.definition(category, services.questions_of(category, day)),
    )


@csrf_exempt
@in_documents("GET", "HEAD", "POST")
def request_list(request, kind: str) -> HttpResponse:
    """List published requests, or take a new one."""
    if request.method == "POST":
        return _take(request, kind)
    page = page_of(request.GET)
    found, total = requests_on(find_requests(request.GET, now=clock.now()), page)
    answer = document(kind, "service_requests", "request", found)
    answer.headers["X-Total-Count"] = str(total)
    links = [
        f'<{request.build_absolute_uri(_address(request, number))}>; rel="{rel}"'
        for rel, number, exists in (
            ("prev", page.number - 1, page.number > 1),
            ("next", page.number + 1, page.number * page.size < total),
        )
        if exists
    ]
    if links:
        answer.headers["Link"] = ", ".join(links)
    return answer


def _address(request, number: int) -> str:
    values = {name: request.GET[name] for name in request.GET if name != "page"}
    return f"?{urlencode({**values, 'page': number})}"


@in_documents("GET", "HEAD")
def request_detail(request, kind: str, number: int) -> HttpResponse:
    """Show one published request."""
    answer = public_answer(number)
    if answer is None:
        raise Refusal(404, "この番号の公表はありません。")
    return document(kind, "service_requests", "request", [service_request(answer)])


def _take(request, kind: str) -> HttpResponse:
    if request.content_type != FORM:
        raise Refusal(415, f"{FORM}で送ってください。")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise Refusal(413, "送られた内容が大きすぎます。descriptionは1,000字以内です。")
    given = request.POST
    key = posting.submission_key(given)
    receipt = posting.known_receipt(key)
    if receipt is None:
        checked = posting.checked_request(given, clock.today())
        turn = turn_of(request)
        if not turn.allowed:
            refused = error_document(
                kind,
                Refusal(
                    429,
                    "続けて送られたため、いまは受け付けられません。時間をおいて送ってください。",
                ),
            )
            refused.headers["Retry-After"] = str(turn.retry_after_seconds)
            return refused
        receipt = posting.take(checked, key)
    return document(kind, "service_requests", "request", [posting.accepted(receipt)], status=201)
