"""What every answer carries, and what is answered while the database is away."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.test import RequestFactory
from pghistory.middleware import HistoryMiddleware

from osaka_kusei.logs import without_values
from wards.middleware import EncodingGuard, RequestLimitsMiddleware, WardMiddleware


def test_every_answer_carries_a_strict_policy(enter, client_at):
    headers = client_at("kita").get("/admin/login/").headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    for directive in ("script-src", "style-src", "img-src", "font-src", "form-action"):
        assert policy[directive] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert not any("unsafe" in value for value in policy.values())
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/no-such-page/", "/admin/no-such-page/"])
def test_an_unknown_host_or_page_gets_the_policy_too(enter, client, path):
    for host in ("umeda.localhost", "kita.localhost"):
        headers = client.get(path, headers={"host": host}).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/?fiscal_year=%00", "/kpis/%00/", "/admin/login/?next=%00"])
def test_nul_is_refused_wherever_it_stands_in_an_address(enter, client_at, path):
    for slug in ("kita", "osaka"):
        assert client_at(slug).get(path).status_code == 400


def test_nul_is_refused_in_a_form(enter, client_at):
    assert client_at("kita").post("/admin/login/", {"username": "a\0"}).status_code == 400


@pytest.mark.parametrize(("size", "status"), [(12 * 1024 * 1024, 200), (12 * 1024 * 1024 + 1, 413)])
def test_a_request_that_is_too_large_is_refused_before_it_is_read(size, status):
    middleware = RequestLimitsMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/", CONTENT_LENGTH=str(size))

    response = middleware(request)

    assert response.status_code == status
    assert status == 200 or "ファイルが大きすぎます" in response.content.decode()


def test_a_log_line_repeats_nothing_that_the_database_told_about_a_row():
    text = without_values("IntegrityError: duplicate key\nDETAIL:  Key (email)=(a@example.jp)")

    assert text == "IntegrityError: duplicate key"


def test_staff_pages_are_kept_nowhere(enter, client_at):
    assert "no-store" in client_at("kita").get("/admin/login/").headers["Cache-Control"]


def test_a_cookie_names_no_domain_and_is_out_of_reach_for_scripts(kita_officer, sign_in, client_at):
    client = client_at("kita")
    client.post(
        "/admin/login/", {"username": kita_officer.email, "password": "kita-no-hanako-2026"}
    )
    for cookie in client.cookies.values():
        assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


@pytest.mark.parametrize("problem", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_503_with_a_word_to_the_citizen(
    enter, client_at, monkeypatch, problem
):
    def away(self):
        raise problem("connection refused")

    monkeypatch.setattr(QuerySet, "_fetch_all", away)
    middleware = WardMiddleware(lambda request: HttpResponse())
    response = middleware(RequestFactory().get("/", headers={"host": "kita.localhost"}))

    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert "もう一度お試しください" in response.content.decode()


def test_a_database_that_goes_away_inside_a_page_is_503_too(kita):
    middleware = WardMiddleware(lambda request: HttpResponse())

    response = middleware.process_exception(None, OperationalError("terminating connection"))
    other = middleware.process_exception(None, ValueError("a fault of ours"))

    assert (response.status_code, other) == (503, None)


def test_a_database_that_goes_away_before_the_view_is_503_too(kita_officer, sign_in, monkeypatch):
    client = sign_in(kita_officer, "kita")
    client.raise_request_exception = False

    def away(self, request, *args, **kwargs):
        raise OperationalError("terminating connection")

    monkeypatch.setattr(HistoryMiddleware, "get_context", away)

    assert client.post("/admin/password_change/", {}).status_code == 503


def test_a_fault_of_ours_is_a_plain_500(kita_officer, sign_in, monkeypatch):
    client = sign_in(kita_officer, "kita")
    client.raise_request_exception = False

    def fail(self, request):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(HistoryMiddleware, "get_context", fail)
    response = client.post("/admin/password_change/", {})

    assert response.status_code == 500
    assert "a fault of ours" not in response.content.decode()


@pytest.mark.parametrize("key", [r'"\000abc\377defghijklmnop"', "a" * 500, "../../etc/passwd"])
def test_a_cookie_that_is_no_key_of_ours_is_nobodys(enter, client_at, key):
    response = client_at("kita").get("/admin/", headers={"cookie": f"sessionid={key}"})

    assert response.status_code == 302


def test_a_login_with_an_endless_address_is_refused_in_words(enter, client_at):
    response = client_at("kita").post(
        "/admin/login/", {"username": "a" * 300 + "@example.jp", "password": "x"}
    )

    assert response.status_code == 200
    assert "254" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/admin/wards/user/?password__startswith=argon2", 400),
        ("/admin/wards/user/?memberships__role=operator", 400),
        ("/admin/wards/user/?is_active__exact=1", 200),
        ("/admin/kpi_catalog/indicator/?counting__exact=every_ward", 200),
        ("/admin/kpi_catalog/indicator/?text__contains=a", 400),
        ("/admin/r/1/1/", 404),
    ],
)
def test_an_address_filters_by_the_filters_on_the_screen_only(hire, sign_in, path, status):
    client = sign_in(hire("osaka", "operator"), "osaka")

    assert client.get(path).status_code == status


def test_a_password_change_by_another_ends_the_session(hire, sign_in, enter):
    person = hire("kita", "officer")
    client = sign_in(person, "kita")
    assert client.get("/admin/").status_code == 200
    enter("osaka")
    person.set_password("a-new-passphrase-2026")
    person.save(update_fields=["password"])

    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "charset", ["hex", "zlib", "rot13", "raw_unicode_escape", "utf-7", "shift_jis", "no-such-code"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_utf_8_is_refused_and_never_decoded(charset, method):
    assert answer_to(method, f"text/plain; charset={charset}").status_code == 400


@pytest.mark.parametrize("named", ["; charset=utf-8", ";charset=UTF-8", '; charset="utf8"', ""])
def test_utf_8_may_be_named(named):
    assert answer_to("GET", f"text/plain{named}").content == b"read"


def answer_to(method, content_type):
    """Let a request come in as a WSGI server hands it over, as far as our own limits."""

    def site(environ, start_response):
        limits = RequestLimitsMiddleware(lambda request: HttpResponse("read"))
        return limits(WSGIRequest(environ))

    environ = RequestFactory().generic(method, "/").environ
    environ |= {"CONTENT_TYPE": content_type, "QUERY_STRING": "next=%5Cud800"}
    return EncodingGuard(site)(environ, None)


def test_a_name_that_grows_in_small_letters_is_counted_like_any_other(enter, client_at):
    answer = client_at("kita").post(
        "/admin/login/", {"username": "\u0130" * 254, "password": "x", "next": "/admin/"}
    )

    assert answer.status_code == 200
    assert "ログインできません" in answer.content.decode()
