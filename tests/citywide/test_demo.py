"""What the demo shows: every state there is, believable, made up, by the rules, and only once."""

import json
import re
import stat
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from consultations import case_states
from consultations.choices import (
    CaseState,
    HandoverKind,
    HandoverState,
    IntakeChannel,
    PublicationState,
    RecordType,
)
from consultations.city.models import CityReplyTemplate
from consultations.models import (
    Attachment,
    Consultation,
    Contact,
    Entry,
    Handover,
    Publication,
    Reply,
    ReplyTemplate,
    RoutingRule,
    Satisfaction,
)
from consultations.reply_texts import unknown_fields
from consultations.services.intake import find_by_passphrase
from consultations.services.routing import gaps_of_routing
from councils.choices import ApplicationState, CouncilState
from councils.city.models import BureauRequest
from councils.forum.choices import CallState, OpinionState
from councils.forum.models import (
    EvaluationSheet,
    ForumEdition,
    ForumMember,
    ForumPractice,
    ForumSession,
    ForumTerm,
    Gathering,
    MemberApplication,
    MemberCall,
    Opinion,
    Response,
)
from councils.forum.services.recruitment import state_of
from councils.models import (
    Certification,
    CertificationApplication,
    CommunityCouncil,
    Confirmation,
    CouncilOfficer,
    CouncilPractice,
    Filing,
    MemberOrganization,
    SchoolDistrictArea,
    SupportGrant,
    SupportRate,
)
from councils.services import support
from kpis.models import Result
from socialbiz.models import CommissionedProject, Operator, Venture
from wards import attachments, clock
from wards.desk.models import Notice, OutgoingMail
from wards.fixtures_reader import read_fixture
from wards.models import Office, User, Ward

# One mark for all: pytest-django runs tests without it last, and the demo would be loaded again.
pytestmark = pytest.mark.django_db

SLUGS = ("kita", "nishi", "yodogawa")
WITH_COUNCILS = ("kita", "higashinari", "nishiyodogawa")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the demo leaves its files and the list of accounts."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def accounts_path(folder):
    """The list of accounts: never where this machine keeps its own."""
    return folder / "accounts.json"


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, folder, accounts_path):
    """The demo, loaded once for this module and taken back at its end; return what was printed."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", str(folder / "media"))
        patch.setenv("PORTAL_DEMO_ACCOUNTS_PATH", str(accounts_path))
        with transaction.atomic(), (folder / "out").open("w+") as out:
            call_command("load_demo", stdout=out)
            out.seek(0)
            yield out.read()
            transaction.set_rollback(True)
        connection.set_schema_to_public()
        connection.close()


@pytest.fixture(params=SLUGS)
def ward(demo, request):
    """One demo ward after the other."""
    connection.set_schema_to_public()
    ward = Ward.objects.get(slug=request.param)
    connection.set_tenant(ward)
    yield ward
    connection.set_schema_to_public()


def values_of(queryset, *names):
    return set(queryset.order_by().values_list(*names, flat=len(names) == 1).distinct())


def test_each_demo_ward_has_cases_in_every_state_and_by_every_channel(ward):
    cases = Consultation.objects.filter(is_demo=True)

    assert cases.count() == Consultation.objects.count() >= 44
    assert values_of(cases, "state") == set(CaseState.values)
    assert values_of(cases, "intake_channel") == set(IntakeChannel.values)
    assert values_of(cases, "record_type") == set(RecordType.values)
    assert values_of(cases, "language") >= {"ja", "ja-hira", "en", "zh-hans", "ko", "vi"}


def test_no_two_demo_wards_have_the_same_figures(demo):
    figures = []
    for slug in SLUGS:
        connection.set_schema_to_public()
        connection.set_tenant(Ward.objects.get(slug=slug))
        cases, open_ones = Consultation.objects.all(), Consultation.objects.open()
        figures.append((cases.count(), open_ones.count(), Publication.objects.published().count()))
    connection.set_schema_to_public()
    for column in zip(*figures, strict=True):
        assert len(set(column)) == len(SLUGS)


def test_each_demo_ward_shows_every_handover_and_every_step_of_publication(ward):
    assert values_of(Handover.objects, "kind") == set(HandoverKind.values)
    assert values_of(Handover.objects, "state") == set(HandoverState.values)
    assert values_of(Publication.objects, "state") == set(PublicationState.values)
    months = {
        day.replace(day=1) for day in values_of(Publication.objects.published(), "published_on")
    }
    assert len(months) >= 3


def test_the_clock_of_the_demo_shows_what_is_late_and_what_is_near(ward):
    today = clock.today()
    left = Counter(
        (day - today).days for day in Consultation.objects.open().values_list("due_on", flat=True)
    )

    assert {-9, -4, -1, 0, 1, 2, 3} <= set(left)
    assert Consultation.objects.open().exclude(interim_on=None).exists()
    recorded = Consultation.objects.filter(record_type=RecordType.RECORDED_REQUEST)
    assert values_of(recorded, "read_back_on") >= {None}
    assert recorded.exclude(read_back_on=None).exists()
    assert Consultation.objects.exclude(bundle_lead=None).count() == 2
    assert Consultation.objects.exclude(previous=None).count() == 1
    assert Consultation.objects.exclude(legal_hold="").count() == 1
    assert Entry.objects.exclude(withdrawn_at=None).count() == 1
    assert Satisfaction.objects.count() >= 5


def test_a_demo_case_obeys_the_rules_that_every_case_obeys(ward):
    for case in Consultation.objects.select_related("deadline_rule").prefetch_related("entries"):
        case.full_clean(exclude=["submission_token"])
        moments = [entry.at for entry in case.entries.all()]
        assert moments == sorted(moments)
        assert all(case.received_at <= moment <= clock.now() for moment in moments)
        assert (case.closed_on is not None) == (case.state in case_states.CLOSED)
        if case.state in case_states.CLOSED:
            assert case.received_on <= case.closed_on <= clock.today()
        steps = [e for e in case.entries.all() if e.kind == "move" and e.withdrawn_at is None]
        assert case.state == (steps[-1].to_state if steps else CaseState.RECEIVED)
    for model in (Contact, Reply, Handover, Publication, Attachment):
        for row in model.objects.all():
            # A withheld case need not have been proposed by anybody.
            row.full_clean(exclude=["proposed_by"])


def test_nobody_in_the_demo_could_be_real(ward):
    names = {name for name, _ in read_fixture("demo/consultations.json")["names"]}

    assert values_of(Contact.objects, "name") <= names
    for contact in Contact.objects.all():
        assert not contact.email or contact.email.endswith("@example.jp")
        assert not contact.phone or contact.phone.startswith("06-9999-")
        assert not contact.address or contact.address.endswith("（見本の住所）")
    written = " ".join(
        text
        for rows in (
            Consultation.objects.values_list("body", flat=True),
            Publication.objects.values_list("summary", flat=True),
            Reply.objects.values_list("text", flat=True),
        )
        for text in rows
    )
    assert not re.search(r"[0０][0-9０-９]{1,3}[-－][0-9０-９]{2,4}[-－]|@|＠", written)
    assert all(user.email.endswith("@example.jp") for user in User.objects.filter(is_demo=True))


def test_files_of_the_demo_lie_in_their_ward_and_can_be_opened(ward):
    kinds = values_of(Attachment.objects, "content_type")

    assert kinds == {"image/jpeg", "application/pdf"}
    assert Attachment.objects.filter(is_original=True).exists()
    for file in Attachment.objects.all():
        with attachments.open_stored(file.stored_name) as opened:
            assert len(opened.read()) == file.size


def test_no_mail_of_the_demo_waits_to_go_out(ward):
    assert not OutgoingMail.objects.waiting().exists()
    assert OutgoingMail.objects.exclude(bounced_at=None).count() == 1
    call = Notice.objects.filter(key__startswith="undelivered:", done_at=None).get()
    assert "電話で連絡してください。" in call.text


def test_every_category_of_a_demo_ward_reaches_somebody(ward):
    assert gaps_of_routing(clock.today()) == []
    assert {rule.source for rule in RoutingRule.objects.all()} == {
        "見本（事業所と区の対応は公表されていないため、作ったものです）"
    }
    assert RoutingRule.objects.exclude(areas="").count() == 2
    assert values_of(RoutingRule.objects.exclude(office=None), "office__kind") == set(
        Office.Kind.values
    )


def test_a_demo_case_is_looked_up_by_what_was_printed(demo):
    for slug in SLUGS:
        found = re.search(rf"{slug}\.localhost で照会できる例：受付番号 (\S+)　合言葉 (\S+)", demo)
        connection.set_schema_to_public()
        connection.set_tenant(Ward.objects.get(slug=slug))
        assert find_by_passphrase(*found.groups()).number == found[1]
    connection.set_schema_to_public()


def test_wards_without_demo_people_keep_their_first_settings_alone(demo):
    for slug in ("fukushima", "nishinari"):
        connection.set_schema_to_public()
        connection.set_tenant(Ward.objects.get(slug=slug))
        assert not Consultation.objects.exists()
        assert not RoutingRule.objects.exists()
    connection.set_schema_to_public()


def test_offices_say_what_is_public_and_what_is_made_up(demo):
    connection.set_schema_to_public()

    works = Office.objects.filter(kind=Office.Kind.WORKS, is_demo=False)
    assert {office.name.removesuffix("工営所") for office in works} == {
        "野田", "十三", "中浜", "田島", "平野", "住之江", "津守", "市岡"
    }  # fmt: skip
    made_up = Office.objects.filter(is_demo=True)
    assert all(office.name.endswith("（見本）") for office in made_up)
    assert "どの事業所がどの区を担当するかは見本で、事実ではありません。" in demo


def test_the_citys_templates_use_fields_that_exist_and_a_ward_has_its_own(ward):
    templates = [*CityReplyTemplate.objects.all(), *ReplyTemplate.objects.all()]

    assert len(templates) >= 8
    for template in templates:
        assert template.plain_body
        assert unknown_fields(template.body + template.plain_body) == []
    assert ReplyTemplate.objects.get().code in values_of(CityReplyTemplate.objects, "code")


# --- councils ---


@pytest.fixture(params=WITH_COUNCILS)
def ward_of_councils(demo, request):
    """One ward with demo councils after the other."""
    connection.set_schema_to_public()
    connection.set_tenant(Ward.objects.get(slug=request.param))
    yield request.param
    connection.set_schema_to_public()


def test_each_such_ward_has_councils_in_every_state(ward_of_councils):
    councils = CommunityCouncil.objects.with_state(clock.today())

    assert {council.state for council in councils} == set(CouncilState.values)
    assert all(council.is_demo for council in councils)
    assert Confirmation.objects.lapsed(clock.today()).exists()
    assert Filing.objects.with_state(clock.today()).filter(state_on_day="late").exists()
    assert SupportGrant.objects.exclude(settled_on=None).exists()


def test_the_wards_together_show_every_step_of_an_application(demo):
    seen = set()
    for slug in WITH_COUNCILS:
        connection.set_schema_to_public()
        connection.set_tenant(Ward.objects.get(slug=slug))
        seen |= values_of(CertificationApplication.objects, "state")
    connection.set_schema_to_public()

    assert seen == set(ApplicationState.values) - {ApplicationState.WITHDRAWN}


def test_a_demo_council_obeys_the_rules_that_every_council_obeys(ward_of_councils):
    for model in (
        SchoolDistrictArea, CommunityCouncil, CouncilOfficer, MemberOrganization, Certification,
        Confirmation, Filing, SupportGrant,
    ):  # fmt: skip
        for row in model.objects.all():
            row.full_clean()
    for council in CommunityCouncil.objects.prefetch_related("entries"):
        moments = [entry.at for entry in council.entries.order_by("pk")]
        assert moments == sorted(moments)
        assert moments[-1] <= clock.now()
    for grant in SupportGrant.objects.select_related("council"):
        assert support.reasons_against(grant.council, grant) == []


def test_people_of_demo_councils_are_made_up(ward_of_councils):
    plan = read_fixture("demo/councils.json")
    families = {family for family, _ in plan["family_names"]}
    given = {name for name, _ in plan["given_names"]}

    for name in values_of(CouncilOfficer.objects, "name"):
        family, _, own = name.partition(" ")
        assert (family in families, own in given) == (True, True)
    for council in CommunityCouncil.objects.all():
        assert council.email.endswith("@example.jp")
        assert council.phone.startswith("06-9999-")


# --- 区政会議 ---


@pytest.fixture(params=["kita", "higashinari"])
def ward_of_forum(demo, request):
    """One ward with a demo 区政会議 after the other."""
    connection.set_schema_to_public()
    connection.set_tenant(Ward.objects.get(slug=request.param))
    yield request.param
    connection.set_schema_to_public()


def test_each_such_ward_has_a_full_past_term_and_a_running_one(ward_of_forum):
    running, past = ForumTerm.objects.all()

    assert running.holds_on(clock.today())
    assert past.valid_to < running.valid_from
    for term in (running, past):
        assert term.members.filter(category="public").exists()
        assert values_of(term.offices, "kind") == {"chair", "vice"}
        assert term.announcements.exists()
    held = ForumSession.objects.held()
    assert held.filter(term=past).count() >= 6
    assert held.filter(term=past, minutes__published_at=None).count() == 0
    assert held.filter(term=running, minutes__published_at=None).count() == 1
    assert ForumSession.objects.exclude(cancelled_at=None).count() == 1
    assert ForumSession.objects.filter(starts_at__gt=clock.now()).exists()
    assert ForumEdition.objects.filter(published_at__isnull=False).count() >= 2
    assert EvaluationSheet.objects.exclude(published_at=None).exists()
    assert EvaluationSheet.objects.filter(
        published_at=None, items__evaluations__isnull=False
    ).exists()
    assert values_of(Gathering.objects, "kind") == {"talk", "circle", "monitor", "survey"}


def test_the_ledger_of_a_demo_ward_shows_every_state_and_class(ward_of_forum):
    rows = Opinion.objects.with_state(clock.today())

    wanted = set(OpinionState.values)
    assert values_of(rows, "state_on_day") >= wanted - {OpinionState.LATE}
    assert values_of(Response.objects, "response_class") >= {
        "this_year", "next_year", "later", "cannot", "heard",
    }  # fmt: skip
    if ward_of_forum == "kita":
        assert rows.filter(state_on_day=OpinionState.LATE).exists()
        assert values_of(BureauRequest.objects, "state") == {"sent", "assigned", "published"}
    [call] = MemberCall.objects.filter(decided_on=None)
    state = {"kita": CallState.OPEN, "higashinari": CallState.SCREENING}
    assert state_of(call) == state[ward_of_forum]


def test_a_demo_forum_obeys_the_rules_that_every_forum_obeys(ward_of_forum):
    for model in (ForumTerm, ForumMember, ForumSession, Opinion, Response, MemberApplication):
        for row in model.objects.all():
            row.full_clean()
    for member in ForumMember.objects.all():
        assert member.email.endswith("@example.jp") or not member.email
    assert ForumSession.objects.filter(is_demo=False).count() == 0
    assert not OutgoingMail.objects.waiting().exists()


def test_what_wards_have_published_of_their_practice_is_there(demo, enter):
    enter("naniwa")
    assert ForumPractice.objects.get().seats_public == 7
    enter("taisho")
    assert CouncilPractice.objects.label_on(clock.today()) == "地域まちづくり実行委員会"
    enter("higashiyodogawa")
    assert SupportRate.objects.get().percent == 50


# --- loading ---


def rows_in(city, *slugs) -> dict[str, int]:
    """Count the rows of every table of some wards and of 本庁, history included."""
    counts = {}
    for slug in ("public", *slugs):
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [slug])
            tables = [name for (name,) in cursor.fetchall()]
        connection.set_tenant(city if slug == "public" else Ward.objects.get(slug=slug))
        for table in tables:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{slug}"."{table}"')
                counts[f"{slug}.{table}"] = cursor.fetchone()[0]
        connection.set_schema_to_public()
    return counts


def test_the_list_of_accounts_is_as_good_as_what_was_printed(demo, accounts_path):
    accounts = json.loads(accounts_path.read_text())

    assert len(accounts) == 42
    assert {(a["host"], a["role"]) for a in accounts} >= {
        ("kita.localhost", "ward_mayor"),
        ("nishi.localhost", "officer"),
        ("yodogawa.localhost", "viewer"),
        ("osaka.localhost", "operator"),
    }
    assert stat.S_IMODE(accounts_path.stat().st_mode) == 0o600
    for account in accounts:
        user = User.objects.get(email=account["email"])
        assert user.is_demo
        assert len(account["password"]) >= 16
        assert user.check_password(account["password"])
        assert account["password"] in demo


def test_a_second_run_changes_nothing(demo, city, enter, accounts_path, capsys):
    enter("kita")
    result = Result.objects.get(fiscal_year=2017, indicator__code="1-1-a")
    Result.objects.filter(pk=result.pk).update(note="区の職員が直した備考")
    before = accounts_path.read_text()
    case = Consultation.objects.open().earliest("pk")
    Consultation.objects.filter(pk=case.pk).update(subject="区の職員が直した件名")
    enter("osaka")
    rows = rows_in(city, "kita", "nishi", "yodogawa", "higashinari", "taisho")

    call_command("load_demo")

    again = capsys.readouterr().out

    assert "新規 0名・既存 42名" in again
    assert "見本の実績 新規 0件" in again
    assert "見本の相談・要望 新規 0件" in again
    assert "見本の協議会 新規 0件" in again
    assert "見本の区政会議 新規 0回" in again
    assert rows_in(city, "kita", "nishi", "yodogawa", "higashinari", "taisho") == rows
    assert accounts_path.read_text() == before
    enter("kita")
    result.refresh_from_db()
    assert result.note == "区の職員が直した備考"
    case.refresh_from_db()
    assert case.subject == "区の職員が直した件名"


def test_such_a_ward_has_ventures_and_projects_of_every_kind(ward_of_forum):
    assert values_of(Venture.objects, "kind") == {"community", "social"}
    assert values_of(Venture.objects, "is_public") == {True, False}
    assert Venture.objects.exclude(ended_on=None).count() == 1
    assert CommissionedProject.objects.exclude(venture=None).exists()
    for model in (Operator, Venture, CommissionedProject):
        for row in model.objects.all():
            row.full_clean()
            assert row.is_demo
