"""Made-up councils of the demo wards, walked through the services with the clock set back.

Every council takes the very steps its people would have taken, so that states, records, notices and
due days belong together. Area names of 東成区 and 西淀川区 are public; all else is made up.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from councils.changes import contact_changes, officer_ends, officer_starts, organization_joins
from councils.choices import ActivityField, DocumentKind, OrganKind, Position, SupportKind
from councils.eligibility import REQUIRED_DOCUMENTS
from councils.models import (
    CommunityCouncil,
    CouncilOfficer,
    CouncilOrgan,
    CouncilPractice,
    MemberOrganization,
    OrganSeat,
    SchoolDistrictArea,
    SupportGrant,
    SupportRate,
)
from councils.services import (
    applications,
    areas,
    certifications,
    change_notices,
    documents,
    filings,
    rosters,
    support,
)
from osaka_kusei.citywide.demo_files import letter
from osaka_kusei.citywide.demo_names import made_up_names
from osaka_kusei.citywide.writing import inside_ward
from wards import clock
from wards.fiscal_year import first_day, fiscal_year_of
from wards.fixtures_reader import read_fixture
from wards.models import User, Ward

FIRST_DAY = date(2011, 4, 1)
PUBLISHED_RATES_SINCE = date(2013, 4, 1)
# What a story ends in, by the days before today on which its council was certified.
CERTIFIED_DAYS_AGO = {
    "confirmed": 400,
    "near": 320,
    "overdue": 410,
    "correcting": 390,
    "changed": 200,
    "revoking": 380,
    "revoked": 420,
    "dissolved": 400,
}


@dataclass(slots=True)
class DemoCouncils:
    """What came of loading: new councils, and those that were there."""

    new: int = 0
    existing: int = 0


Event = tuple[datetime, int, Callable[[], object]]


class _Story:
    """One council on its way; each method is a step, done on its day."""

    def __init__(self, plan: dict, area: SchoolDistrictArea, people: dict[str, User], crowd, dice):
        self.plan = plan
        self.crowd = crowd
        self.area = area
        self.officer = people["officer"]
        self.manager = people["manager"]
        self.mayor = people["mayor"]
        self.dice = dice
        self.council: CommunityCouncil | None = None
        self.application = None

    def register(self) -> None:
        """Register the body with its roster."""
        today = clock.today()
        self.council = rosters.register_council(
            self.area,
            name=f"{self.area.name}地域活動協議会",
            kana=f"{self.area.kana}ちいきかつどうきょうぎかい",
            registered_on=today,
            fields_of_activity=list(ActivityField.values),
            office_place=f"{self.area.name}会館内（見本）",
            phone=f"06-9999-{self.dice.randint(1000, 9999)}",
            email=f"council-{self.area.code}@example.jp",
            is_demo=True,
            actor=self.officer,
        )
        names = [self.somebody() for _ in range(6)]
        posts = (
            Position.REPRESENTATIVE, Position.VICE, Position.VICE,
            Position.SECRETARY, Position.TREASURER, Position.AUDITOR,
        )  # fmt: skip
        for (name, kana), position in zip(names, posts, strict=True):
            self._record(
                CouncilOfficer(
                    council=self.council, name=name, kana=kana, position=position, valid_from=today,
                    address=f"大阪市（見本）{self.dice.randint(1, 9)}丁目", basis="設立総会",
                )
            )  # fmt: skip
        for name, kind, is_founder in self.plan["organizations"]:
            self._record(
                MemberOrganization(
                    council=self.council, name=name.format(area=self.area.name), kind=kind,
                    is_founder=is_founder, valid_from=today, basis="設立総会",
                )
            )  # fmt: skip
        board = self._record(
            CouncilOrgan(council=self.council, kind=OrganKind.STEERING, name="運営委員会", valid_from=today)
        )  # fmt: skip
        for (name, _), body in zip(names, self.council.organizations.all(), strict=False):
            self._record(OrganSeat(organ=board, name=name, organization=body, valid_from=today))
        for group in self.plan["groups"]:
            organ = self._record(
                CouncilOrgan(council=self.council, kind=OrganKind.WORKING_GROUP, name=group, valid_from=today)
            )  # fmt: skip
            # As a rule an officer leads a group; in the first area of a ward one person leads all.
            name, _ = names[1] if self.area.code == "01" else self.dice.choice(names[3:])
            self._record(OrganSeat(organ=organ, name=name, role="部会長", valid_from=today))

    def somebody(self) -> tuple[str, str]:
        """Return name and reading of a made-up person whom the ward does not have yet."""
        return self.crowd.pop()

    def _record(self, row):
        return rosters.record(self.council, row, actor=self.officer)

    def note(self, kind: str, text: str) -> None:
        """Write a line on the area's card."""
        areas.add_area_note(
            self.area, kind=kind, happened_on=clock.today(), text=text, actor=self.officer
        )

    def apply(self, *, without: tuple[str, ...] = ()) -> None:
        """Receive the application with its papers."""
        self.application = applications.receive_application(
            self.council, applied_on=clock.today(), actor=self.officer
        )
        for kind in REQUIRED_DOCUMENTS:
            if kind not in without:
                documents.add_documents(
                    self.council,
                    [SimpleUploadedFile(f"{DocumentKind(kind).label}.pdf", letter())],
                    kind=kind,
                    application=self.application,
                    actor=self.officer,
                )

    def judge(self, *, but: str = "", only: int | None = None) -> None:
        """Find the requirements met, all but one."""
        for requirement in applications.requirements_of(self.application)[:only]:
            is_unmet = requirement.code == but
            applications.judge(
                self.application,
                requirement,
                met="unmet" if is_unmet else "met",
                article="" if is_unmet else f"第{self.dice.randint(2, 30)}条",
                reason="会計を公開する定めが規約にない。" if is_unmet else "",
                actor=self.officer,
            )

    def ask(self) -> None:
        """Ask for two corrections."""
        requirement = applications.requirements_of(self.application)[-1]
        applications.ask_correction(
            self.application,
            requirement=requirement,
            comment="会計を住民に公開する方法を、規約に定めてください。",
            actor=self.officer,
        )
        applications.ask_correction(
            self.application,
            document_kind=DocumentKind.OFFICERS,
            comment="監査の住所が空欄です。書き加えてください。",
            actor=self.officer,
        )

    def move(self, code: str, reason: str = "") -> None:
        """Take the application a step further."""
        actor = {"propose": self.manager, "certify": self.mayor, "refuse": self.mayor}.get(
            code, self.officer
        )
        self.application.refresh_from_db()
        applications.make_move(self.application, code, actor=actor, reason=reason)

    @property
    def _held(self):
        return self.council.certifications.get(ended_on=None)

    def look(self, *, but: str = "") -> None:
        """Judge the requirements of the yearly confirmation."""
        confirmation = self._held.confirmations.get(confirmed_on=None)
        for requirement in self.application.requirement_set.requirements.all():
            is_unmet = requirement.code == but
            certifications.judge_confirmation(
                confirmation,
                requirement,
                met="unmet" if is_unmet else "met",
                article="" if is_unmet else "第3条",
                reason="今年度の会計が公開されていない。" if is_unmet else "",
                actor=self.officer,
            )

    def conclude(self) -> None:
        """Close the confirmation."""
        confirmation = self._held.confirmations.get(confirmed_on=None)
        certifications.conclude_confirmation(confirmation, actor=self.manager)

    def correct(self) -> None:
        """Ask for what is to be mended."""
        confirmation = self._held.confirmations.get(confirmed_on=None)
        certifications.request_correction(
            self._held,
            confirmation=confirmation,
            reason="令和7年度の収支決算を、住民が見られるところに掲示してください。",
            due_on=clock.today() + timedelta(days=30),
            actor=self.manager,
        )

    def change(self, *, accept: bool) -> None:
        """Take a notice of change in; accept it, or leave it waiting."""
        today = clock.today()
        notice = change_notices.receive_notice(self.council, received_on=today, actor=self.officer)
        lead = self.council.officers.get(position=Position.REPRESENTATIVE, valid_to=None)
        name, kana = self.somebody()
        lines = (
            [
                officer_ends(lead.pk, str(lead), today),
                officer_starts(name, Position.REPRESENTATIVE, today + timedelta(days=1), kana=kana),
            ]
            if accept
            else [
                organization_joins(f"{self.area.name}子育てサークル", "other", today),
                contact_changes("phone", self.council.phone, "06-9999-1234"),
            ]
        )
        for line in lines:
            change_notices.add_line(notice, line, actor=self.officer)
        if accept:
            change_notices.accept_notice(notice, actor=self.manager)

    def revoke(self, *, decide: bool) -> None:
        """Propose the revocation, or decide on it."""
        if not decide:
            certifications.propose_revocation(
                self._held,
                reason="2年にわたり活動の報告がなく、要件を満たしていることを確かめられないため。",
                statement_due_on=clock.today() + timedelta(days=21),
                actor=self.manager,
            )
            return
        revocation = self._held.revocations.get(state="proposed")
        certifications.record_statement(
            revocation,
            statement="役員の交代で活動が止まっている。再開の見込みは立っていない。",
            received_on=clock.today(),
            actor=self.officer,
        )
        certifications.decide_revocation(
            revocation, revoke=True, reason="活動の再開が見込めないため。", actor=self.mayor
        )

    def dissolve(self) -> None:
        """Note that it dissolved itself."""
        certifications.dissolve_council(
            self.council,
            dissolved_on=clock.today(),
            reason="隣の地域の協議会と一緒に活動するため、総会で解散を議決した（見本）。",
            actor=self.manager,
        )

    def file_papers(self) -> None:
        """Hand in most of the papers of the year, late ones left out."""
        for filing in self.council.filings.filter(due_on__lte=clock.today()):
            chance = self.dice.random()
            if chance < 0.6:
                filings.submit_filing(filing, submitted_on=clock.today(), actor=self.officer)
                if chance < 0.45:
                    filings.accept_filing(filing, actor=self.officer)
            elif chance < 0.7:
                filings.extend_filing(
                    filing,
                    until=clock.today() + timedelta(days=30),
                    reason="総会が延期されたため。",
                    actor=self.manager,
                )

    def support(self) -> None:
        """Record what the council got in the fiscal year."""
        today = clock.today()
        eligible = self.dice.randint(40, 120) * 10_000
        for kind, title, share in (
            (SupportKind.OPERATING_AID, "運営費", 3),
            (SupportKind.SUBSIDY, "活動費", 2),
        ):
            if kind == SupportKind.OPERATING_AID and fiscal_year_of(
                today
            ) not in support.aid_years_of(self.council, today):
                continue
            decided = eligible // share
            is_paid = self.dice.random() < 0.7
            support.record_grant(
                SupportGrant(
                    council=self.council, kind=kind, fiscal_year=fiscal_year_of(today), title=title,
                    reference=f"見本-{self.area.code}-{SupportKind(kind).label}-{fiscal_year_of(today)}",
                    applied_on=today, eligible_yen=eligible, decided_on=today, decided_yen=decided,
                    paid_on=today if is_paid else None, paid_yen=decided if is_paid else None,
                    is_demo=True,
                ),
                actor=self.officer,
            )  # fmt: skip

    def support_before(self) -> None:
        """Record the support of the fiscal year of certification once it has been settled."""
        applied_on = self._held.certified_on + timedelta(days=30)
        year = fiscal_year_of(applied_on)
        settled_on = first_day(year + 1) + timedelta(days=45)
        if settled_on > clock.today():
            return
        eligible = self.dice.randint(40, 120) * 10_000
        decided = eligible // 2
        left = self.dice.choice((0, 0, 12_500, 38_000))
        support.record_grant(
            SupportGrant(
                council=self.council, kind=SupportKind.SUBSIDY, fiscal_year=year, title="活動費",
                reference=f"見本-{self.area.code}-{SupportKind.SUBSIDY.label}-{year}",
                applied_on=applied_on, eligible_yen=eligible,
                decided_on=applied_on + timedelta(days=14), decided_yen=decided,
                paid_on=applied_on + timedelta(days=30), paid_yen=decided,
                reported_on=first_day(year + 1) + timedelta(days=20),
                settled_on=settled_on, settled_yen=decided - left,
                returned_on=settled_on + timedelta(days=14) if left == 38_000 else None,
                returned_yen=left if left == 38_000 else None, is_demo=True,
            ),
            actor=self.officer,
        )  # fmt: skip


def load_demo_councils(seed: int) -> DemoCouncils:
    """Load the councils of every demo ward that has none; the caller holds the transaction."""
    plan = read_fixture("demo/councils.json")
    people = {user.email: user for user in User.objects.filter(is_demo=True)}
    _write_published_practices(**plan["published"])
    done = DemoCouncils()
    for slug, of_ward in plan["wards"].items():
        ward = Ward.objects.get(slug=slug)
        staff = {role: people.get(email) for role, email in of_ward["people"].items()}
        with inside_ward(ward):
            existing = CommunityCouncil.objects.filter(is_demo=True).count()
            done.existing += existing
            if existing or None in staff.values():
                continue
            dice = random.Random(f"{seed}:councils:{slug}")  # noqa: S311  made-up data
            done.new += _load_ward(plan, of_ward, staff, dice)
    return done


def _write_published_practices(labels: dict, rates: dict) -> None:
    """Write what wards have published of their practice, where a ward has not written its own."""
    for slug, (label, source) in labels.items():
        with inside_ward(Ward.objects.get(slug=slug)):
            first = CouncilPractice.objects.in_force(FIRST_DAY)
            if first.label == CouncilPractice._meta.get_field("label").default:
                first.label, first.source = label, source
                first.save(update_fields=["label", "source"])
    for slug, row in rates.items():
        with inside_ward(Ward.objects.get(slug=slug)):
            if not SupportRate.objects.exists():
                SupportRate.objects.create(valid_from=PUBLISHED_RATES_SINCE, **row)


def _load_ward(plan: dict, of_ward: dict, staff: dict[str, User], dice: random.Random) -> int:
    now = clock.now()
    events: list[Event] = []
    crowd = made_up_names(dice)
    for row, story_name in zip(of_ward["areas"], of_ward["stories"], strict=True):
        code, name, kana, schools, towns = [*row, "", ""][:5]
        area = SchoolDistrictArea(
            code=code, name=name, kana=kana, schools=schools, towns=towns,
            valid_from=FIRST_DAY, is_demo=True,
        )  # fmt: skip
        area.save()
        areas.appoint_area_staff(
            area, staff["officer"], valid_from=first_day(fiscal_year_of(clock.today())),
            is_lead=True, actor=staff["manager"],
        )  # fmt: skip
        story = _Story(plan, area, staff, crowd, random.Random(dice.random()))  # noqa: S311
        for days_ago, step in _steps_of(story_name, story):
            at = min(_moment(now, days_ago), now - timedelta(minutes=1))
            events.append((at, len(events), step))
    for at, _, step in sorted(events, key=lambda event: event[:2]):
        with clock.set_back(at):
            step()
    filings.open_this_years_filings(clock.today())
    _hand_in(of_ward, staff, dice, now)
    return CommunityCouncil.objects.filter(is_demo=True).count()


def _hand_in(of_ward: dict, staff: dict[str, User], dice: random.Random, now: datetime) -> None:
    plan = read_fixture("demo/councils.json")
    for council in CommunityCouncil.objects.with_state(clock.today()).filter(
        is_demo=True, state__in=("certified", "correcting")
    ):
        story = _Story(plan, council.area, staff, [], random.Random(dice.random()))  # noqa: S311
        story.council = council
        with clock.set_back(_moment(now, 20)):
            if council.certifications.in_force(clock.today()).exists():
                story.file_papers()
                story.support()
                story.support_before()


def _moment(now: datetime, days_ago: int) -> datetime:
    day = timezone.localdate(now) - timedelta(days=days_ago)
    return timezone.make_aware(datetime.combine(day, time(10, 0)))


def _steps_of(name: str, story: _Story) -> list[tuple[int, Callable[[], object]]]:
    """Return a story's steps, each with how many days ago it happened."""
    certified = CERTIFIED_DAYS_AGO.get(name)
    if certified is not None:
        return [*_certification(story, certified), *_afterwards(name, story)]
    if name == "preparatory":
        return [(90, story.register), *_notes(story)]
    steps = [(60, story.register), (40, story.apply), *_notes(story)]
    if name == "received":
        return [(60, story.register), (5, partial(story.apply, without=("officers",)))]
    steps.append((38, partial(story.move, "examine")))
    if name == "examining":
        return [*steps, (30, partial(story.judge, only=3))]
    if name == "returned":
        return [
            *steps,
            (30, partial(story.judge, only=4)),
            (29, story.ask),
            (29, partial(story.move, "return")),
        ]
    steps.append((30, partial(story.judge, but="5" if name == "refused" else "")))
    steps.append((28, partial(story.move, "hand_up")))
    if name == "examined":
        return steps
    steps.append((25, partial(story.move, "propose")))
    if name == "refused":
        steps.append(
            (20, partial(story.move, "refuse", "会計を公開する定めがなく、要件5を満たさないため。"))
        )
    return steps


def _certification(story: _Story, days_ago: int) -> list[tuple[int, Callable[[], object]]]:
    return [
        (days_ago + 60, story.register),
        (days_ago + 30, story.apply),
        (days_ago + 28, partial(story.move, "examine")),
        (days_ago + 20, story.judge),
        (days_ago + 18, partial(story.move, "hand_up")),
        (days_ago + 10, partial(story.move, "propose")),
        (days_ago, partial(story.move, "certify")),
        *_notes(story),
    ]


def _notes(story: _Story) -> list[tuple[int, Callable[[], object]]]:
    return [
        (place * 17 + 3, partial(story.note, kind, text))
        for place, (kind, text) in enumerate(story.plan["notes"])
    ]


def _afterwards(name: str, story: _Story) -> list[tuple[int, Callable[[], object]]]:
    match name:
        case "confirmed":
            return [(60, story.look), (55, story.conclude)]
        case "correcting":
            return [(40, partial(story.look, but="5")), (35, story.correct)]
        case "changed":
            return [
                (100, partial(story.change, accept=True)),
                (4, partial(story.change, accept=False)),
            ]
        case "revoking":
            return [(10, partial(story.revoke, decide=False))]
        case "revoked":
            return [
                (90, partial(story.revoke, decide=False)),
                (75, partial(story.revoke, decide=True)),
            ]
        case "dissolved":
            return [(50, story.dissolve)]
    return []
