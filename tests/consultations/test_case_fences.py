"""What no statement may do to a case, whoever wrote it: tried with SQL, past every service."""

import json
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from consultations.city.models import Referral, ReferralFile
from consultations.models import Handover, Publication
from consultations.services import handovers, referrals
from wards import clock
from wards.models import Bureau, Ward


def run(statement: str, *parameters) -> int:
    """Run one statement as the office being served; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM consultations_consultation",
        "DELETE FROM consultations_contact",
        "DELETE FROM consultations_entry",
        "DELETE FROM consultations_handover",
        "DELETE FROM consultations_reply",
        "DELETE FROM consultations_publication",
        "DELETE FROM consultations_attachment",
        "DELETE FROM consultations_satisfaction",
        "UPDATE consultations_satisfaction SET reached = true",
        "UPDATE consultations_attachment SET sha256 = ''",
        "UPDATE consultations_entry SET text = 'x'",
        "UPDATE consultations_entry SET at = now()",
        "UPDATE consultations_entry SET author_id = NULL",
        "DELETE FROM consultations_disposalcertificate",
        "UPDATE consultations_disposalcertificate SET number = 'x'",
        "INSERT INTO consultations_disposalcertificate (number) VALUES ('R08-KITA-000001-0')",
        "TRUNCATE consultations_entry",
    ],
)
def test_a_ward_cannot_unsay_what_was_said_of_a_case(case, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(statement)


# --- a publication has two people ----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"confirmed_by": None},
        {"confirmed_at": None},
        {"proposed_by": None},
        {"state": "confirmed", "confirmed_by": None},
        {"state": "withheld", "withhold_reason": "1", "confirmed_by": None},
        {"published_on": None},
    ],
)
def test_nothing_is_published_without_two_people_and_a_day(publish, change):
    row = publish()

    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(**change)


def test_nobody_confirms_what_they_proposed(publish):
    row = publish()

    with pytest.raises(IntegrityError, match="a_second_person_confirms"), transaction.atomic():
        Publication.objects.filter(pk=row.pk).update(confirmed_by=row.proposed_by)


# --- a referral is written by its sender, decided by its receiver, rewritten by nobody ------------

REFUSED = ("is not rewritten", "may not take this step", "permission denied")


@pytest.fixture
def referral(case, kita_manager):
    """A case of 北区 on its way to 西区; 北区 is being served."""
    nishi = Ward.objects.get(slug="nishi")
    handover = handovers.hand_over(case, nishi, actor=kita_manager, reason="西区の道路です。")
    return Referral.objects.get(pk=handover.referral_id)


@pytest.fixture
def to_bureau(case, kita_manager, enter):
    """A case of 北区 on its way to a bureau; 北区 is being served."""
    enter("osaka")
    bureau = Bureau.objects.create(code="construction-y", name="見本建設局")
    enter("kita")
    handover = handovers.hand_over(case, bureau, actor=kita_manager, reason="市道です。")
    return Referral.objects.get(pk=handover.referral_id)


def refused(statement: str, *parameters) -> bool:
    """Say whether the database refuses a statement, or lets it touch nothing."""
    try:
        with transaction.atomic():
            return run(statement, *parameters) == 0
    except ProgrammingError as error:
        return any(words in str(error) for words in REFUSED)


@pytest.mark.parametrize("slug", ["nishi", "naniwa", "osaka"])
def test_no_office_sends_in_the_name_of_another(referral, enter, slug):
    enter(slug)
    own = Ward.objects.get(slug=slug)
    forged = Referral(
        pk=uuid.uuid4(),
        from_ward=Ward.objects.get(slug="kita"),
        to_ward=own,
        receipt_number="R08-KITA-000009-9",
        category_name="道路",
        body="北区が書いていない文",
        received_on=clock.today(),
        due_on=clock.today(),
        reason="偽の引継ぎ",
        sent_by_name="だれか",
        sent_at=clock.now(),
    )

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        forged.save(force_insert=True)


def test_nothing_is_sent_that_is_already_decided(referral):
    copy = Referral.objects.get()
    copy.pk, copy.state, copy.answer = uuid.uuid4(), "answered", "局が書いていない回答"
    copy._state.adding = True

    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        copy.save(force_insert=True)


@pytest.mark.parametrize("slug", ["kita", "nishi"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("receipt_number", "R08-KITA-000009-9"),
        ("body", "書き換えた文"),
        ("place", "別の場所"),
        ("reason", "別の理由"),
        ("category_name", "別の分野"),
        ("due_on", "2031-03-31"),
        ("received_on", "2001-04-01"),
        ("sent_by_name", "別の人"),
        ("passphrase_hash", "0" * 64),
        ("contact", json.dumps({"phone": "06-0000-0000"})),
        ("answer", "だれも書いていない回答"),
        ("decided_by_name", "別の人"),
        ("new_number", "R08-NISHI-000001-1"),
    ],
)
def test_neither_side_rewrites_what_was_referred(referral, enter, slug, column, value):
    enter(slug)

    assert refused(f"UPDATE public.consultation_city_referral SET {column} = %s", value)


@pytest.mark.parametrize(
    ("slug", "state"),
    [
        ("kita", "accepted"),
        ("kita", "answered"),
        ("kita", "returned"),
        ("nishi", "withdrawn"),
        ("naniwa", "returned"),
        ("osaka", "answered"),
    ],
)
def test_a_step_is_taken_by_the_office_whose_step_it_is(referral, enter, slug, state):
    enter(slug)

    assert refused("UPDATE public.consultation_city_referral SET state = %s", state)


@pytest.mark.parametrize("slug", ["nishi", "naniwa", "osaka"])
def test_only_the_sender_says_that_it_has_collected(referral, enter, slug):
    enter(slug)

    assert refused("UPDATE public.consultation_city_referral SET collected_at = now()")


@pytest.mark.parametrize("slug", ["kita", "nishi", "osaka"])
def test_nobody_deletes_a_referral_or_moves_it_to_another_office(referral, enter, slug):
    enter(slug)

    # 本庁 holds the right to delete rows of shared tables, and no rule that shows it this one.
    assert refused("DELETE FROM public.consultation_city_referral")
    naniwa = Ward.objects.get(slug="naniwa").pk
    for column in ("to_ward_id", "from_ward_id"):
        assert refused(f"UPDATE public.consultation_city_referral SET {column} = %s", naniwa)


def test_what_was_decided_is_decided(to_bureau, enter):
    enter("osaka")
    decided = (
        "UPDATE public.consultation_city_referral SET state = 'answered', answer = '直します。'"
    )
    assert run(decided) == 1

    for change in ("answer = '直しません。'", "state = 'returned'", "state = 'sent'"):
        assert refused(f"UPDATE public.consultation_city_referral SET {change}")
    enter("kita")
    assert refused("UPDATE public.consultation_city_referral SET state = 'withdrawn'")


def test_a_file_is_added_by_the_sender_alone_and_changed_by_nobody(referral, enter):
    file = ReferralFile(
        referral=referral, display_name="図.pdf", content_type="application/pdf",
        extension=".pdf", sha256="0" * 64, content=b"%PDF",
    )  # fmt: skip
    file.save()
    enter("nishi")
    file.pk = None
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        file.save(force_insert=True)
    for slug in ("kita", "nishi"):
        enter(slug)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            run("UPDATE public.consultation_city_referralfile SET display_name = 'x'")


def test_a_ward_that_has_taken_a_case_over_keeps_it(
    referral, kita_manager, nishi_officer, category, enter
):
    """Between its taking over and our collecting it, taking it back would make two cases of one."""
    enter("nishi")
    referrals.accept_referral_as_ward(referral, category("road"), actor=nishi_officer)
    enter("kita")

    handover = Handover.objects.get(referral_id=referral.pk)
    with pytest.raises(handovers.ValidationError, match="すでに応じています"):
        handovers.withdraw_handover(handover, actor=kita_manager, reason="北区でした。")
    assert refused("UPDATE public.consultation_city_referral SET state = 'withdrawn'")
