"""Areas, rosters, change notices, filings and support, in the real database."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from councils.changes import (
    contact_changes,
    officer_ends,
    officer_starts,
    organization_joins,
)
from councils.choices import AreaChange, FilingKind, Position, SupportKind
from councils.models import (
    AreaStaff,
    ChangeNotice,
    CouncilOfficer,
    CouncilOrgan,
    Filing,
    FilingRule,
    MemberOrganization,
    OrganSeat,
    SchoolDistrictArea,
    SupportGrant,
    SupportRate,
)
from councils.services import (
    areas,
    change_notices,
    documents,
    filings,
    rosters,
    support,
)
from councils.services.areas import NewArea

from .test_certification import REFUSED, messages

# --- 校区等地域 ---


def test_a_renamed_area_takes_its_certified_council_along(
    certify_council, area, manager, officer, at
):
    at("2026-03-01 10:00")
    areas.appoint_area_staff(
        area, officer, valid_from=date(2025, 4, 1), is_lead=True, actor=manager
    )
    council = certify_council()
    held = council.certifications.get()
    at("2026-04-01 09:00")

    [new] = areas.reorganise_areas(
        AreaChange.RENAME, [area], [NewArea("01B", "見本中央")],
        changed_on=date(2026, 4, 1), reason="学校の統合による。", actor=manager,
    )  # fmt: skip

    council.refresh_from_db()
    assert council.area == new
    assert rosters.as_of(council, date(2026, 3, 31)).area == area
    assert rosters.as_of(council, date(2026, 4, 1)).area == new
    assert rosters.as_of(council, date(2026, 4, 1)).certification.number == held.number
    assert [p.area for p in AreaStaff.objects.in_force(date(2026, 4, 1))] == [new]
    assert set(SchoolDistrictArea.objects.in_force(date(2026, 3, 31))) == {area}
    assert set(SchoolDistrictArea.objects.in_force(date(2026, 4, 1))) == {new}
    assert council.certifications.get(ended_on=None).confirmations.get().due_on == date(2027, 3, 1)


def test_merged_areas_leave_preparatory_bodies_to_the_one_that_follows(register, area, manager):
    other = SchoolDistrictArea.objects.create(code="02", name="見本西", valid_from=date(2011, 4, 1))
    council = register(place=other)

    [new] = areas.reorganise_areas(
        AreaChange.MERGE, [area, other], [NewArea("03", "見本")],
        changed_on=date(2026, 4, 1), reason="学校の統合による。", actor=manager,
    )  # fmt: skip

    council.refresh_from_db()
    assert council.area == new
    assert {s.former for s in new.origins.all()} == {area, other}


def test_only_a_manager_reorganises_areas(area, officer):
    with pytest.raises(PermissionDenied):
        areas.reorganise_areas(
            AreaChange.RENAME, [area], [NewArea("01B", "見本中央")],
            changed_on=date(2026, 4, 1), reason="理由", actor=officer,
        )  # fmt: skip


def test_a_used_code_is_not_used_again(area, manager):
    with REFUSED as raised:
        areas.reorganise_areas(
            AreaChange.RENAME, [area], [NewArea("01", "見本中央")],
            changed_on=date(2026, 4, 1), reason="理由", actor=manager,
        )  # fmt: skip

    assert "校区コード" in messages(raised)
    area.refresh_from_db()
    assert area.valid_to is None


def test_a_note_of_the_card_is_withdrawn_and_stays(area, officer):
    row = areas.add_area_note(
        area,
        kind="activity",
        happened_on=date(2026, 6, 1),
        text="防災訓練に参加した。",
        actor=officer,
    )
    areas.withdraw_area_note(row, reason="日付を誤った。", actor=officer)

    row.refresh_from_db()
    assert (row.text, row.withdrawn_reason) == ("防災訓練に参加した。", "日付を誤った。")
    with REFUSED:
        areas.withdraw_area_note(row, reason="もう一度。", actor=officer)


# --- 名簿 ---


def test_the_roster_of_a_certified_council_asks_for_its_ground(certify_council, officer):
    council = certify_council()
    row = MemberOrganization(
        council=council, name="見本町会", kind="federation", valid_from=date(2026, 4, 1)
    )
    with REFUSED as raised:
        rosters.record(council, row, actor=officer)
    assert "根拠を入力" in messages(raised)

    row.basis = "令和8年4月1日の変更届"
    rosters.record(council, row, actor=officer)


def test_name_and_contact_of_a_certified_council_change_by_notice(certify_council, officer):
    council = certify_council()
    with REFUSED as raised:
        rosters.change_particulars(council, {"name": "別の名"}, actor=officer)
    assert "名称は、変更届で受け付けてください" in messages(raised)

    rosters.change_particulars(
        council, {"fields_of_activity": ["safety", "welfare"]}, actor=officer
    )
    council.refresh_from_db()
    assert council.fields_in_words == "防犯・防災、福祉"


def test_posts_of_one_person_are_counted_over_the_ward(register, officer):
    first = register()
    second = register(name="もう一つの準備会")
    for council, position in ((first, Position.TREASURER), (second, Position.AUDITOR)):
        rosters.record(
            council,
            CouncilOfficer(council=council, name="髙橋 花子", position=position, valid_from=date(2026, 4, 1)),
            actor=officer,
        )  # fmt: skip
    group = rosters.record(
        first,
        CouncilOrgan(council=first, kind="working_group", name="防災部会", valid_from=date(2026, 4, 1)),
        actor=officer,
    )  # fmt: skip
    rosters.record(
        first,
        OrganSeat(organ=group, name="高橋花子", role="部会長", valid_from=date(2026, 4, 1)),
        actor=officer,
    )

    assert rosters.warnings_about(["高橋　花子"], date(2026, 3, 31)) == []
    [sentence] = rosters.warnings_about(["高橋　花子", "見本 太郎"], date(2026, 5, 1))
    assert "区内で3つの役" in sentence


def test_the_view_of_a_day_is_right_on_the_boundaries(register, officer):
    council = register()
    treasurer = rosters.record(
        council,
        CouncilOfficer(council=council, name="見本 三郎", position=Position.TREASURER, valid_from=date(2026, 4, 1), valid_to=date(2027, 3, 31)),
        actor=officer,
    )  # fmt: skip

    for day, there in (
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2027, 3, 31), True),
        (date(2027, 4, 1), False),
    ):
        assert (treasurer in rosters.as_of(council, day).officers) is there, day


# --- 変更届 ---


def notice_of(council, officer, *lines):
    notice = change_notices.receive_notice(council, received_on=date(2026, 5, 1), actor=officer)
    for line in lines:
        change_notices.add_line(notice, line, actor=officer)
    notice.refresh_from_db()
    return notice


def test_an_accepted_notice_changes_the_rosters_all_at_once(certify_council, officer, manager, at):
    at("2026-05-02 10:00")
    council = certify_council()
    old = council.officers.get()
    notice = notice_of(
        council,
        officer,
        officer_starts("新 一郎", Position.REPRESENTATIVE, date(2026, 5, 1)),
        officer_ends(old.pk, str(old), date(2026, 4, 30)),
        organization_joins("見本商店会", "other", date(2026, 5, 1)),
        contact_changes("phone", "", "06-0000-0001"),
    )
    change_notices.accept_notice(notice, actor=manager)

    [now] = rosters.as_of(council, date(2026, 5, 1)).officers
    assert (now.name, now.basis) == ("新 一郎", "令和8年5月1日受付の変更届")
    assert [o.name for o in rosters.as_of(council, date(2026, 5, 1)).organizations] == [
        "見本商店会"
    ]
    council.refresh_from_db()
    assert council.phone == "06-0000-0001"


def test_a_notice_with_one_bad_line_changes_nothing(certify_council, officer, manager, at):
    at("2026-05-02 10:00")
    council = certify_council()
    notice = notice_of(
        council,
        officer,
        organization_joins("見本商店会", "other", date(2026, 5, 1)),
        officer_starts("二人目の会長", Position.REPRESENTATIVE, date(2026, 5, 1)),
    )
    with REFUSED as raised:
        change_notices.accept_notice(notice, actor=manager)

    assert "二人になります" in messages(raised)
    assert not council.organizations.exists()
    assert ChangeNotice.objects.get().state == "received"


def test_who_typed_a_notice_does_not_accept_it(certify_council, manager, at):
    at("2026-05-02 10:00")
    council = certify_council()
    notice = notice_of(council, manager, organization_joins("甲", "other", date(2026, 5, 1)))
    with REFUSED as raised:
        change_notices.accept_notice(notice, actor=manager)

    assert "別の人" in messages(raised)


def test_a_notice_written_on_an_old_state_is_not_carried_out(certify_council, officer, manager, at):
    at("2026-05-02 10:00")
    council = certify_council()
    first = notice_of(council, officer, contact_changes("phone", "", "06-0000-0001"))
    second = notice_of(council, officer, contact_changes("phone", "", "06-0000-0002"))
    change_notices.accept_notice(first, actor=manager)
    with REFUSED as raised:
        change_notices.accept_notice(second, actor=manager)

    assert "内容が変わっています" in messages(raised)


# --- 書類 ---


def test_a_pdf_that_is_none_is_refused_with_its_name(register, officer):
    council = register()
    with REFUSED as raised:
        documents.add_documents(
            council,
            [SimpleUploadedFile("規約.pdf", b"not a pdf at all")],
            kind="bylaws",
            actor=officer,
        )

    assert "規約.pdf" in messages(raised)
    assert not council.documents.exists()


def test_a_roster_with_addresses_is_never_public(register, officer, manager):
    from .conftest import pdf

    council = register()
    [roster] = documents.add_documents(council, [pdf("役員.pdf")], kind="officers", actor=officer)
    [bylaws] = documents.add_documents(council, [pdf()], kind="bylaws", actor=officer)
    with REFUSED:
        documents.publish_document(roster, public=True, actor=manager)
    documents.publish_document(bylaws, public=True, actor=manager)

    assert [d.kind for d in council.documents.filter(is_public=True)] == ["bylaws"]


# --- 年度の提出書類 ---


def test_every_certified_council_owes_its_papers_once(certify_council, register, area, officer, at):
    at("2026-04-10 10:00")
    council = certify_council()

    assert filings.open_filings(2026) == len(FilingKind)
    assert filings.open_filings(2026) == 0
    due = dict(council.filings.values_list("kind", "due_on"))
    assert due["plan"] == date(2026, 4, 30)
    assert due["accounts"] == date(2027, 5, 31)
    assert filings.open_filings(2025) == 0


def test_a_filing_is_submitted_returned_and_accepted(certify_council, officer, manager, at):
    at("2026-04-10 10:00")
    council = certify_council()
    filings.open_filings(2026)
    at("2026-06-01 10:00")
    plan = council.filings.get(kind="plan")
    with REFUSED as raised:
        filings.accept_filing(plan, actor=officer)
    assert "まだ提出されていません" in messages(raised)
    filings.submit_filing(plan, submitted_on=date(2026, 5, 20), actor=officer)
    filings.return_filing(plan, reason="押印がない。", actor=officer)
    filings.submit_filing(plan, submitted_on=date(2026, 5, 30), actor=officer)
    filings.accept_filing(plan, actor=officer)

    plan.refresh_from_db()
    assert plan.state_on(date(2026, 6, 1)) == "accepted"
    with pytest.raises(PermissionDenied):
        filings.extend_filing(
            council.filings.get(kind="budget"),
            until=date(2026, 7, 1),
            reason="総会の延期",
            actor=officer,
        )


def test_a_changed_due_day_holds_for_new_years_only(certify_council, manager, at):
    at("2026-04-10 10:00")
    council = certify_council()
    filings.open_filings(2026)
    FilingRule.objects.filter(kind="plan").update(valid_to=date(2027, 3, 31))
    FilingRule.objects.create(
        kind="plan", due_month=6, due_day=30, valid_from=date(2027, 4, 1), source="区の取扱い"
    )
    at("2027-04-01 10:00")
    filings.open_filings(2027)

    assert dict(council.filings.filter(kind="plan").values_list("fiscal_year", "due_on")) == {
        2026: date(2026, 4, 30),
        2027: date(2027, 6, 30),
    }


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    day=DAYS,
    due_on=DAYS,
    extended=st.none() | DAYS,
    submitted=st.none() | DAYS,
    accepted=st.none() | DAYS,
    waived=st.booleans(),
)
def test_a_list_sees_a_filing_as_the_rule_does(
    register, officer, day, due_on, extended, submitted, accepted, waived
):
    from django.db import transaction

    with transaction.atomic():
        council = register()
        row = Filing(
            council=council,
            fiscal_year=2026,
            kind="plan",
            due_on=due_on,
            extended_until=extended if extended and extended > due_on else None,
            extension_reason="理由",
            submitted_on=submitted,
            accepted_on=accepted if submitted and accepted and accepted >= submitted else None,
            accepted_by=officer,
            not_required_reason="理由" if waived else "",
        )
        row.save()
        listed = Filing.objects.with_state(day).get(pk=row.pk).state_on_day

        assert listed == row.state_on(day)
        transaction.set_rollback(True)


# --- 支援 ---


def grant_of(council, **more):
    known = {
        "council": council,
        "kind": SupportKind.OPERATING_AID,
        "fiscal_year": 2026,
        "title": "運営費",
        "reference": "K-0001",
        "applied_on": date(2026, 6, 1),
    }
    return SupportGrant(**{**known, **more})


def test_operating_aid_is_refused_after_three_years_with_the_reason(certify_council, officer, at):
    at("2026-06-01 10:00")
    council = certify_council()
    support.record_grant(grant_of(council), actor=officer)
    with REFUSED as raised:
        support.record_grant(grant_of(council, fiscal_year=2029, reference="K-0002"), actor=officer)

    assert "令和8年度から令和10年度まで" in messages(raised)


def test_a_preparatory_body_gets_an_area_grant_and_no_operating_aid(register, officer):
    council = register()
    support.record_grant(
        grant_of(council, kind=SupportKind.AREA_GRANT, reference="A-1"), actor=officer
    )
    with REFUSED:
        support.record_grant(grant_of(council), actor=officer)


def test_the_rate_of_the_ward_limits_the_sum(certify_council, officer, at):
    at("2026-06-01 10:00")
    council = certify_council()
    rate = SupportRate.objects.create(
        kind="subsidy",
        purpose="活動費",
        percent=Decimal("50"),
        valid_from=date(2013, 4, 1),
        source="区の要綱",
    )
    known = {
        "kind": "subsidy",
        "rate": rate,
        "eligible_yen": 999_999,
        "decided_on": date(2026, 6, 2),
    }
    with REFUSED as raised:
        support.record_grant(grant_of(council, decided_yen=500_000, **known), actor=officer)
    assert "50％（499,999円）を超えています" in messages(raised)

    grant = support.record_grant(grant_of(council, decided_yen=499_999, **known), actor=officer)
    grant.paid_on, grant.paid_yen = date(2026, 7, 1), 499_999
    grant.settled_on, grant.settled_yen = date(2027, 4, 30), 400_000
    support.record_grant(grant, actor=officer)
    assert support.owed_back(grant) == 99_999


def test_a_sum_without_its_day_is_refused(certify_council, officer, at):
    at("2026-06-01 10:00")
    with pytest.raises(ValidationError, match="日付も"):
        support.record_grant(grant_of(certify_council(), decided_yen=1), actor=officer)
