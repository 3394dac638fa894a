"""The demo's cases: every state there is, believable, made up, and by the rules."""

import re
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
from wards import attachments, clock
from wards.desk.models import Notice, OutgoingMail
from wards.fixtures_reader import read_fixture
from wards.models import Office, User, Ward

SLUGS = ("kita", "nishi", "yodogawa")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, loaded once for this module and taken back at its end; return what was printed."""
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        from django.conf import settings

        patch.setattr(settings, "MEDIA_ROOT", str(folder / "media"))
        patch.setenv("PORTAL_DEMO_ACCOUNTS_PATH", str(folder / "accounts.json"))
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
