"""Open311 GeoReport v2: the documents to the letter, every refusal as a document, and a real client."""

import json
import uuid
from http import HTTPStatus
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.utils.timezone import make_aware
from georeport import GeoReport

from consultations.choices import IntakeChannel
from consultations.models import Category, CategoryForm, Consultation, Contact
from consultations.open311.documents import document
from consultations.open311.requests import _moment
from wards import clock
from wards.desk.models import OutgoingMail

BASE = "/open311/v2"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def at_kita(client_at):
    return client_at("kita")


@pytest.fixture
def november(at, kita):
    return at("2026-11-25 10:00")


@pytest.fixture
def ask(at_kita, november):
    """Ask for a document: `ask("requests", status="open")` returns the JSON."""

    def get(name, **query):
        return at_kita.get(f"{BASE}/{name}.json", query).json()

    return get


@pytest.fixture
def send(client_at, november):
    """Hand a request in without cookies: `send(description="…")`; returns the response."""

    def post(kind="json", *, address="198.51.100.7", **given):
        values = {
            "service_code": "road",
            "description": "街路灯が消えています。",
            "attribute[danger]": "no",
            **given,
        }
        client = client_at("kita")
        client.handler.enforce_csrf_checks = True
        return client.post(
            f"{BASE}/requests.{kind}",
            urlencode({name: value for name, value in values.items() if value is not None}),
            content_type=FORM,
            REMOTE_ADDR=address,
        )

    return post


# --- services ------------------------------------------------------------------------------------


def test_services_are_the_live_published_categories_of_citizens(ask):
    codes = [service["service_code"] for service in ask("services")]

    assert codes[:3] == ["road", "park", "waste"]
    # Answered by telephone at once, and only for staff.
    assert "emergency" not in codes
    assert "recorded-request" not in codes


@pytest.mark.parametrize(
    "change",
    [{"is_publishable": False}, {"is_staff_only": True}, {"valid_to": "2026-11-24"}, {"stop_answer": "110番へ"}],
)  # fmt: skip
def test_a_category_that_is_closed_to_citizens_or_to_the_public_is_no_service(ask, send, change):
    Category.objects.filter(code="park").update(**change)

    assert "park" not in [service["service_code"] for service in ask("services")]
    assert ask("services/park") == [
        {
            "code": 404,
            "description": "service_codeに当たる分野がありません。services で確かめてください。",
        }
    ]
    refused = send(service_code="park")
    assert (refused.status_code, refused.json()[0]["code"]) == (404, 404)


def test_the_list_of_services_to_the_letter(at_kita, november):
    Category.objects.exclude(code__in=["road", "park"]).update(is_publishable=False)

    assert at_kita.get(f"{BASE}/services.json").json() == [
        {
            "service_code": "road", "service_name": "道路・側溝・街路灯",
            "description": "穴、段差、水たまり、消えた街路灯など",
            "metadata": True, "type": "realtime", "keywords": "", "group": "",
        },
        {
            "service_code": "park", "service_name": "公園・街路樹",
            "description": "遊具、ベンチ、枝の伸びすぎなど",
            "metadata": False, "type": "realtime", "keywords": "", "group": "",
        },
    ]  # fmt: skip
    answer = at_kita.get(f"{BASE}/services.xml")
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        "<services>"
        "<service><service_code>road</service_code><service_name>道路・側溝・街路灯</service_name>"
        "<description>穴、段差、水たまり、消えた街路灯など</description><metadata>true</metadata>"
        "<type>realtime</type><keywords /><group /></service>"
        "<service><service_code>park</service_code><service_name>公園・街路樹</service_name>"
        "<description>遊具、ベンチ、枝の伸びすぎなど</description><metadata>false</metadata>"
        "<type>realtime</type><keywords /><group /></service>"
        "</services>"
    )


def test_a_definition_asks_the_categorys_own_questions(ask, at_kita):
    CategoryForm.objects.create(
        category=Category.objects.get(code="park"),
        version=1,
        valid_from="2026-01-01",
        questions=[
            {"code": "what", "kind": "choice", "label": "何ですか", "required": True, "options": ["遊具", "樹木<&>"]},
            {"code": "seen", "kind": "day", "label": "いつですか", "required": False},
            {"code": "hurt", "kind": "yes_no", "label": "けがですか", "required": False},
            {"code": "note", "kind": "text", "label": "ほかに", "required": False},
        ],
    )  # fmt: skip

    defined = ask("services/park")

    assert defined["service_code"] == "park"
    assert [
        (a["code"], a["datatype"], a["required"], a["order"]) for a in defined["attributes"]
    ] == [
        ("what", "singlevaluelist", True, 1),
        ("seen", "datetime", False, 2),
        ("hurt", "singlevaluelist", False, 3),
        ("note", "text", False, 4),
    ]
    assert defined["attributes"][0]["values"] == [
        {"key": "遊具", "name": "遊具"},
        {"key": "樹木<&>", "name": "樹木<&>"},
    ]
    assert defined["attributes"][2]["values"][0] == {"key": "yes", "name": "はい"}
    root = ElementTree.fromstring(at_kita.get(f"{BASE}/services/park.xml").content)
    assert root.tag == "service_definition"
    assert [v.findtext("key") for v in root.findall("attributes/attribute/values/value")][:2] == [
        "遊具",
        "樹木<&>",
    ]
    # One without questions has none, and is no error.
    assert ask("services/waste") == {"service_code": "waste", "attributes": []}


def test_the_list_of_services_costs_the_same_however_many_there_are(ask, django_assert_num_queries):
    ask("services")
    # Entering the ward, the categories, their questions.
    with django_assert_num_queries(3):
        ask("services")


# --- reading requests -----------------------------------------------------------------------------


def test_a_request_to_the_letter(publish, section, at_kita, november):
    publication = publish(summary="街路灯が\n<消えている>。", city_view="直しました。")
    case = publication.consultation
    Consultation.objects.filter(pk=case.pk).update(section=section)

    answer = at_kita.get(f"{BASE}/requests/{publication.pk}.json")
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.json() == [
        {
            "service_request_id": str(publication.pk),
            "status": "closed",
            "status_notes": "直しました。",
            "service_name": "道路・側溝・街路灯",
            "service_code": "road",
            "description": "街路灯が\n<消えている>。",
            "agency_responsible": "地域課（電話 06-6313-9534）",
            "service_notice": None,
            "requested_datetime": "2026-11-05T00:00:00+09:00",
            "updated_datetime": "2026-11-20T00:00:00+09:00",
            "expected_datetime": None,
            "address": None, "address_id": None, "zipcode": None,
            "lat": None, "long": None, "media_url": None,
        }
    ]  # fmt: skip
    assert at_kita.get(f"{BASE}/requests/{publication.pk}.xml").content.decode() == (
        '<?xml version="1.0" encoding="utf-8"?>\n<service_requests><request>'
        f"<service_request_id>{publication.pk}</service_request_id><status>closed</status>"
        "<status_notes>直しました。</status_notes>"
        "<service_name>道路・側溝・街路灯</service_name><service_code>road</service_code>"
        "<description>街路灯が\n&lt;消えている&gt;。</description>"
        "<agency_responsible>地域課（電話 06-6313-9534）</agency_responsible><service_notice />"
        "<requested_datetime>2026-11-05T00:00:00+09:00</requested_datetime>"
        "<updated_datetime>2026-11-20T00:00:00+09:00</updated_datetime><expected_datetime />"
        "<address /><address_id /><zipcode /><lat /><long /><media_url />"
        "</request></service_requests>"
    )


def test_what_no_xml_may_hold_leaves_the_document_readable():
    made = document("xml", "services", "service", [{"description": "a\x00b\x0bc\ud800d\ufffe<e>&"}])

    assert ElementTree.fromstring(made.content)[0].findtext("description") == "abcd<e>&"


def ids(found) -> list[int]:
    return [int(one["service_request_id"]) for one in found]


def test_requests_are_found_by_service_status_and_day(ask, publish):
    road = publish(days_ago=10)
    park = publish(days_ago=20, category="park")
    old = publish(days_ago=91)

    assert ids(ask("requests")) == [road.pk, park.pk]
    assert ids(ask("requests", service_code="park")) == [park.pk]
    assert ids(ask("requests", service_code="park, road")) == [road.pk, park.pk]
    assert ids(ask("requests", status="closed")) == [road.pk, park.pk]
    assert ids(ask("requests", status="open")) == []
    assert ids(ask("requests", status="open,closed")) == [road.pk, park.pk]
    # Both ends belong to the span; requested_datetime is the beginning of the day.
    assert ids(ask("requests", start_date="2026-11-05T00:00:00+09:00", end_date="2026-11-15T00:00:00+09:00")) == [road.pk, park.pk]  # fmt: skip
    assert ids(ask("requests", start_date="2026-11-05T00:00:01+09:00", end_date="2026-11-14T23:59:59+09:00")) == []  # fmt: skip
    assert ids(ask("requests", start_date="2026-11-14T15:00:00Z")) == [road.pk]
    assert ids(ask("requests", end_date="2026-08-27")) == [old.pk]
    # A list of numbers overrides everything else; unknown ones are left out.
    assert ids(ask("requests", service_request_id=f"{old.pk},{road.pk},999999", status="open")) == [road.pk, old.pk]  # fmt: skip


def test_requests_of_a_category_outside_publication_are_not_listed(ask, publish, category):
    road, park = publish(days_ago=10), publish(days_ago=20, category="park")
    Category.objects.filter(pk=category("park").pk).update(is_publishable=False)

    assert ids(ask("requests")) == [road.pk]
    assert ids(ask("requests", service_request_id=f"{road.pk},{park.pk}")) == [road.pk]


def test_the_first_of_the_last_ninety_days_counts_whole(ask, publish):
    first = publish(days_ago=90)
    publish(days_ago=91)

    assert ids(ask("requests")) == [first.pk]


def test_a_plus_that_became_a_space_is_still_an_offset():
    assert _moment("2026-11-05T00:00:00 09:00", "start_date") == _moment(
        "2026-11-04T15:00:00Z", "x"
    )


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"start_date": "2026-01-01", "end_date": "2026-11-01"}, 400),
        ({"start_date": "2026-11-02", "end_date": "2026-11-01"}, 400),
        ({"start_date": "昨日"}, 400),
        ({"start_date": "0001-01-01T00:00:00Z"}, 400),
        ({"end_date": "9999-12-31T23:59:59-23:59"}, 400),
        ({"start_date": "2026-02-30"}, 400),
        ({"status": "waiting"}, 400),
        ({"service_code": "nothing"}, 404),
        ({"service_request_id": "R08-KITA-000001-1"}, 400),
        ({"service_request_id": "1" * 30}, 400),
        ({"service_request_id": ",".join(map(str, range(101)))}, 400),
        ({"page": "0"}, 400),
        ({"page_size": "1001"}, 400),
        ({"page_size": "９"}, 400),
        ({"jurisdiction_id": "nishi"}, 404),
    ],
)
def test_a_query_that_cannot_be_answered_says_why(at_kita, november, query, code):
    answer = at_kita.get(f"{BASE}/requests.json", query)

    assert answer.status_code == code
    (error,) = answer.json()
    assert error["code"] == code
    assert error["description"].endswith("。")
    root = ElementTree.fromstring(at_kita.get(f"{BASE}/requests.xml", query).content)
    assert (root.tag, root.findtext("error/code")) == ("errors", str(code))


def test_a_long_list_comes_in_pages_that_point_to_each_other(at_kita, publish, november):
    made = [publish(days_ago=number).pk for number in range(1, 6)]

    answer = at_kita.get(
        f"{BASE}/requests.json", {"page_size": "2", "page": "2", "status": "closed"}
    )

    assert ids(answer.json()) == made[2:4]
    assert answer.headers["X-Total-Count"] == "5"
    assert answer.headers["Link"] == (
        f'<http://kita.localhost{BASE}/requests.json?page_size=2&status=closed&page=1>; rel="prev", '
        f'<http://kita.localhost{BASE}/requests.json?page_size=2&status=closed&page=3>; rel="next"'
    )
    assert "Link" not in at_kita.get(f"{BASE}/requests.json").headers


def test_the_own_name_of_the_ward_is_its_jurisdiction(ask):
    assert len(ask("services", jurisdiction_id="kita")) == len(ask("services")) > 5


# --- handing in -----------------------------------------------------------------------------------


def test_a_request_becomes_a_case_with_its_clock_and_number(send):
    answer = send(
        address_string="梅田1丁目", last_name="大阪", first_name="花子", phone="０６-6208-0000",
        device_id="d", account_id="a", **{"attribute[since]": "先週"},
    )  # fmt: skip

    case = Consultation.objects.get()
    assert answer.status_code == HTTPStatus.CREATED
    assert answer.json()[0]["service_request_id"] == case.number
    assert case.intake_channel == IntakeChannel.API
    assert (case.place, case.answers) == ("梅田1丁目", {"danger": "no", "since": "先週"})
    contact = Contact.objects.get()
    assert (contact.name, contact.phone, contact.reply_by) == ("大阪 花子", "06-6208-0000", "phone")
    notice = answer.json()[0]["service_notice"]
    assert "令和8年12月9日までに回答します" in notice
    assert f"受付番号は{case.number}です。合言葉は" in notice
    assert not answer.cookies


def test_the_receipt_in_xml(send):
    root = ElementTree.fromstring(send("xml").content)

    assert root.tag == "service_requests"
    assert root.findtext("request/service_request_id") == Consultation.objects.get().number
    assert "回答はお送りしません" in root.findtext("request/service_notice")


def test_a_receipt_number_finds_no_publication_and_a_case_is_not_public_by_itself(send, at_kita):
    number = send().json()[0]["service_request_id"]

    assert at_kita.get(f"{BASE}/requests/{number}.json").json()[0]["code"] == 404
    assert at_kita.get(f"{BASE}/requests.json").json() == []


def test_without_a_way_to_be_reached_no_name_is_kept(send):
    send(last_name="大阪", first_name="花子")

    case = Consultation.objects.get()
    assert not case.wants_reply
    assert not Contact.objects.exists()
    assert "花子" not in str(vars(case))


def test_the_same_key_gives_the_same_receipt_even_when_turns_are_used_up(send):
    key = str(uuid.uuid4())
    first = send(submission_key=key, email="hanako@example.jp", last_name="大阪")
    again = [
        send(submission_key=key, email="hanako@example.jp", last_name="大阪") for _ in range(7)
    ]

    assert {answer.json()[0]["service_request_id"] for answer in again} == {
        first.json()[0]["service_request_id"]
    }
    assert {answer.content for answer in again} == {first.content}
    assert Consultation.objects.count() == OutgoingMail.objects.count() == 1


def test_a_key_that_two_callers_might_choose_is_refused(send):
    answer = send(submission_key="1")

    assert (answer.status_code, "UUID" in answer.json()[0]["description"]) == (400, True)


def test_a_place_may_be_a_position(send):
    send(lat="34.7024", long="135.4959")

    assert Consultation.objects.get().place == "緯度34.7024、経度135.4959"


def test_a_moment_answers_a_question_for_a_day(send):
    CategoryForm.objects.create(
        category=Category.objects.get(code="park"), version=1, valid_from="2026-01-01",
        questions=[{"code": "seen", "kind": "day", "label": "いつですか", "required": True}],
    )  # fmt: skip
    send(
        service_code="park",
        **{"attribute[danger]": None, "attribute[seen]": "2026-11-24T15:30:00Z"},
    )

    assert Consultation.objects.get().answers == {"seen": "2026-11-25"}


@pytest.mark.parametrize(
    ("given", "code", "word"),
    [
        ({"service_code": None}, 400, "service_code"),
        ({"service_code": "nothing"}, 404, "service_code"),
        ({"service_code": "emergency"}, 404, "service_code"),
        ({"service_code": "recorded-request"}, 404, "service_code"),
        ({"description": None}, 400, "description"),
        ({"description": "あ" * 1001}, 400, "description"),
        ({"description": "a" + "\u0301" * 10_000}, 400, "description"),
        ({"description": "a" + "\u0301" * 900}, 400, "description"),
        ({"description": "\u200b\u200b"}, 400, "description"),
        ({"description": "あ\u202eい"}, 400, "description"),
        ({"description": "x" * 1_000_000}, 413, "大きすぎ"),
        ({"attribute[danger]": None}, 400, "attribute[danger]"),
        ({"attribute[danger]": "はい"}, 400, "attribute[danger]"),
        ({"attribute[unknown]": "x"}, 400, "attribute[unknown]"),
        ({"email": "hanako@example.jp"}, 400, "last_name"),
        ({"email": "no address", "last_name": "大阪"}, 400, "email"),
        ({"phone": "119", "last_name": "大阪"}, 400, "phone"),
        ({"lat": "34.7"}, 400, "lat"),
        ({"lat": "91", "long": "135"}, 400, "lat"),
        ({"lat": "nan", "long": "135"}, 400, "lat"),
        ({"media_url": "http://169.254.169.254/"}, 400, "media_url"),
        ({"jurisdiction_id": "nishi"}, 404, "jurisdiction_id"),
        ({"description": "a\0b"}, 400, "UTF-8"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_document_and_stored_nowhere(send, given, code, word):
    for kind in ("json", "xml"):
        answer = send(kind, **given)
        assert answer.status_code == code
        assert word in answer.content.decode()
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert ElementTree.fromstring(answer.content).findtext("error/code") == str(code)
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "body", "code"),
    [
        ("application/json", b'{"service_code": "road"', 415),
        ("text/plain", b"service_code=road", 415),
        ("multipart/form-data; boundary=x", b"--x\r\nrubbish", 415),
        ("", b"service_code=road", 415),
        (FORM, b"service_code=road&description=%ED%A0%80", 400),
        (FORM, b"service_code=road&description=%FF%FE", 400),
        (FORM, "service_code=road&description=日本語".encode("shift_jis"), 400),
        (FORM + "; charset=hex", b"service_code=road", 400),
        (FORM, b"&".join(b"a%d=1" % n for n in range(3000)), 400),
    ],
)
def test_rubbish_is_answered_by_a_document(client_at, november, content_type, body, code):
    from osaka_kusei.wsgi import application
    from wards.middleware import EncodingGuard

    assert isinstance(application, EncodingGuard)
    answer = client_at("kita").generic(
        "POST", f"{BASE}/requests.json", body, content_type=content_type,
        **({"portal.other_encoding": "hex"} if "charset" in content_type else {}),
    )  # fmt: skip

    assert answer.status_code == code
    assert json.loads(answer.content)[0]["code"] == code
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    "address", ["services/no such.json", "nothing.json", "requests/1.pdf", "requests"]
)
def test_an_address_that_is_none_is_answered_by_a_document(at_kita, november, address):
    answer = at_kita.get(f"{BASE}/{address}")

    assert answer.status_code == HTTPStatus.NOT_FOUND
    assert not answer.headers["Content-Type"].startswith("text/html")


def test_another_method_is_told_which_ones_there_are(at_kita, november):
    answer = at_kita.put(f"{BASE}/requests.json")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert answer.json()[0]["code"] == 405
    assert at_kita.post(f"{BASE}/services.xml").headers["Allow"] == "GET, HEAD"


def test_the_sixth_request_of_one_client_has_to_wait(send):
    assert [send().status_code for _ in range(5)] == [201] * 5

    refused = send()

    assert refused.status_code == HTTPStatus.TOO_MANY_REQUESTS
    assert refused.json()[0]["code"] == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert send(address="198.51.100.8").status_code == 201
    assert Consultation.objects.count() == 6


def test_a_refused_request_uses_up_no_turn(send):
    for _ in range(6):
        assert send(description="").status_code == 400

    assert send().status_code == 201


# --- a client of others ---------------------------------------------------------------------------

PUBLISH = """
from datetime import date, timedelta
from django.db import connection
from consultations.models import Consultation, Publication
from consultations.services.intake import Circumstances, check_submission, receive_consultation
from wards import clock
from wards.models import User, Ward
proposer, head = User.objects.order_by("pk")[:2]
connection.set_tenant(Ward.objects.get(slug="konohana"))
checked = check_submission({"category": "park", "body": "本文は出ません", "wants_reply": "no"})
case = receive_consultation(checked, Circumstances()).consultation
Consultation.objects.filter(pk=case.pk).update(state="publication_decided", answered_on=clock.today(), closed_on=clock.today())
row = Publication.objects.create(
    consultation=case, title="ベンチ", summary="ベンチが壊れている。", city_view="直しました。", response_kind="done",
    state="published", published_on=clock.today(), proposed_by=proposer, proposed_at=clock.now(),
    confirmed_by=head, confirmed_at=clock.now(),
)
print("NUMBER", row.pk)
"""


@pytest.mark.slow
@pytest.mark.parametrize("output_format", ["json", "xml"])
def test_the_client_georeport_reads_services_and_published_requests(
    site, output_format, publish_at_site, names_of_this_machine
):
    client = GeoReport(f"http://konohana.localhost:{site.port}{BASE}", output_format=output_format)

    services = {one["service_code"]: one for one in client.get_service_list()}
    assert services["park"]["service_name"] == "公園・街路樹"
    assert client.get_service_definition("road")["service_code"] == "road"
    found = client.get_service_requests(service_code="park", status="closed")
    listed = found if isinstance(found, list) else [found]
    assert [one["service_request_id"] for one in listed] == [publish_at_site]
    one = client.get_service_request(publish_at_site)
    assert (one["description"], one["status"]) == ("ベンチが壊れている。", "closed")
    assert "本文は出ません" not in json.dumps([*listed, one], ensure_ascii=False)


@pytest.fixture(scope="module")
def publish_at_site(site):
    """The number of the one answer published at 此花区 of the running portal."""
    done = site.manage("shell", "-c", PUBLISH)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("NUMBER ")[1].split()[0]


def test_the_clock_of_these_tests_stands_still(november):
    assert clock.now() == november == make_aware(november.replace(tzinfo=None))
