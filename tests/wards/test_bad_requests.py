"""What no browser sends, or only a broken one: refused in words, never a fault of ours."""

import io

import pytest
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from wards.middleware import EncodingGuard, RequestLimitsMiddleware

FORM = "application/x-www-form-urlencoded"
FILES = "multipart/form-data; boundary=b"


def answer_to(body=b"a=1", content_type=FORM, path="/", **environment):
    """Let a request come in as a web server hands it over, as far as our own limits."""

    def site(environ, start_response):
        limits = RequestLimitsMiddleware(lambda request: HttpResponse(repr(dict(request.POST))))
        return convert_exception_to_response(limits)(WSGIRequest(environ))

    environ = RequestFactory().generic("POST", path, body, content_type).environ
    return EncodingGuard(site)({**environ, **environment}, None)


def part(headers: bytes, body: bytes = b"x") -> bytes:
    return (
        b"--b\r\nContent-Disposition: form-data; " + headers + b"\r\n\r\n" + body + b"\r\n--b--\r\n"
    )


def is_refused(response, status=400):
    words = {
        400: "前のページに戻って、もう一度お試しください",
        413: "ファイルは小さくするか分けて、文章は短くして",
    }
    return response.status_code == status and words[status] in response.content.decode()


@pytest.mark.parametrize(
    "body",
    [
        b"a=%FF",
        b"a=%ED%A0%80",
        b"a=%ED%A0%BD%ED%B8%80",
        "a=自転車".encode("cp932"),
        "a=自転車".encode("euc-jp"),
        b"a=%8E%A9%93%5D",
        b"%FF=1",
        b"a=1&b=\xc0\x80",
    ],
)
def test_a_form_that_is_no_utf_8_is_refused_and_not_read_as_something_else(body):
    assert is_refused(answer_to(body))


def test_every_character_there_is_comes_through():
    text = "𠮷 髙 ① ㈱ 葛󠄀 👨‍👩‍👧‍👦 \ufa19"

    assert repr(text) in answer_to(b"a=" + text.encode()).content.decode()


def test_a_replacement_character_that_was_typed_is_left_to_the_form():
    assert answer_to("a=\ufffd".encode()).content.decode() == "{'a': ['\ufffd']}"


@pytest.mark.parametrize(
    "content_type",
    ["text/plain; x*=nope''y", "multipart/form-data; boundary*=nope''b", f"{FORM}; charset*=utf-8''hex",
     f"{FORM}; charset*0*=x''utf", "text/plain; x*=a'b'c'd", "multipart/form-data",
     "multipart/form-data; boundary=\u3042", "multipart/form-data; boundary=" + "b" * 300],
)  # fmt: skip
def test_a_content_type_that_nobody_can_read_is_refused(content_type):
    content_type = content_type.encode().decode("latin-1")

    assert is_refused(answer_to(content_type="text/plain", CONTENT_TYPE=content_type))


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", ";;;=\xff", "", "image/png"]
)
def test_what_is_no_form_has_no_fields(content_type):
    assert answer_to(content_type="text/plain", CONTENT_TYPE=content_type).content == b"{}"


@pytest.mark.parametrize("size", ["-5", "abc", "1e9", "\u0661", "9" * 400])
def test_a_size_that_is_none_is_refused(size):
    assert is_refused(answer_to(CONTENT_LENGTH=size))


@pytest.mark.parametrize(
    "body",
    [
        b"&".join(b"a%d=1" % number for number in range(10_000)),
        b"&".join([b"a=1"] * 10_000),
    ],
)
def test_ten_thousand_fields_are_refused(body):
    assert is_refused(answer_to(body))


@pytest.mark.parametrize(
    ("path", "kilobytes", "taken"),
    [
        ("/", 255, True),
        ("/", 257, False),
        ("/", 3_000, False),
        ("/consultations/new/", 257, False),
        ("/admin/login/", 1_000, True),
        ("/admin/login/", 3_000, False),
    ],
)
def test_a_text_of_citizens_has_a_size_that_citizens_write(path, kilobytes, taken):
    text = b"x" * (kilobytes * 1024)

    for body, content_type in ((b"a=" + text, FORM), (part(b'name="a"', text), FILES)):
        response = answer_to(body, content_type, path)
        assert len(response.content) > len(text) if taken else is_refused(response, 413)


@pytest.mark.parametrize(
    ("path", "fields", "taken"), [("/", 100, True), ("/", 101, False), ("/admin/x/", 101, True)]
)
def test_a_form_of_citizens_has_a_hundred_fields_at_most(path, fields, taken):
    response = answer_to(b"&".join(b"a=1" for _ in range(fields)), path=path)

    assert response.content.count(b"'1'") == fields if taken else is_refused(response, 413)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage" * 100,
        part(b"name*=nope''abc"),
        part(b"name=\"a\"; filename*=hex''abc"),
        part(b"name=\"a\"; filename*=unicode_escape''%5cud800"),
        part(b'name="\xff"'),
        part(b'filename="a.jpg"'),
        part(b'name="f"; filename="a\0.jpg"'),
    ],
)
def test_parts_of_a_form_that_nobody_can_read_are_as_if_not_sent(body):
    assert answer_to(body, FILES).content == b"{}"


@pytest.mark.parametrize(
    "body",
    [
        part(b'name="a"; filename="x"\r\nContent-Transfer-Encoding: base64', b"a"),
        part(b'name="' + b"a" * 5_000 + b'"'),
        part(b'name="a"', b"\0"),
        b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n" * 3_000 + b"--b--",
        b"--b\r\nContent-Disposition: form-data; name=a; filename=a\r\n\r\nx\r\n" * 200 + b"--b--",
    ],
)
def test_a_form_with_files_that_no_browser_makes_is_refused(body):
    assert is_refused(answer_to(body, FILES))


def test_bytes_that_are_no_utf_8_in_a_form_with_files_are_marked_for_the_form():
    assert answer_to(part(b'name="a"', b"\xff"), FILES).content.decode() == "{'a': ['\ufffd']}"


@pytest.mark.parametrize("content_type", [FORM, FILES])
def test_a_client_that_goes_away_is_no_fault_of_ours(content_type):
    class Gone(io.BytesIO):
        def read(self, *arguments):
            raise OSError("gone")

        readline = read

    assert is_refused(answer_to(content_type=content_type, **{"wsgi.input": Gone()}))


@pytest.mark.parametrize(
    ("path", "megabytes", "taken"),
    [
        ("/consultations/new/", 32, True),
        ("/consultations/new/", 33, False),
        ("/consultations/new/x", 13, False),
        ("/x/consultations/new/", 13, False),
        ("/", 12, True),
        ("/", 13, False),
    ],
)
def test_only_the_addresses_that_take_files_take_large_requests(path, megabytes, taken):
    response = answer_to(b"", FILES, path, CONTENT_LENGTH=str(megabytes * 1024 * 1024))

    assert response.content == b"{}" if taken else is_refused(response, 413)
