"""From 準備的な組織 to 区長認定 and to its end, in the real database."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction

from councils.choices import ApplicationState, CertificationEnd, CouncilState, Position
from councils.models import (
    Certification,
    CommunityCouncil,
    CouncilOfficer,
    SchoolDistrictArea,
)
from councils.services import applications, certifications, rosters
from councils.services.steps import state_of
from wards import clock
from wards.desk.models import Notice

REFUSED = pytest.raises(ValidationError)


def messages(raised) -> str:
    return " ".join(raised.value.messages)


def test_the_set_in_force_on_the_day_of_application_judges_for_ever(register, officer, at):
    at("2013-01-31 10:00")
    old = applications.receive_application(
        register(since=date(2012, 4, 1)), applied_on=date(2013, 1, 31), actor=officer
    )
    at("2026-11-27 10:00")
    old.refresh_from_db()

    assert old.requirement_set.code == "2011"
    assert [one.code for one in applications.requirements_of(old)] == [
        "A", "B(a)", "B(b)", "B(c)", "B(d)", "B(e)",
    ]  # fmt: skip


def test_an_application_of_the_next_day_is_judged_by_the_new_set(register, officer, at):
    at("2013-02-01 10:00")
    new = applications.receive_application(
        register(since=date(2012, 4, 1)), applied_on=date(2013, 2, 1), actor=officer
    )

    assert new.requirement_set.code == "2013"


@pytest.mark.parametrize(
    ("applied_on", "refused"),
    [
        (date(2010, 4, 1), "登録されていません"),
        (date(2020, 3, 31), "登録日以後"),
        (date(2099, 1, 1), "今日以前"),
    ],
)
def test_an_application_has_a_sensible_day(register, officer, applied_on, refused):
    with REFUSED as raised:
        applications.receive_application(register(), applied_on=applied_on, actor=officer)

    assert refused in messages(raised)


def test_a_second_application_waits_for_the_first(apply, officer):
    first = apply()
    with REFUSED as raised:
        applications.receive_application(first.council, applied_on=clock.today(), actor=officer)

    assert "「申請中」のため" in messages(raised)


def test_correction_is_asked_answered_and_taken_up_again(apply, judge_all, officer):
    application = apply()
    requirement = applications.requirements_of(application)[3]
    with REFUSED as raised:
        applications.make_move(application, "return", actor=officer)
    assert "先に書いてください" in messages(raised)

    item = applications.ask_correction(
        application,
        requirement=requirement,
        comment="役員の選び方を定めてください。",
        actor=officer,
    )
    applications.make_move(application, "return", actor=officer)
    with REFUSED as raised:
        applications.make_move(application, "resume", actor=officer)
    assert "補正依頼が1件残っています" in messages(raised)
    with REFUSED:
        applications.judge(application, requirement, met="met", article="第1条", actor=officer)

    applications.answer_correction(
        item, answered_on=clock.today(), answer="第12条を加えた。", actor=officer
    )
    applications.make_move(application, "resume", actor=officer)
    application.refresh_from_db()
    assert application.state == ApplicationState.EXAMINING
    judge_all(application)
    assert applications.reasons_against(application, clock.today()) == []


def test_nobody_does_what_is_anothers(apply, judge_all, officer, manager, mayor):
    application = apply()
    judge_all(application)
    applications.make_move(application, "hand_up", actor=officer)
    for code, wrong in (("propose", officer), ("propose", mayor), ("certify", manager)):
        with pytest.raises(PermissionDenied):
            applications.make_move(application, code, actor=wrong)
    applications.make_move(application, "propose", actor=manager)
    for wrong in (officer, manager):
        with pytest.raises(PermissionDenied):
            applications.make_move(application, "certify", actor=wrong)


def test_each_step_tells_who_acts_next(apply, judge_all, officer, manager, mayor):
    application = apply()
    judge_all(application)
    url = application.get_absolute_url()
    for code, actor, told in (
        ("hand_up", officer, manager),
        ("propose", manager, mayor),
        ("certify", mayor, officer),
    ):
        applications.make_move(application, code, actor=actor)
        assert [n.person for n in Notice.objects.filter(url=url, done_at=None)] == [told]
        application.refresh_from_db()


def test_what_is_not_met_is_not_certified_and_all_reasons_are_told(
    apply, judge_all, officer, manager, mayor
):
    application = apply()
    judge_all(application, but="2")
    application.council.officers.update(valid_to=clock.today() - timedelta(days=1))
    applications.make_move(application, "hand_up", actor=officer)
    applications.make_move(application, "propose", actor=manager)

    with REFUSED as raised:
        applications.make_move(application, "certify", actor=mayor)

    assert "認定要件2「多様な団体の参加」を満たしていません。" in messages(raised)
    assert "代表者（会長）が登録されていません" in messages(raised)
    with REFUSED:
        applications.make_move(application, "refuse", actor=mayor)
    applications.make_move(application, "refuse", actor=mayor, reason="要件2を満たさないため。")
    application.refresh_from_db()
    assert application.decided_by == mayor
    assert state_of(application.council, clock.today()) == CouncilState.REFUSED


def test_an_area_has_only_one_certified_council(
    certify_council, apply, judge_all, officer, manager, mayor
):
    certify_council()
    second = apply(name="もう一つの協議会")
    judge_all(second)
    applications.make_move(second, "hand_up", actor=officer)
    applications.make_move(second, "propose", actor=manager)

    with REFUSED as raised:
        applications.make_move(second, "certify", actor=mayor)

    assert "すでに認定された「見本東地域活動協議会」があります。" in messages(raised)


def test_the_database_itself_allows_one_certified_council_per_area(certify_council, register):
    held = certify_council().certifications.get()
    other = register(name="割り込む協議会")
    row = {
        "council": other,
        "area": held.area,
        "application": held.application,
        "number": 99,
        "certified_by": held.certified_by,
    }

    for day in (held.certified_on, held.certified_on + timedelta(days=400)):
        with (
            pytest.raises(IntegrityError, match="one_certified_council_per_area"),
            transaction.atomic(),
        ):
            Certification.objects.create(certified_on=day, **row)
    Certification.objects.create(
        certified_on=held.certified_on - timedelta(days=30),
        ended_on=held.certified_on,
        end_kind=CertificationEnd.DISSOLVED,
        **row,
    )


def test_two_representatives_on_one_day_are_refused(register, officer):
    council = register()
    second = CouncilOfficer(
        council=council,
        name="見本 次郎",
        position=Position.REPRESENTATIVE,
        valid_from=date(2026, 4, 1),
    )
    with REFUSED as raised:
        rosters.record(council, second, actor=officer)
    assert "代表者（会長）が二人" in messages(raised)

    first = council.officers.get()
    rosters.end(council, first, last_day=date(2026, 3, 31), actor=officer)
    rosters.record(council, second, actor=officer)


def test_a_term_that_ends_before_it_begins_is_refused(register, officer):
    council = register()
    with REFUSED as raised:
        rosters.end(council, council.officers.get(), last_day=date(2020, 3, 31), actor=officer)

    assert "末日は初日以後" in messages(raised)


@pytest.mark.parametrize("name", ["𠮷野 花󠄁子", "葛󠄀城　髙﨑", "Ｎguyễn Văn Ａ"])
def test_a_name_is_kept_as_it_was_typed(register, officer, name):
    council = register()
    row = CouncilOfficer(
        council=council, name=name, position=Position.AUDITOR, valid_from=date(2026, 4, 1)
    )
    rosters.record(council, row, actor=officer)

    assert CouncilOfficer.objects.get(pk=row.pk).name == name


def test_the_state_changes_on_the_day_itself(certify_council, manager, mayor, at):
    at("2026-06-01 10:00")
    council = certify_council()
    held = council.certifications.get()
    at("2026-07-01 10:00")
    request = certifications.request_correction(
        held, reason="会計を公開してください。", due_on=date(2026, 8, 1), actor=manager
    )
    at("2026-07-20 10:00")
    certifications.resolve_correction(request, resolution="公開した。", actor=manager)
    at("2026-08-01 10:00")
    certifications.dissolve_council(
        council, dissolved_on=date(2026, 8, 1), reason="総会の議決による。", actor=manager
    )

    for day, state in (
        (date(2026, 5, 31), CouncilState.PREPARATORY),
        (date(2026, 6, 1), CouncilState.CERTIFIED),
        (date(2026, 6, 30), CouncilState.CERTIFIED),
        (date(2026, 7, 1), CouncilState.CORRECTING),
        (date(2026, 7, 19), CouncilState.CORRECTING),
        (date(2026, 7, 20), CouncilState.CERTIFIED),
        (date(2026, 7, 31), CouncilState.CERTIFIED),
        (date(2026, 8, 1), CouncilState.DISSOLVED),
    ):
        assert state_of(council, day) == state, day
        assert rosters.as_of(council, day).state == state
    assert not rosters.as_of(council, date(2026, 8, 1)).certification
    assert rosters.as_of(council, date(2026, 7, 31)).certification == held


def test_no_certificate_is_made_on_the_day_of_its_end(certify_council, at):
    at("2026-06-01 10:00")
    held = certify_council().certifications.get()
    certifications.end_certification(held, CertificationEnd.REVOKED, date(2026, 9, 1))

    assert certifications.reasons_no_certificate(held, date(2026, 8, 31)) == []
    assert (
        "令和8年9月1日に失効しています（取消）"
        in certifications.reasons_no_certificate(held, date(2026, 9, 1))[0]
    )
    assert (
        "まだ認定されていない日"
        in certifications.reasons_no_certificate(held, date(2026, 5, 31))[0]
    )


def test_a_revocation_needs_two_people_and_a_chance_to_explain(
    certify_council, officer, manager, mayor, hire, at
):
    at("2026-06-01 10:00")
    held = certify_council().certifications.get()
    with REFUSED as raised:
        certifications.propose_revocation(
            held, reason="虚偽の申請。", statement_due_on=date(2026, 6, 14), actor=manager
        )
    assert "令和8年6月15日以後" in messages(raised)
    revocation = certifications.propose_revocation(
        held, reason="虚偽の申請。", statement_due_on=date(2026, 6, 15), actor=manager
    )

    at("2026-06-15 10:00")
    with REFUSED as raised:
        certifications.decide_revocation(
            revocation, revoke=True, reason="理由がある。", actor=mayor
        )
    assert "弁明が届くまで" in messages(raised)
    with pytest.raises(PermissionDenied):
        certifications.decide_revocation(
            revocation, revoke=True, reason="理由がある。", actor=manager
        )
    certifications.record_statement(
        revocation, statement="誤りだった。", received_on=date(2026, 6, 15), actor=officer
    )
    certifications.decide_revocation(revocation, revoke=True, reason="理由がある。", actor=mayor)

    assert state_of(held.council, date(2026, 6, 15)) == CouncilState.REVOKED
    assert state_of(held.council, date(2026, 6, 14)) == CouncilState.CERTIFIED
    with REFUSED:
        certifications.decide_revocation(revocation, revoke=False, reason="やめる。", actor=mayor)


def test_after_the_time_to_explain_silence_is_no_obstacle(certify_council, manager, mayor, at):
    at("2026-06-01 10:00")
    held = certify_council().certifications.get()
    revocation = certifications.propose_revocation(
        held, reason="活動がない。", statement_due_on=date(2026, 6, 15), actor=manager
    )
    at("2026-06-16 10:00")
    certifications.decide_revocation(
        revocation, revoke=False, reason="活動を再開した。", actor=mayor
    )

    assert state_of(held.council, clock.today()) == CouncilState.CERTIFIED


def test_the_same_person_cannot_propose_and_decide(certify_council, mayor, at, hire):
    at("2026-06-01 10:00")
    held = certify_council().certifications.get()
    both = hire("kita", "manager")
    revocation = certifications.propose_revocation(
        held, reason="活動がない。", statement_due_on=date(2026, 6, 15), actor=both
    )
    at("2026-07-01 10:00")

    assert "別の人" in certifications.reasons_not_to_revoke(revocation, both, clock.today())[0]
    revocation.decided_by, revocation.decided_on, revocation.state = both, clock.today(), "done"
    with pytest.raises(IntegrityError, match="a_second_person_revokes"), transaction.atomic():
        revocation.save()


def test_a_confirmation_is_planned_judged_concluded_and_planned_again(
    certify_council, officer, manager, at
):
    at("2026-06-01 10:00")
    council = certify_council()
    confirmation = council.certifications.get().confirmations.get()
    assert confirmation.due_on == date(2027, 6, 1)

    at("2027-05-20 10:00")
    with REFUSED as raised:
        certifications.conclude_confirmation(confirmation, actor=manager)
    assert messages(raised).count("審査が済んでいません") == 5
    requirements = list(confirmation.certification.application.requirement_set.requirements.all())
    for requirement in requirements[:4]:
        certifications.judge_confirmation(
            confirmation, requirement, met="met", article="第3条", actor=officer
        )
    certifications.judge_confirmation(
        confirmation, requirements[4], met="unmet", reason="会計が公開されていない。", actor=officer
    )
    request = certifications.request_correction(
        confirmation.certification,
        reason="会計を公開してください。",
        due_on=date(2027, 6, 30),
        confirmation=confirmation,
        actor=manager,
    )
    with REFUSED as raised:
        certifications.conclude_confirmation(confirmation, actor=manager)
    assert "終わっていない是正要請" in messages(raised)
    certifications.resolve_correction(request, resolution="掲示板に掲げた。", actor=manager)
    certifications.judge_confirmation(
        confirmation, requirements[4], met="met", article="第9条", actor=officer
    )
    following = certifications.conclude_confirmation(confirmation, actor=manager)

    assert following.due_on == date(2028, 6, 1)


def test_a_race_of_two_certifications_has_one_winner(certify_council, register, mayor):
    """The guard is asked before the row is written; another request may have been faster."""
    held = certify_council().certifications.get()
    late = Certification(
        council=register(name="遅れた協議会"),
        area=held.area,
        application=held.application,
        number=2,
        certified_on=held.certified_on,
        certified_by=mayor,
    )
    from wards.storing import store

    late.full_clean = lambda: None
    with REFUSED as raised:
        store(late)

    assert messages(raised) == "この校区等地域には、すでに認定された地域活動協議会があります。"


def test_states_are_told_in_one_question_for_all_councils(
    certify_council, register, django_assert_num_queries
):
    certify_council()
    place = SchoolDistrictArea.objects.create(code="02", name="見本西", valid_from=date(2011, 4, 1))
    register(name="見本西の準備会", place=place)
    assert connection.schema_name == "kita"
    with django_assert_num_queries(1):
        states = dict(
            CommunityCouncil.objects.with_state(clock.today()).values_list("name", "state")
        )

    assert states == {"見本東地域活動協議会": "certified", "見本西の準備会": "preparatory"}
