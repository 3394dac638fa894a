"""Many cases by one file: every line through the same services, all of them or none.

The trial is the thing itself, taken back: what the preview shows is what the services did.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction

from consultations.choices import CaseState, ReplyKind, ResponseKind
from consultations.models import Consultation, Reply, Section
from consultations.receipts import number_from_text
from consultations.services import handling, replies
from wards.access import may, people_with_permission
from wards.file_trial import Change, LineError, Outcome, Problem, Row, taken, tried
from wards.spreadsheets import Line
from wards.text import search_key, with_plain_line_ends
from wards.worksheets import FileError

NUMBER, STATE, SECTION, PERSON = "受付番号", "状態", "受け持つ課", "担当者"
DRAFT, KIND, REASON = "回答案", "対応の種別", "理由"
# Read on the way in; the other columns of the file only help its reader.
READ_COLUMNS = (NUMBER, STATE, SECTION, PERSON, DRAFT, KIND, REASON)
COMPARED = (STATE, SECTION, PERSON, DRAFT, KIND)
SHOWN_COLUMNS = ("分野", "件名", "場所", "内容", "受付日", "回答期限")
MOST_CASES = 500
# What a state in the file asks for; the others are reached on the page of the case.
STEPS = {
    CaseState.DRAFTED: "回答案を上司に回す",
    CaseState.FILED: "供覧で終える",
    CaseState.DIFFICULT: "対応困難とする",
    CaseState.TRANSFERRED: "市の外へ移ちょうする",
}


def open_drafts():
    """Return the answers that are not sent: a case has one at the most."""
    return Reply.objects.filter(kind=ReplyKind.FINAL, sent_at=None)


def values_of(case: Consultation) -> dict[str, str]:
    """Return the cells of a case that a file may change, as text."""
    return values_with(case, open_drafts().filter(consultation=case).first())


def values_with(case: Consultation, draft: Reply | None) -> dict[str, str]:
    """Return the same for a case whose draft is known."""
    return {
        STATE: CaseState(case.state).label,
        SECTION: case.section.name,
        PERSON: case.assignee.name if case.assignee else "",
        DRAFT: draft.text if draft else "",
        KIND: ResponseKind(draft.response_kind).label if draft else "",
    }


def only_what_is_read(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without the columns that only help a reader: no citizen's text is kept in between."""
    return [
        Line(lines[0].number, READ_COLUMNS),
        *(
            Line(number, tuple(cells[name] for name in READ_COLUMNS))
            for number, cells in _cells(lines)
        ),
    ]


def try_lines(lines: Sequence[Line], *, actor) -> Outcome:
    """Do everything and take it back: the differences, and every reason against a line."""
    return tried(lambda: _do(lines, actor))


@transaction.atomic
def apply_lines(lines: Sequence[Line], *, actor, fingerprint: str) -> Outcome:
    """Do everything or nothing: raise ValidationError unless it does just what was agreed to."""
    outcome = _do(lines, actor)
    if outcome.problems or outcome.fingerprint != fingerprint:
        raise ValidationError("差分を表示したあとに、案件が変わりました。")
    return outcome


def _do(lines: Sequence[Line], actor) -> Outcome:
    may(actor, "consultations.import_consultation")
    rows: list[Row] = []
    problems: list[Problem] = []
    cells_of_lines = _cells(lines)
    names = _Names()
    seen: dict[str, int] = {}
    for line, cells in cells_of_lines:
        try:
            number = number_from_text(cells[NUMBER])
        except ValueError as problem:
            problems.append(Problem(line, NUMBER, str(problem)))
            continue
        if number in seen:
            problems.append(Problem(line, NUMBER, f"{seen[number]}行目と同じ受付番号です。"))
            continue
        seen[number] = line
        case = (
            Consultation.objects.visible_to(actor)
            .select_related("section", "assignee", "category")
            .filter(number=number)
            .first()
        )
        if case is None:
            problems.append(Problem(line, NUMBER, "この区に、この受付番号の案件はありません。"))
            continue
        try:
            with transaction.atomic():
                rows.append(_change(line, case, cells, names, actor))
        except LineError as refused:
            problems += refused.problems(line)
    return Outcome(tuple(rows), tuple(problems))


class _Names:
    """People and sections by their names; asked of the database once per file."""

    def __init__(self):
        self.sections = {
            search_key(section.name): section for section in Section.objects.filter(is_active=True)
        }
        self.people: dict[str, list] = {}
        for person in people_with_permission("consultations.change_consultation"):
            for key in {_person_key(person.name), search_key(person.email)}:
                self.people.setdefault(key, []).append(person)

    def section(self, text: str) -> Section:
        found = self.sections.get(search_key(text))
        if found is None:
            raise LineError(SECTION, [f"「{text[:30]}」という課はありません。"])
        return found

    def person(self, text: str):
        found = self.people.get(_person_key(text)) or self.people.get(search_key(text)) or []
        if len(found) > 1:
            raise LineError(
                PERSON, [f"「{text[:30]}」は複数います。メールアドレスで書いてください。"]
            )
        if not found:
            raise LineError(PERSON, [f"「{text[:30]}」という担当できる職員は、この区にいません。"])
        return found[0]


def _person_key(text: str) -> str:
    return search_key(text).replace(" ", "")


def _cells(lines: Sequence[Line]) -> list[tuple[int, dict[str, str]]]:
    """Return number and cells of every line; raise FileError for a file of another shape."""
    header = {search_key(cell): place for place, cell in enumerate(lines[0].cells) if cell.strip()}
    missing = [name for name in READ_COLUMNS if search_key(name) not in header]
    if missing:
        raise FileError(
            f"見出し「{'」「'.join(missing)}」がありません。"
            "一括更新用のExcelを書き出し、見出しを変えずに入力してください。"
        )
    places = {name: header[search_key(name)] for name in READ_COLUMNS}
    if len(lines) == 1:
        raise FileError("見出しの行だけで、案件の行がありません。")
    if len(lines) - 1 > MOST_CASES:
        raise FileError(f"一度に更新できるのは{MOST_CASES}件までです。行を分けてください。")
    return [
        (
            line.number,
            {
                name: with_plain_line_ends(line.cells[place]).strip()
                if place < len(line.cells)
                else ""
                for name, place in places.items()
            },
        )
        for line in lines[1:]
    ]


def _change(line: int, case: Consultation, cells: dict, names: _Names, actor) -> Row:
    """Take the steps that a line asks for, in the order of the work."""
    before = values_of(case)
    person_before = case.assignee
    if cells[SECTION] and search_key(cells[SECTION]) != search_key(before[SECTION]):
        section = names.section(cells[SECTION])
        taken(
            SECTION, handling.route_consultation, case, section, actor=actor, reason=cells[REASON]
        )
    if cells[PERSON] and _person_key(cells[PERSON]) != _person_key(before[PERSON]):
        person = names.person(cells[PERSON])
        if case.assignee_id != person.pk:
            taken(PERSON, handling.assign_consultation, case, person, actor=actor)
    kind = _kind(cells[KIND]) or _kind(before[KIND]) or ResponseKind.EXPLAINED
    new_text = cells[DRAFT] and cells[DRAFT] != before[DRAFT].strip()
    new_kind = before[DRAFT] and cells[KIND] and cells[KIND] != before[KIND]
    if new_text or new_kind:
        text = cells[DRAFT] or before[DRAFT]
        taken(DRAFT, replies.save_draft, case, actor=actor, text=text, response_kind=kind)
    _move(case, cells, before, actor)
    done = Consultation.objects.select_related("section", "assignee").get(pk=case.pk)
    after = values_of(done)
    if person_before != done.assignee and before[PERSON] == after[PERSON]:
        # Two people of one name: the change must be seen, and be taken back by the former value.
        before[PERSON], after[PERSON] = person_before.email, done.assignee.email
    changes = tuple(
        Change(name, before[name], after[name]) for name in COMPARED if before[name] != after[name]
    )
    # What the thread will say of the step is read before it is agreed to.
    if cells[REASON] and _takes_reason(before, after):
        changes += (Change(REASON, "", cells[REASON]),)
    return Row(line, case.number, case.subject, changes)


def _takes_reason(before: dict, after: dict) -> bool:
    """Say whether a line took a step that keeps the reason of the file."""
    with_reason = {CaseState(state).label for state in STEPS if state != CaseState.DRAFTED}
    return before[SECTION] != after[SECTION] or (
        before[STATE] != after[STATE] and after[STATE] in with_reason
    )


def _kind(text: str) -> str:
    if not text:
        return ""
    found = next((kind.value for kind in ResponseKind if kind.label == text), "")
    if not found:
        labels = "・".join(str(kind.label) for kind in ResponseKind)
        raise LineError(KIND, [f"「{text[:20]}」は使えません。{labels}のどれかにしてください。"])
    return found


def _move(case: Consultation, cells: dict, before: dict, actor) -> None:
    wanted = cells[STATE]
    now = CaseState(Consultation.objects.values_list("state", flat=True).get(pk=case.pk))
    if not wanted or wanted in (before[STATE], now.label):
        return
    state = next((state for state in CaseState if state.label == wanted), None)
    if state not in STEPS:
        allowed = "・".join(CaseState(state).label for state in STEPS)
        raise LineError(
            STATE,
            [f"「{wanted[:20]}」にはできません。ファイルで変えられる状態は、{allowed}です。"],
        )
    if state == CaseState.DRAFTED:
        taken(STATE, replies.submit_draft, case, actor=actor)
    else:
        service = {
            CaseState.FILED: handling.file_consultation,
            CaseState.DIFFICULT: handling.mark_difficult,
            CaseState.TRANSFERRED: handling.transfer_consultation,
        }[state]
        taken(STATE, service, case, actor=actor, reason=cells[REASON])
