"""The councils' clock: what falls due is told to whoever looks after the area, each step once."""

from collections.abc import Iterable
from datetime import date

from councils.choices import FilingState, RevocationState
from councils.confirmation_rules import reminder_due
from councils.models import AreaStaff, Confirmation, CorrectiveRequest, Filing, Revocation
from wards.access import people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.wareki import wareki


class _People:
    """Who is told about an area on a day, asked once for all areas."""

    def __init__(self, day: date):
        self.leaders = people_with_permission("councils.conclude_confirmation")
        self.deciders = people_with_permission("councils.decide_revocation")
        # Who left the ward office keeps the row until somebody ends it, and is told nothing.
        here = {person.pk for person in people_with_permission("councils.change_confirmation")}
        self._staff: dict[int, list] = {}
        for post in AreaStaff.objects.in_force(day).select_related("person"):
            if post.person_id in here:
                self._staff.setdefault(post.area_id, []).append(post.person)

    def of(self, area_id: int) -> list:
        """Return the 地域担当職員 of an area; the managers where there is none."""
        return self._staff.get(area_id) or self.leaders


def remind_of_councils(day: date) -> dict[str, int]:
    """Tell of confirmations near or late, corrections and filings late, statements that did not come.

    Returns how many things of each sort were told of; done twice on a day, nothing is told twice.
    """
    people = _People(day)
    return {
        "confirmations": _confirmations(day, people),
        "corrections": _corrections(day, people),
        "filings": _filings(day, people),
        "statements": _statements(day, people),
    }


def _confirmations(day: date, people: _People) -> int:
    told = 0
    rows = Confirmation.objects.open().select_related("certification__council")
    for row in rows.order_by("pk").iterator(chunk_size=1000):
        level = reminder_due(row.due_on, day)
        if level is None:
            continue
        council = row.certification.council
        late = level == 0
        text = (
            f"{council}の要件確認が、期限（{wareki(row.due_on)}）を過ぎました。失効候補です。"
            if late
            else f"{council}の要件確認の期限（{wareki(row.due_on)}）まで、{level}日以内です。"
        )
        staff = people.of(row.certification.area_id)
        _tell(
            # A lapse is the managers' affair too.
            [*staff, *people.leaders] if late else staff,
            key=f"council-confirmation:{row.pk}:{level}",
            kind=NoticeKind.OVERDUE if late else NoticeKind.DUE_SOON,
            text=text,
            url=row.get_absolute_url(),
            due_on=row.due_on,
        )
        told += 1
    return told


def _corrections(day: date, people: _People) -> int:
    told = 0
    late = CorrectiveRequest.objects.open_on(day).filter(due_on__lt=day)
    late = late.filter(certification__ended_on=None).select_related("certification__council")
    for row in late.order_by("pk"):
        council = row.certification.council
        _tell(
            [*people.of(row.certification.area_id), *people.leaders],
            key=f"council-correction:{row.pk}:late",
            kind=NoticeKind.OVERDUE,
            text=f"{council}の是正の期限（{wareki(row.due_on)}）を過ぎました。",
            url=council.part_url("corrections"),
            due_on=row.due_on,
        )
        told += 1
    return told


def _filings(day: date, people: _People) -> int:
    """Tell of late papers: one notice per council and last day, however many papers."""
    late = Filing.objects.with_state(day).filter(
        state_on_day=FilingState.LATE, council__dissolved_on=None
    )
    groups: dict[tuple, list[Filing]] = {}
    for row in late.select_related("council").order_by("last_day", "council", "kind"):
        groups.setdefault((row.council, row.last_day), []).append(row)
    for (council, last_day), rows in groups.items():
        kinds = "、".join(row.get_kind_display() for row in rows)
        _tell(
            people.of(council.area_id),
            key=f"council-filings:{council.pk}:{last_day:%Y%m%d}",
            kind=NoticeKind.OVERDUE,
            text=f"{council}の提出書類（{kinds}）が、期限（{wareki(last_day)}）を過ぎました。",
            url=council.part_url("filings"),
            due_on=last_day,
        )
    return len(groups)


def _statements(day: date, people: _People) -> int:
    """Tell who may decide a revocation that the time for a 弁明 is over."""
    told = 0
    over = Revocation.objects.filter(
        state=RevocationState.PROPOSED, statement_on=None, statement_due_on__lt=day
    ).select_related("certification__council")
    for row in over.order_by("pk"):
        council = row.certification.council
        _tell(
            [person for person in people.deciders if person.pk != row.proposed_by_id],
            key=f"council-revocation:{row.pk}:over",
            kind=NoticeKind.CHECK,
            text=f"{council}の認定の取消について、弁明の期限が過ぎました。決定してください。",
            url=council.part_url("revocation"),
            due_on=row.statement_due_on,
        )
        told += 1
    return told


def _tell(people: Iterable, *, key: str, **notice) -> None:
    for person in {person.pk: person for person in people}.values():
        notify(person, key=f"{key}:{person.pk}", **notice)
