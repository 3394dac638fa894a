"""受付: stored once, routed, with its clock, acknowledged."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from consultations.choices import CaseState, HandoverState, IntakeChannel, RecordType
from consultations.models import (
    Category,
    Consultation,
    Contact,
    Entry,
    ReceiptCounter,
    RoutingRule,
    Section,
)
from consultations.receipts import number_from_text
from consultations.services.intake import (
    Circumstances,
    check_submission,
    find_by_passphrase,
    receipt_of,
    receive_consultation,
    shown_passphrase,
)
from consultations.services.routing import destination_of, gaps_of_routing
from tests.consultations.conftest import WANTS_A_CALL, WANTS_A_MAIL
from wards.desk.models import Notice, OutgoingMail
from wards.models import Office


def test_a_case_gets_number_clock_and_front_desk(submit, at):
    at("2026-11-25 10:00")
    receipt = submit(key="k1")
    case = receipt.consultation

    assert case.number.startswith("R08-KITA-000001-")
    assert number_from_text(case.number) == case.number
    assert (case.received_on, case.due_on) == (date(2026, 11, 25), date(2026, 12, 9))
    assert (case.state, case.section.is_front_desk) == (CaseState.RECEIVED, True)
    assert "総合窓口" in case.rule_words
    assert case.record_type == RecordType.CITIZEN_VOICE
    assert receipt.is_new
    assert [entry.kind for entry in case.entries.all()] == ["received"]


def test_sending_twice_gives_the_same_receipt_and_one_mail(submit):
    first = submit(key="k1", **WANTS_A_MAIL)
    second = submit(key="k1", **WANTS_A_MAIL)

    assert second.consultation.pk == first.consultation.pk
    assert (second.passphrase, second.is_new) == (first.passphrase, False)
    assert Consultation.objects.count() == 1
    assert OutgoingMail.objects.count() == 1


def test_serials_go_on_after_a_case_is_gone_and_begin_anew_in_april(submit, at):
    at("2027-03-31 23:59")
    last = submit(key="a").consultation
    at("2027-04-01 00:00")
    first = submit(key="b").consultation

    assert (last.fiscal_year, last.serial) == (2026, 1)
    assert (first.fiscal_year, first.serial, first.received_on) == (2027, 1, date(2027, 4, 1))
    assert first.number.startswith("R09-KITA-000001-")
    assert ReceiptCounter.objects.get(fiscal_year=2026).last == 1


def test_number_and_passphrase_find_a_case_together_only(submit):
    receipt = submit(key="k1")
    number = receipt.consultation.number

    assert find_by_passphrase(number, receipt.passphrase).pk == receipt.consultation.pk
    assert (
        find_by_passphrase(number.lower(), receipt.passphrase.upper()).pk == receipt.consultation.pk
    )
    assert find_by_passphrase(number, receipt.passphrase.replace("-", " ")) is not None
    assert find_by_passphrase(number, "abcd-abcd-abcd-abcd") is None
    assert find_by_passphrase(number, "") is None
    with pytest.raises(ValueError, match="受付番号"):
        find_by_passphrase("R08-KITA-1", receipt.passphrase)


def test_the_passphrase_can_be_shown_again_after_the_secret_key_was_rotated(submit, settings):
    receipt = submit(key="k1")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-secret-key-of-forty-letters-or-more-0123"

    assert receipt_of("k1").passphrase == receipt.passphrase
    settings.SECRET_KEY_FALLBACKS = []
    assert shown_passphrase(receipt.consultation) == ""


def test_a_contact_is_kept_only_with_a_wish_for_a_reply(submit):
    assert not Contact.objects.filter(consultation=submit(key="a").consultation).exists()
    with_contact = submit(key="b", **WANTS_A_CALL).consultation
    assert with_contact.contact.phone == "06-6208-0000"


def test_the_receipt_mail_names_no_passphrase_and_no_text(submit):
    receipt = submit(key="a", body="秘密の相談です", **WANTS_A_MAIL)
    mail = OutgoingMail.objects.get()

    assert mail.to_address == "hanako@example.jp"
    assert receipt.consultation.number in mail.subject
    assert receipt.passphrase not in mail.body
    assert "秘密の相談" not in mail.body
    assert "http://kita.localhost/consultations/track/" in mail.body


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Kita Ward Office"),
        ("zh-hans", "北区"),
        ("vi", "2026-12-09"),
        ("ja-hira", "令和8年12月9日"),
    ],
)
def test_a_mail_is_written_in_the_language_of_the_case(submit, at, language, words):
    at("2026-11-25 10:00")
    submit(key="a", language=language, **WANTS_A_MAIL)
    mail = OutgoingMail.objects.get()

    assert words in mail.body
    assert "R08-KITA-000001-" in mail.subject


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"category": ""}, "category"),
        ({"category": "no-such"}, "category"),
        ({"category": "道路"}, "category"),
        ({"category": "x" * 10_000}, "category"),
        ({"category": "emergency"}, "category"),
        ({"category": "recorded-request"}, "category"),
    ],
)
def test_a_category_that_cannot_be_chosen_is_refused_at_its_field(kita, change, field):
    raw = {"category": "park", "body": "枝が伸びています", "wants_reply": "no", **change}

    assert [name for name, _ in check_submission(raw).faults] == [field]


def test_a_category_of_staff_is_open_to_staff_and_makes_a_recorded_request(submit, kita_officer):
    case = submit(
        category="recorded-request", actor=kita_officer, channel=IntakeChannel.COUNTER
    ).consultation

    assert case.record_type == RecordType.RECORDED_REQUEST
    assert case.needs_read_back
    assert case.entries.get().author == kita_officer


def test_a_category_that_ended_yesterday_is_gone(kita, at):
    at("2026-11-25 10:00")
    Category.objects.filter(code="park").update(valid_to=date(2026, 11, 24))
    raw = {"category": "park", "body": "枝", "wants_reply": "no"}

    assert [name for name, _ in check_submission(raw).faults] == ["category"]


def test_what_the_rules_refuse_is_not_stored(kita):
    checked = check_submission({"category": "park", "body": "", "wants_reply": "no"})
    with pytest.raises(ValidationError, match="内容を入力"):
        receive_consultation(checked, Circumstances(submission_key="k"))
    assert Consultation.objects.count() == 0


@pytest.fixture
def works(kita, city):
    office = Office.objects.create(code="works-x", name="北の工営所", kind="works")
    office.wards.add(kita)
    connection.set_tenant(kita)
    return office


def test_a_rule_sends_a_case_to_its_section_and_at_once_to_the_office(
    submit, section, works, hire, post, kita_officer, category
):
    post(section, kita_officer)
    rule = RoutingRule.objects.create(
        category=category("road"),
        areas="梅田",
        section=section,
        office=works,
        valid_from=date(2020, 4, 1),
    )
    case = submit(key="k").consultation

    assert (case.state, case.section, case.rule) == (CaseState.ROUTED, section, rule)
    assert f"振分ルール{rule.pk}" in case.rule_words
    handover = case.handovers.get()
    assert (handover.office, handover.state) == (works, HandoverState.SENT)
    assert [entry.kind for entry in case.entries.all()] == ["received", "move", "handover"]
    (notice,) = Notice.objects.filter(person=kita_officer)
    assert case.number in notice.text
    assert notice.due_on == case.due_on


def test_a_category_reaches_nobody_until_somebody_works_in_its_section(
    kita, section, post, kita_officer, category
):
    day = date(2026, 11, 25)
    front = Section.objects.front_desk()
    gaps = gaps_of_routing(day)
    assert {gap.category.code for gap in gaps} >= {"road", "park"}
    assert "総合窓口" in gaps[0].reason

    post(front, kita_officer)
    assert gaps_of_routing(day) == []

    RoutingRule.objects.create(
        category=category("park"), areas="中津", section=section, valid_from=date(2020, 4, 1)
    )
    (gap,) = gaps_of_routing(day)
    assert (gap.category.code, "地域課" in gap.reason) == ("park", True)


def test_looking_for_gaps_asks_as_often_whatever_the_rules_and_categories(
    kita, section, works, category, django_assert_num_queries, django_assert_max_num_queries
):
    day = date(2026, 11, 25)
    gaps_of_routing(day)  # entering the ward is a question of its own
    with django_assert_max_num_queries(6) as few:
        gaps_of_routing(day)
    road = category("road")
    for number in range(30):
        RoutingRule.objects.create(
            category=road if number % 2 else None,
            areas=f"町{number}、校区{number}",
            section=section,
            office=works if number % 3 else None,
            valid_from=date(2020, 4, 1),
        )
        Category.objects.create(
            code=f"more-{number}",
            name=f"分野{number}",
            retention=road.retention,
            valid_from=date(2020, 4, 1),
        )

    with django_assert_num_queries(len(few)):
        gaps = gaps_of_routing(day)

    assert {gap.category.code for gap in gaps} >= {"road", "more-0", "more-29"}


def test_an_office_without_a_clerk_is_a_gap_beside_a_section_that_works(
    kita, section, works, hire, post, kita_officer, category
):
    """Two rules may lead to one 課 and to two offices: each way is looked at."""
    day = date(2026, 11, 25)
    post(Section.objects.front_desk(), kita_officer)
    post(section, kita_officer)
    for areas, office in (("中津", None), ("梅田", works)):
        RoutingRule.objects.create(
            category=category("park"),
            areas=areas,
            section=section,
            office=office,
            valid_from=date(2020, 4, 1),
        )

    (gap,) = gaps_of_routing(day)

    assert (gap.destination.office, "この区で働く職員が登録されていません" in gap.reason) == (
        works,
        True,
    )


def test_the_rule_tester_asks_what_intake_asks(submit, section, category):
    RoutingRule.objects.create(section=section, areas="中津", valid_from=date(2020, 4, 1))
    found = destination_of(category("park"), "中津3丁目", date(2026, 11, 25))
    case = submit(category="park", place="中津3丁目", key="k").consultation

    assert (found.section, found.words) == (case.section, case.rule_words)


def test_a_case_of_kita_does_not_exist_in_nishi(submit, enter):
    receipt = submit(key="k")
    enter("nishi")

    assert not Consultation.objects.exists()
    assert not Entry.objects.exists()
    assert find_by_passphrase(receipt.consultation.number, receipt.passphrase) is None
    assert receipt_of("k") is None
