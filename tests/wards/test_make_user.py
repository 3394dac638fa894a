"""The first person of an installation, and people made by scripts."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from wards import clock
from wards.models import Membership, User

SECRET = "JBSWY3DPEHPK3PXP"
PASSWORD = "himawari-no-machi-7"


@pytest.fixture
def make_user(city, monkeypatch, capsys):
    """Run the command with a password on standard input and return what it printed."""

    def run(*arguments, password=PASSWORD, **options):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        out = io.StringIO()
        call_command("make_user", *arguments, stdout=out, **options)
        return out.getvalue()

    return run


def test_a_person_is_made_with_role_and_password(make_user):
    printed = make_user("Hanako@Example.JP", "--ward=kita", "--role=officer", "--password-stdin")

    user = User.objects.get(email="hanako@example.jp")
    membership = user.memberships.get()
    assert user.check_password(PASSWORD)
    assert (membership.ward.slug, membership.role) == ("kita", "officer")
    assert membership.valid_from == clock.today()
    assert "新規 1件" in printed
    assert PASSWORD not in printed


def test_the_same_command_twice_makes_one_person_and_one_membership(make_user):
    for _ in range(2):
        make_user("h@example.jp", "--ward=kita", "--role=officer", "--password-stdin")

    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


def test_a_second_ward_is_a_second_membership(make_user):
    make_user("h@example.jp", "--ward=kita", "--role=officer", "--password-stdin")
    make_user("h@example.jp", "--ward=osaka", "--role=operator")

    assert User.objects.get().check_password(PASSWORD)
    assert Membership.objects.count() == 2


def test_without_a_password_a_random_one_is_shown_once(make_user):
    printed = make_user("h@example.jp", "--ward=kita", "--role=officer")

    shown = printed.rpartition("：")[2].strip()
    assert User.objects.get().check_password(shown)
    assert "パスワード" not in make_user("h@example.jp", "--ward=kita", "--role=officer")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("h@example.jp", "--ward=umeda", "--role=officer"), "区「umeda」はありません"),
        (("h@example.jp", "--ward=osaka", "--role=officer"), "区役所の所属にだけ"),
        (("h@example.jp", "--ward=kita", "--role=operator"), "本庁の所属にだけ"),
        (("not-an-address", "--ward=kita", "--role=officer"), "メールアドレス"),
        (("h@example.jp", "--ward=kita", "--role=officer", "--totp-secret=1"), "Base32"),
    ],
)
def test_a_refusal_says_why_and_leaves_nothing(make_user, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        make_user(*arguments)
    assert not User.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "12345678901234"])
def test_a_weak_password_is_refused(make_user, password):
    with pytest.raises(CommandError):
        make_user(
            "h@example.jp", "--ward=kita", "--role=officer", "--password-stdin", password=password
        )


def test_the_second_factor_is_asked_for_and_its_code_opens_the_door_once(
    make_user, client_at, settings
):
    make_user(
        "h@example.jp", "--ward=kita", "--role=officer", "--password-stdin",
        f"--totp-secret={SECRET}",
    )  # fmt: skip
    key = TOTPDevice.objects.get().bin_key
    form = {"username": "h@example.jp", "password": PASSWORD}

    def log_in(code):
        return client_at("kita").post("/admin/login/?next=/admin/", {**form, "otp_token": code})

    code = f"{totp(key):06d}"
    assert "確認コード" in log_in("").content.decode()
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert log_in(code).status_code == 302
    assert log_in(code).status_code == 200


@pytest.mark.parametrize(("slug", "role"), [("kita", "viewer"), ("osaka", "operator")])
def test_everybody_can_change_their_own_password(hire, sign_in, enter, slug, role):
    person = hire(slug, role)
    client = sign_in(person, slug)

    response = client.post(
        "/admin/password_change/",
        {
            "old_password": "kita-no-hanako-2026",
            "new_password1": "midosuji-no-icho-9",
            "new_password2": "midosuji-no-icho-9",
        },
    )

    assert response.status_code == 302
    assert client.get("/admin/").status_code == 200
    enter("osaka")
    person.refresh_from_db()
    assert person.check_password("midosuji-no-icho-9")


@pytest.mark.parametrize(("days_ago", "status"), [(0, 200), (1, 302)])
def test_a_role_ends_with_the_last_day_of_its_membership(hire, sign_in, enter, days_ago, status):
    person = hire("kita", "officer")
    client = sign_in(person, "kita")
    enter("osaka")
    person.memberships.update(valid_to=clock.today() - timedelta(days=days_ago))

    assert client.get("/admin/").status_code == status


def test_a_deactivated_person_is_out_at_once(hire, sign_in, enter):
    person = hire("kita", "officer")
    client = sign_in(person, "kita")
    assert client.get("/admin/").status_code == 200
    enter("osaka")
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert client.get("/admin/").status_code == 302


def test_five_wrong_passwords_lock_in_this_ward_only(hire, client_at):
    person = hire("kita", "officer")
    for _ in range(5):
        response = client_at("kita").post(
            "/admin/login/", {"username": person.email, "password": "wrong"}
        )
    assert response.status_code == 429
    right = {"username": person.email, "password": "kita-no-hanako-2026"}
    assert client_at("kita").post("/admin/login/", right).status_code == 429
    assert client_at("nishi").post("/admin/login/", right).status_code == 200


def test_other_spellings_of_an_address_get_no_fresh_tries(hire, client_at):
    email = hire("kita", "officer").email
    spellings = [email, email.upper(), email.title(), f" {email}", email.replace("k", "ｋ")]
    for spelling in spellings:
        response = client_at("kita").post(
            "/admin/login/", {"username": spelling, "password": "wrong"}
        )

    assert response.status_code == 429


@pytest.mark.parametrize(("behind_proxy", "status"), [(False, 429), (True, 200)])
def test_only_our_own_proxy_is_believed_about_the_clients_address(
    hire, client_at, settings, behind_proxy, status
):
    settings.BEHIND_PROXY = behind_proxy
    person = hire("kita", "officer")
    for number in range(5):
        response = client_at("kita").post(
            "/admin/login/",
            {"username": person.email, "password": "wrong"},
            headers={"x-forwarded-for": f"198.51.100.{number}"},
        )

    assert response.status_code == status


def test_known_and_unknown_people_get_the_same_answer(hire, client_at):
    person = hire("kita", "officer")

    def answer(email):
        page = client_at("kita").post("/admin/login/", {"username": email, "password": "wrong"})
        return page.content.decode().partition("errornote")[2][:200]

    assert answer(person.email) == answer("nobody@example.jp")
