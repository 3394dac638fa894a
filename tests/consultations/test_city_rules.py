"""What 本庁 keeps for all wards: the clock, templates, offices and bureaus, and who serves them."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from consultations.city.models import CityReplyTemplate, DeadlineRule
from consultations.models import ReplyTemplate
from consultations.reply_texts import faults_of_template
from wards import clock
from wards.deadlines import first_day_without_rule
from wards.models import Bureau, Membership, Office, User, Ward

RULES = "/admin/consultation_city/deadlinerule/"
TEMPLATES = "/admin/consultation_city/cityreplytemplate/"
D = date


@pytest.fixture
def desk(city_officer, sign_in, city):
    """The browser of 市民局."""
    return sign_in(city_officer, "osaka")


@pytest.fixture
def operators(hire, sign_in, city):
    """The browser of an operator."""
    return sign_in(hire("osaka", "operator"), "osaka")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(
    ("spans", "first"),
    [
        ([(D(2012, 10, 1), None)], None),
        ([], D(2026, 11, 25)),
        ([(D(2026, 11, 26), None)], D(2026, 11, 25)),
        ([(D(2012, 10, 1), D(2026, 11, 24))], D(2026, 11, 25)),
        ([(D(2012, 10, 1), D(2026, 12, 31))], D(2027, 1, 1)),
        ([(D(2012, 10, 1), D(2026, 12, 31)), (D(2027, 1, 1), None)], None),
        ([(D(2027, 1, 2), None), (D(2012, 10, 1), D(2026, 12, 31))], D(2027, 1, 1)),
        ([(D(2012, 10, 1), None), (D(2027, 1, 1), D(2027, 1, 31))], None),
        ([(D(2012, 10, 1), D(2027, 3, 31)), (D(2013, 1, 1), D(2014, 1, 1))], D(2027, 4, 1)),
    ],
)
def test_a_day_on_which_no_case_could_be_taken_is_found(spans, first):
    assert first_day_without_rule(spans, D(2026, 11, 25)) == first


def rule(**more) -> dict:
    return {
        "name": "新しい期限", "days": "10", "remind_before": "2", "chief_after": "0", "head_after": "2",
        "mayor_after": "5", "valid_from": (clock.today() + timedelta(days=30)).isoformat(),
        "valid_to": "", "source": "試験", **more,
    }  # fmt: skip


def test_a_rule_is_registered_before_its_first_day(desk):
    refused = desk.post(f"{RULES}add/", rule(valid_from=clock.today().isoformat()))
    assert "適用の初日は、明日以後の日にしてください" in text_of(refused)

    desk.post(f"{RULES}add/", rule())

    assert DeadlineRule.objects.get(name="新しい期限").days == 10


def test_a_rule_that_has_begun_is_never_rewritten(desk):
    begun = DeadlineRule.objects.get()

    page = desk.get(f"{RULES}{begun.pk}/change/").content.decode()
    assert 'name="days"' not in page
    assert 'name="valid_to"' in page
    desk.post(
        f"{RULES}{begun.pk}/change/", rule(days="3", name="別の名前", valid_from="2012-10-01")
    )

    begun.refresh_from_db()
    assert (begun.days, begun.name) == (14, "市民の声の回答期限（14日）")


def test_a_rule_ends_only_when_another_follows(desk):
    begun = DeadlineRule.objects.get()
    last = clock.today() + timedelta(days=29)
    change = f"{RULES}{begun.pk}/change/"

    refused = desk.post(change, rule(valid_to=last.isoformat()))
    assert "相談・要望を受け付けられません" in text_of(refused)
    begun.refresh_from_db()
    assert begun.valid_to is None

    desk.post(f"{RULES}add/", rule())
    desk.post(change, rule(valid_to=last.isoformat()))
    begun.refresh_from_db()
    assert begun.valid_to == last
    refused = desk.post(change, rule(valid_to="2020-01-01"))
    assert "今日以後の日" in text_of(refused)


def unsaved(**more) -> DeadlineRule:
    """A rule as a program would make it, without any form."""
    values = rule(**more)
    days = {
        name: date.fromisoformat(values[name]) if values[name] else None
        for name in ("valid_from", "valid_to")
    }
    return DeadlineRule(**{**values, **days})


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"valid_from": clock.today().isoformat()}, "適用の初日は、明日以後の日にしてください"),
        ({"days": "0"}, "期限までの日数は1日以上にしてください。"),
        ({"remind_before": "11"}, "期限前の知らせは、受付日より前にならない日数にしてください。"),
        ({"chief_after": "3"}, "主査・課長・区長室の順に、遅くなるように入力してください。"),
        ({"valid_to": "2020-01-01"}, "適用の末日は、今日以後の日にしてください。"),
    ],
)
def test_a_rule_is_refused_whichever_way_it_comes(city, more, says):
    with pytest.raises(ValidationError, match=says):
        unsaved(**more).full_clean()


def test_a_rule_of_a_day_that_has_one_is_refused_whichever_way_it_comes(city):
    unsaved().save()

    with pytest.raises(ValidationError, match="この日から始まるルールが、すでにあります。"):
        unsaved(name="もう一つ").full_clean()


@pytest.mark.parametrize("days", ["days = 0", "remind_before = 15", "chief_after = 30"])
def test_the_database_itself_refuses_a_rule_that_makes_no_sense(city, days):
    with (
        pytest.raises(IntegrityError, match="deadline_rule_"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE consultation_city_deadlinerule SET {days}")


def test_a_program_neither_rewrites_a_rule_that_has_begun_nor_leaves_a_day_without(city):
    begun = DeadlineRule.objects.get()
    begun.full_clean()
    begun.days = 3
    with pytest.raises(ValidationError, match="適用が始まったルールは書き換えられません。"):
        begun.full_clean()
    begun.refresh_from_db()
    begun.valid_to = clock.today() + timedelta(days=29)
    with pytest.raises(ValidationError, match="相談・要望を受け付けられません"):
        begun.full_clean()
    unsaved().save()
    begun.full_clean()


@pytest.mark.parametrize("field", ["body", "plain_body"])
def test_one_rule_and_one_sentence_for_the_citys_and_the_wards_templates(enter, field):
    enter("kita")
    faults = []
    for model in (CityReplyTemplate, ReplyTemplate):
        made = model(**{"code": "x", "title": "題", "body": "本文", field: "{氏名}様、{}の件"})
        with pytest.raises(ValidationError) as refusal:
            made.full_clean()
        faults.append(refusal.value.message_dict)

    assert faults[0] == faults[1] == {field: faults_of_template("{氏名}様、{}の件")}
    (sentence,) = faults[0][field]
    assert sentence.startswith("{氏名}は、案件の値に置き換えられません。使えるのは、{受付番号}、")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("{受付番号}の件です。", 0),
        ("{ 受付番号 }", 1),
        ("{なまえ}{氏名}", 1),
        ("あ" * 4_000, 0),
        ("あ" * 4_001, 1),
        ("{氏名}\u202e", 2),
        ("{波かっこ", 0),
    ],
)
def test_what_cannot_be_a_template(text, count):
    assert len(faults_of_template(text)) == count


def template(**more) -> dict:
    return {"code": "light", "title": "街路灯", "body": "{受付番号}の件です。", "plain_body": "", "is_active": "on", **more}  # fmt: skip


def test_a_template_with_an_unknown_merge_field_is_refused_with_those_there_are(desk):
    refused = desk.post(f"{TEMPLATES}add/", template(body="{氏名}様、{受付番号}の件です。"))

    words = text_of(refused)
    assert "{氏名}は、案件の値に置き換えられません" in words
    assert "{区役所名}です" in words
    refused = desk.post(f"{TEMPLATES}add/", template(plain_body="{なまえ}さん"))
    assert "{なまえ}は" in text_of(refused)
    assert not CityReplyTemplate.objects.filter(code="light").exists()


def test_a_template_keeps_the_code_by_which_wards_replace_it(desk):
    desk.post(f"{TEMPLATES}add/", template())
    made = CityReplyTemplate.objects.get(code="light")

    desk.post(f"{TEMPLATES}{made.pk}/change/", template(code="other", title="街路灯について"))

    made.refresh_from_db()
    assert (made.code, made.title) == ("light", "街路灯について")


def test_classes_of_keeping_are_read_and_not_changed(desk):
    page = text_of(desk.get("/admin/consultation_city/retentionclass/"))

    assert "30年" in page
    assert "1年未満" in page
    assert "登録する" not in page


def test_an_operator_registers_an_office_with_its_wards_and_a_printed_telephone(operators):
    bureau = Bureau.objects.create(code="construction", name="建設局")
    wards = [Ward.objects.get(slug=slug).pk for slug in ("kita", "nishi")]

    operators.post(
        "/admin/wards/office/add/",
        {"name": "野田工営所", "code": "noda", "kind": "works", "bureau": bureau.pk, "phone": "０６ー6462-1900",
         "wards": wards, "is_active": "on"},
    )  # fmt: skip

    office = Office.objects.get(code="noda")
    assert office.phone == "06-6462-1900"
    assert "北区、西区" in text_of(operators.get("/admin/wards/office/"))
    page = operators.get(f"/admin/wards/office/{office.pk}/change/").content.decode()
    assert page.count('type="checkbox" name="wards"') == 24
    operators.post(
        f"/admin/wards/office/{office.pk}/change/",
        {"name": "野田工営所", "code": "other", "kind": "works", "phone": "", "wards": wards[:1]},
    )
    office.refresh_from_db()
    assert (office.code, office.is_active, office.wards.count()) == ("noda", False, 1)


def membership(person, ward, role, **more) -> dict:
    return {
        "user": person.pk, "ward": Ward.objects.get(slug=ward).pk, "role": role, "office": "", "bureau": "",
        "valid_from": "2026-04-01", "valid_to": "", **more,
    }  # fmt: skip


@pytest.fixture
def noda(city):
    """A 工営所 of 北区."""
    office = Office.objects.create(code="noda", name="野田工営所", kind="works")
    office.wards.add(Ward.objects.get(slug="kita"))
    return office


@pytest.mark.parametrize(
    ("ward", "role", "place", "sentence"),
    [
        ("kita", "office_clerk", {}, "働いている事業所を選んでください"),
        ("osaka", "bureau_officer", {}, "局の窓口には、局を選んでください"),
        ("kita", "officer", {"office": True}, "事業所は、事業所職員だけに付けます"),
        ("osaka", "city_officer", {"bureau": True}, "局は、局の窓口だけに付けます"),
        ("nishi", "office_clerk", {"office": True}, "野田工営所は、西区を担当していません"),
    ],
)
def test_office_and_bureau_go_with_their_roles_alone(
    operators, noda, hire, ward, role, place, sentence
):
    bureau = Bureau.objects.create(code="construction", name="建設局")
    person = hire("kita", "viewer")
    given = {name: {"office": noda, "bureau": bureau}[name].pk for name in place}

    refused = operators.post(
        "/admin/wards/membership/add/", membership(person, ward, role, **given)
    )

    assert sentence in text_of(refused)
    assert Membership.objects.filter(user=person).count() == 1


def test_the_office_chosen_on_a_persons_page_is_kept(operators, noda):
    row = membership(User(pk=""), "kita", "office_clerk", office=noda.pk)
    row.pop("user")
    management = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    operators.post(
        "/admin/wards/user/add/",
        {"name": "田中 葵", "kana": "たなか あおい", "email": "tanaka@example.jp"}
        | {f"memberships-{name}": value for name, value in management.items()}
        | {f"memberships-0-{name}": value for name, value in row.items()},
    )

    assert Membership.objects.get(user__email="tanaka@example.jp").office == noda


def test_the_form_explains_what_office_and_bureau_are_for(operators):
    words = text_of(operators.get("/admin/wards/membership/add/"))

    assert "この事業所に引き継がれた案件だけが見えます。" in words
    assert "この局に引き継がれた案件だけが見えます。" in words
