"""本庁's operators keep people and their roles; nobody is deleted, nobody serves themselves."""

import re
from datetime import date
from http import HTTPStatus

import pytest
from django_otp.plugins.otp_totp.models import TOTPDevice

from wards.models import Membership, User, Ward

USERS = "/admin/wards/user/"
MEMBERSHIPS = "/admin/wards/membership/"


@pytest.fixture
def operator(hire):
    return hire("osaka", "operator")


@pytest.fixture
def desk(operator, sign_in, city):
    """The operator's browser at 本庁."""
    return sign_in(operator, "osaka")


def inline(*rows, initial=0) -> dict:
    """Return the posted fields of the roles on a person's page."""
    data = {
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": initial,
        "memberships-MIN_NUM_FORMS": 0,
        "memberships-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        for name, value in row.items():
            data[f"memberships-{number}-{name}"] = value
    return data


def role_at(slug: str, role: str, since="2026-04-01", until=None, **more) -> dict:
    ward = Ward.objects.get(slug=slug)
    return {"ward": ward.pk, "role": role, "valid_from": since, "valid_to": until or "", **more}


def person(**more) -> dict:
    return {"name": "田中 葵", "kana": "たなか あおい", "email": "tanaka@example.jp", **more}


def test_a_new_person_gets_a_role_and_a_password_that_is_shown_once(desk):
    response = desk.post(f"{USERS}add/", person() | inline(role_at("kita", "officer")))

    shown = re.search(r'id="new-password"[^>]*>([^<]+)<', response.content.decode())
    user = User.objects.get(email="tanaka@example.jp")
    assert user.check_password(shown[1])
    assert len(shown[1]) >= 16
    assert user.memberships.get().role == "officer"
    assert shown[1] not in desk.get(f"{USERS}{user.pk}/change/").content.decode()


def test_an_address_is_stored_as_logins_compare_it(desk):
    desk.post(f"{USERS}add/", person(email="ＴＡＮＡＫＡ@Example.JP") | inline())

    assert User.objects.filter(email="tanaka@example.jp").exists()


@pytest.mark.parametrize(
    ("slug", "role", "sentence"),
    [
        ("kita", "city_officer", "役割「市民局職員」は本庁の所属にだけ付けられます。"),
        ("osaka", "officer", "役割「区職員」は区役所の所属にだけ付けられます。"),
    ],
)
def test_a_role_in_the_wrong_place_is_refused_at_its_field(desk, slug, role, sentence):
    response = desk.post(f"{USERS}add/", person() | inline(role_at(slug, role)))

    assert sentence in response.content.decode()
    assert not User.objects.filter(email="tanaka@example.jp").exists()


def test_a_role_that_runs_already_is_not_given_twice(desk, kita_officer):
    response = desk.post(
        f"{MEMBERSHIPS}add/", role_at("kita", "officer") | {"user": kita_officer.pk}
    )

    assert "同じ所属と役割が、この期間にすでにあります。" in response.content.decode()


def test_a_role_ends_by_date_and_the_rest_of_it_cannot_be_rewritten(desk, kita_officer):
    row = Membership.objects.get(user=kita_officer)

    desk.post(
        f"{MEMBERSHIPS}{row.pk}/change/",
        role_at("nishi", "manager", since="2019-04-01", until="2027-03-31")
        | {"user": kita_officer.pk},
    )

    row.refresh_from_db()
    assert row.valid_to == date(2027, 3, 31)
    assert (row.ward.slug, row.role, row.valid_from) == ("kita", "officer", date(2020, 4, 1))


def test_days_are_typed_in_wareki_and_a_day_that_never_was_is_refused(desk, kita_officer):
    row = Membership.objects.get(user=kita_officer)
    address = f"{MEMBERSHIPS}{row.pk}/change/"

    page = desk.post(address, {"valid_to": "令和9年2月29日"}).content.decode()
    assert "「令和9年2月29日」という日はありません。" in page

    desk.post(address, {"valid_to": "Ｒ９．３．３１"})
    row.refresh_from_db()
    assert row.valid_to == date(2027, 3, 31)
    assert 'value="令和9年3月31日"' in desk.get(address).content.decode()


def test_a_role_cannot_end_before_it_begins(desk, kita_officer):
    row = Membership.objects.get(user=kita_officer)

    response = desk.post(f"{MEMBERSHIPS}{row.pk}/change/", {"valid_to": "2019-03-31"})

    assert "終了日は開始日以後の日にしてください。" in response.content.decode()


def test_operators_neither_appoint_nor_shut_out_themselves(desk, operator):
    response = desk.post(f"{MEMBERSHIPS}add/", role_at("kita", "manager") | {"user": operator.pk})
    assert "自分自身の所属は、ほかの運用管理者が変更します。" in response.content.decode()

    response = desk.post(
        f"{USERS}{operator.pk}/change/",
        {"name": operator.name, "kana": "", "email": operator.email} | inline(),
    )
    assert "自分自身を無効にすることはできません。" in response.content.decode()
    assert Membership.objects.filter(user=operator).count() == 1


def test_a_deactivated_person_is_out_at_once_and_stays_out(desk, kita_officer, sign_in):
    at_kita = sign_in(kita_officer, "kita")
    assert at_kita.get("/admin/").status_code == HTTPStatus.OK
    row = Membership.objects.get(user=kita_officer)
    known = role_at("kita", "officer", since="2020-04-01", id=row.pk, user=kita_officer.pk)
    fields = {"name": kita_officer.name, "kana": "", "email": kita_officer.email}

    desk.post(f"{USERS}{kita_officer.pk}/change/", fields | inline(known, initial=1))
    assert at_kita.get("/admin/").status_code == HTTPStatus.FOUND

    desk.post(
        f"{USERS}{kita_officer.pk}/change/",
        fields | {"is_active": "on"} | inline(known, initial=1),
    )
    kita_officer.refresh_from_db()
    assert kita_officer.is_active
    assert at_kita.get("/admin/").status_code == HTTPStatus.FOUND


def test_a_reset_password_ends_every_login_of_the_person(desk, kita_officer, sign_in):
    at_kita = sign_in(kita_officer, "kita")
    address = f"{USERS}{kita_officer.pk}/reset-password/"
    assert "パスワードを再設定する" in desk.get(address).content.decode()
    assert at_kita.get("/admin/").status_code == HTTPStatus.OK

    page = desk.post(address).content.decode()

    assert at_kita.get("/admin/").status_code == HTTPStatus.FOUND
    kita_officer.refresh_from_db()
    assert kita_officer.check_password(re.search(r'id="new-password"[^>]*>([^<]+)<', page)[1])


def test_a_lost_authenticator_is_removed_by_an_operator(desk, kita_officer):
    TOTPDevice.objects.create(user=kita_officer, name="authenticator", confirmed=True)
    page = desk.get(f"{USERS}{kita_officer.pk}/change/").content.decode()
    assert "ログインのとき6桁の確認コードを求めます" in page

    desk.post(f"{USERS}{kita_officer.pk}/remove-second-factor/")

    assert not TOTPDevice.objects.filter(user=kita_officer).exists()


def test_no_page_of_people_offers_deletion_or_a_password_field(desk, kita_officer):
    page = desk.get(f"{USERS}{kita_officer.pk}/change/").content.decode()

    assert desk.get(f"{USERS}{kita_officer.pk}/delete/").status_code == HTTPStatus.FORBIDDEN
    assert 'type="password"' not in page
    assert "deletelink" not in page


def test_who_had_which_role_on_a_day_can_be_asked(desk, hire):
    gone = hire("nishi", "manager", since=date(2018, 4, 1), until=date(2021, 3, 31))
    User.objects.filter(pk=gone.pk).update(name="去年 まで")

    def names(query: str) -> str:
        return desk.get(f"{MEMBERSHIPS}?{query}").content.decode()

    assert "去年 まで" not in names("")
    assert "去年 まで" in names("day=令和2年4月1日")
    assert "去年 まで" in names("day=2021-03-31")
    assert "去年 まで" not in names("day=2021-04-01")
    assert "去年 まで" in names("day=all")
    assert "去年 まで" not in names("day=all&ward=kita")
    assert "日付として読み取れません" in names("day=きのう")


def test_people_are_found_by_office_and_role(desk, kita_officer, nishi_officer):
    page = desk.get(f"{USERS}?ward=kita&role=officer").content.decode()

    assert kita_officer.email in page
    assert nishi_officer.email not in page


def test_a_head_of_a_ward_sees_its_people_and_changes_nothing(
    kita_manager, kita_officer, nishi_officer, sign_in, enter
):
    at_kita = sign_in(kita_manager, "kita")
    enter("kita")

    response = at_kita.get(MEMBERSHIPS)

    assert response.status_code == HTTPStatus.OK
    assert response.context["cl"].result_count == 2
    row = Membership.objects.get(user=kita_officer)
    assert at_kita.get(f"{MEMBERSHIPS}add/").status_code == HTTPStatus.FORBIDDEN
    assert at_kita.post(f"{MEMBERSHIPS}{row.pk}/change/", {}).status_code == HTTPStatus.FORBIDDEN


def test_the_list_of_people_costs_as_many_queries_for_many_as_for_few(
    desk, hire, django_assert_max_num_queries
):
    for _ in range(12):
        hire("kita", "officer")

    with django_assert_max_num_queries(12):
        desk.get(USERS)
