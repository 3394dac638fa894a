"""Areas, councils and rosters by one file: every line through the services of the screen, or none."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction

from councils import roster_columns as columns
from councils.choices import ActivityField, OrganizationKind, Position, RosterKind
from councils.models import (
    CommunityCouncil,
    CouncilOfficer,
    MemberOrganization,
    RosterFile,
    SchoolDistrictArea,
)
from councils.roster_columns import (
    ADDRESS,
    AREA,
    BASIS,
    BODY,
    CALLED,
    CODE,
    COUNCIL,
    EMAIL,
    EMAIL_PUBLIC,
    FIELDS,
    FIRST,
    FOUNDER,
    HEADINGS,
    KANA,
    KEYS,
    KIND,
    LAST,
    LISTED,
    MOST_LINES,
    NAME,
    NAME_PUBLIC,
    PERSON,
    PHONE,
    PHONE_PUBLIC,
    PLACE,
    POSITION,
    REGISTERED,
    SCHOOLS,
    TOWNS,
    WEBSITE,
    WEBSITE_PUBLIC,
)  # fmt: skip
from councils.services import areas, rosters
from wards import clock
from wards.access import may
from wards.file_trial import (
    Change,
    LineError,
    Outcome,
    Problem,
    Row,
    lines_taken,
    read_cell,
    taken,
    tried,
)
from wards.spreadsheets import Line
from wards.table_columns import cells_by_line, folded
from wards.text import search_key
from wards.worksheets import FileError

MAY_IMPORT: Final = "councils.import_communitycouncil"
LIVES: Final = timedelta(days=1)
CHANGED: Final = "差分を表示したあとに、名簿が変わりました。新しい差分を確かめてください。"


# --- the way of a file ---


def receive_file(
    kind: RosterKind, lines: Sequence[Line], *, file_name: str, actor
) -> tuple[RosterFile | None, Outcome]:
    """Try a file; keep it when every line can be taken in. Raise FileError for another shape."""
    may(actor, MAY_IMPORT)
    outcome = tried(lambda: _do(kind, lines, actor))
    if outcome.problems:
        return None, outcome
    kept = RosterFile.objects.create(
        actor=actor,
        kind=kind,
        file_name=file_name[:200],
        lines=[[line.number, list(line.cells)] for line in lines],
        fingerprint=outcome.fingerprint,
        made_at=clock.now(),
    )
    return kept, outcome


def try_again(kept: RosterFile, *, actor) -> Outcome:
    """Return what a kept file would do now."""
    return tried(lambda: _do(RosterKind(kept.kind), _lines(kept), actor))


@transaction.atomic
def take_in(kept: RosterFile, *, actor) -> Outcome:
    """Do just what was shown, once; raise ValidationError when it would be something else now."""
    may(actor, MAY_IMPORT)
    kept = RosterFile.objects.select_for_update().get(pk=kept.pk)
    outcome = _do(RosterKind(kept.kind), _lines(kept), actor)
    if outcome.problems or outcome.fingerprint != kept.fingerprint:
        raise ValidationError(CHANGED)
    kept.delete()
    return outcome


def agree_anew(kept: RosterFile, outcome: Outcome) -> None:
    """Note that other differences are on the screen now."""
    kept.fingerprint = outcome.fingerprint
    kept.save(update_fields=["fingerprint"])


def forget_old() -> int:
    """Remove files that nobody took in; return how many."""
    return RosterFile.objects.filter(made_at__lt=clock.now() - LIVES).delete()[0]


def _lines(kept: RosterFile) -> list[Line]:
    return [Line(number, tuple(cells)) for number, cells in kept.lines]


# --- reading ---


def _do(kind: RosterKind, lines: Sequence[Line], actor) -> Outcome:
    cells_of_lines = _cells(kind, lines)
    work, problems = [], []
    seen: dict[tuple[str, ...], int] = {}
    for number, cells in cells_of_lines:
        key = tuple(folded(cells[name]) for name in KEYS[kind])
        if key in seen:
            problems.append(Problem(number, KEYS[kind][0], f"{seen[key]}行目と同じものです。"))
            continue
        seen[key] = number
        work.append((number, cells))
    # Who leaves goes before who comes: else a new representative would be the second one.
    work.sort(key=lambda line: (not line[1].get(LAST, ""), line[0]))
    rows, refused = lines_taken(work, _TAKERS[kind](actor))
    return Outcome(
        tuple(sorted(rows, key=lambda row: row.line)),
        tuple(sorted([*problems, *refused], key=lambda problem: problem.line)),
    )


def _cells(kind: RosterKind, lines: Sequence[Line]) -> list[tuple[int, dict[str, str]]]:
    """Return number and cells of every line; raise FileError for a file of another shape."""
    found = []
    for number, cells in cells_by_line(lines, HEADINGS[kind], most=MOST_LINES):
        if all(folded(cell) in ("", folded(name)) for name, cell in cells.items()):
            raise FileError(f"{number}行目にも見出しがあります。見出しは一行だけにしてください。")
        found.append((number, cells))
    return found


def _written(cells: dict[str, str], column: str) -> str:
    if not cells[column]:
        raise LineError(column, [f"{column}を入力してください。"])
    return cells[column]


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return columns.yes_or_no_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return "、".join(ActivityField(one).label for one in value)
    return "" if value is None else str(value)


def _changes(before: dict[str, Any], after: dict[str, Any]) -> tuple[Change, ...]:
    """Return the cells that differ, as text; `before` is empty for what is new."""
    return tuple(
        Change(column, _text_of(before.get(column)), _text_of(value))
        for column, value in after.items()
        if (column not in before and _text_of(value))
        or (column in before and before[column] != value)
    )


# --- areas ---


class _Areas:
    """校区等地域: new ones, and reading, schools and towns of those that are there."""

    def __init__(self, actor):
        self.actor = actor
        self.known = {area.code: area for area in SchoolDistrictArea.objects.all()}

    def __call__(self, line: int, cells: dict[str, str]) -> Row:
        code, name = _written(cells, CODE), _written(cells, AREA)
        after = {
            AREA: name, KANA: cells[KANA], SCHOOLS: cells[SCHOOLS], TOWNS: cells[TOWNS],
            FIRST: read_cell(columns.day, cells, FIRST),
        }  # fmt: skip
        area = self.known.get(code)
        if area is None:
            taken(CODE, areas.register_area,
                areas.NewArea(code, name, cells[KANA], cells[SCHOOLS], cells[TOWNS]),
                valid_from=after[FIRST], actor=self.actor,
            )  # fmt: skip
            return Row(line, code, name, _changes({}, after))
        before = {
            AREA: area.name, KANA: area.kana, SCHOOLS: area.schools, TOWNS: area.towns,
            FIRST: area.valid_from,
        }  # fmt: skip
        if name != area.name:
            raise LineError(AREA, [f"校区コード「{code}」の地域名は「{area.name}」です。名前の変更は「名称の変更・統合・分割」で登録してください。"])  # fmt: skip
        if after[FIRST] != area.valid_from:
            raise LineError(FIRST, ["登録した地域の初日は変えられません。"])
        changes = _changes(before, after)
        if changes:
            taken(KANA, areas.describe_area, area,
                kana=cells[KANA], schools=cells[SCHOOLS], towns=cells[TOWNS], actor=self.actor,
            )  # fmt: skip
        return Row(line, code, name, changes)


# --- councils ---

_COUNCIL_TEXTS = {KANA: "kana", PLACE: "office_place", PHONE: "phone", EMAIL: "email", WEBSITE: "website"}  # fmt: skip
_COUNCIL_FLAGS = {
    PHONE_PUBLIC: "phone_is_public", EMAIL_PUBLIC: "email_is_public",
    WEBSITE_PUBLIC: "website_is_public", LISTED: "is_public",
}  # fmt: skip


class _Councils:
    """Councils and the bodies that prepare them: new ones, and what the desk may change of others."""

    def __init__(self, actor):
        self.actor = actor
        self.areas = {
            area.code: area for area in SchoolDistrictArea.objects.in_force(clock.today())
        }
        self.known = {
            (one.area.code, one.name): one
            for one in CommunityCouncil.objects.filter(dissolved_on=None).select_related("area")
        }

    def __call__(self, line: int, cells: dict[str, str]) -> Row:
        code, name = _written(cells, CODE), _written(cells, NAME)
        area = self.areas.get(code)
        if area is None:
            raise LineError(CODE, [f"校区コード「{code[:10]}」の地域は、今日ありません。"])
        registered_on = read_cell(columns.day, cells, REGISTERED)
        fields = read_cell(lambda text: columns.several_of(ActivityField, text), cells, FIELDS)
        values: dict[str, Any] = {field: cells[column] for column, field in _COUNCIL_TEXTS.items()}
        values["fields_of_activity"] = fields
        for column, field in _COUNCIL_FLAGS.items():
            if cells[column]:
                values[field] = read_cell(columns.yes_or_no, cells, column)
        named = {REGISTERED: registered_on, **self._by_column(values)}
        council = self.known.get((code, name))
        if council is None:
            taken(NAME, rosters.register_council, area,
                name=name, registered_on=registered_on, actor=self.actor, **values,
            )  # fmt: skip
            return Row(line, code, name, _changes({}, named))
        if registered_on != council.registered_on:
            raise LineError(REGISTERED, ["準備的な組織の登録日は変えられません。"])
        stored = {field: getattr(council, field) for field in values}
        taken(NAME, rosters.change_particulars, council, values, actor=self.actor)
        before = {REGISTERED: council.registered_on, **self._by_column(stored)}
        return Row(line, code, name, _changes(before, named))

    @staticmethod
    def _by_column(values: dict[str, Any]) -> dict[str, Any]:
        columns_of_fields = {**_COUNCIL_TEXTS, FIELDS: "fields_of_activity", **_COUNCIL_FLAGS}
        return {
            column: values[field] for column, field in columns_of_fields.items() if field in values
        }


# --- officers and member bodies ---


class _OfCouncils:
    """Rows of rosters: new ones, corrected ones, and those that end."""

    name_column = ""
    rows_of: Callable[[CommunityCouncil], Any]

    def __init__(self, actor):
        self.actor = actor
        self.councils: dict[str, list[CommunityCouncil]] = {}
        for council in CommunityCouncil.objects.filter(dissolved_on=None):
            self.councils.setdefault(search_key(council.name), []).append(council)

    def council(self, cells: dict[str, str]) -> CommunityCouncil:
        """Return the council that a line names."""
        found = self.councils.get(search_key(_written(cells, COUNCIL)), [])
        if not found:
            raise LineError(COUNCIL, [f"「{cells[COUNCIL][:30]}」という協議会はありません。"])
        if len(found) > 1:
            raise LineError(COUNCIL, [f"「{cells[COUNCIL][:30]}」という協議会が複数あります。画面で登録してください。"])  # fmt: skip
        return found[0]

    def values(self, cells: dict[str, str]) -> dict[str, Any]:
        """Return the fields of a row that a later line may correct, by their columns."""
        raise NotImplementedError

    def fields(self) -> dict[str, str]:
        """Return the names of these fields, by their columns."""
        raise NotImplementedError

    def shown(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return values as people read them."""
        return values

    def find(self, council: CommunityCouncil, cells: dict[str, str], first: date):
        """Return the stored row that a line speaks of, or None."""
        raise NotImplementedError

    def build(self, council: CommunityCouncil, cells: dict[str, str], first: date, fields: dict):
        """Return a new row, not yet stored."""
        raise NotImplementedError

    def __call__(self, line: int, cells: dict[str, str]) -> Row:
        council = self.council(cells)
        first = read_cell(columns.day, cells, FIRST)
        last = read_cell(columns.day, cells, LAST) if cells[LAST] else None
        name = _written(cells, self.name_column)
        values = self.values(cells)
        named = {**values, FIRST: first, LAST: last}
        fields = {self.fields()[column]: value for column, value in values.items()}
        row = self.find(council, cells, first)
        if row is None:
            new = self.build(council, cells, first, fields)
            new.valid_to, new.basis = last, cells[BASIS]
            taken(self.name_column, rosters.record, council, new, actor=self.actor)
            return Row(
                line, council.name, name, _changes({}, self.shown({**named, BASIS: cells[BASIS]}))
            )
        before = {column: getattr(row, field) for column, field in self.fields().items()}
        before |= {FIRST: row.valid_from, LAST: row.valid_to}
        before = {column: before[column] for column in named}
        if row.valid_to is not None and (last is None or last > row.valid_to):
            raise LineError(LAST, ["登録した末日は、早くすることだけができます。"])
        changes = _changes(self.shown(before), self.shown(named))
        corrected = {
            field: value for field, value in fields.items() if getattr(row, field) != value
        }
        if corrected:
            taken(self.name_column, rosters.correct, council, row, corrected,
                basis=cells[BASIS], actor=self.actor,
            )  # fmt: skip
        if last is not None and last != row.valid_to:
            taken(LAST, rosters.end, council, row,
                last_day=last, basis=cells[BASIS], actor=self.actor,
            )  # fmt: skip
        return Row(line, council.name, name, changes)


class _Officers(_OfCouncils):
    """役員."""

    name_column = PERSON

    def fields(self):
        return {CALLED: "position_name", KANA: "kana", ADDRESS: "address", NAME_PUBLIC: "name_is_public"}  # fmt: skip

    def values(self, cells):
        values: dict[str, Any] = {column: cells[column] for column in (CALLED, KANA, ADDRESS)}
        if cells[NAME_PUBLIC]:
            values[NAME_PUBLIC] = read_cell(columns.yes_or_no, cells, NAME_PUBLIC)
        return values

    def _position(self, cells) -> str:
        return read_cell(lambda text: columns.one_of(Position, text), cells, POSITION)

    def find(self, council, cells, first):
        rows = council.officers.filter(position=self._position(cells), valid_from=first)
        return rows.filter(name=cells[PERSON]).first()

    def build(self, council, cells, first, fields):
        return CouncilOfficer(
            council=council, name=cells[PERSON], position=self._position(cells),
            valid_from=first, **fields,
        )  # fmt: skip


class _Organizations(_OfCouncils):
    """構成団体."""

    name_column = BODY

    def fields(self):
        return {KIND: "kind", FOUNDER: "is_founder"}

    def values(self, cells):
        values: dict[str, Any] = {
            KIND: read_cell(lambda text: columns.one_of(OrganizationKind, text), cells, KIND)
        }
        if cells[FOUNDER]:
            values[FOUNDER] = read_cell(columns.yes_or_no, cells, FOUNDER)
        return values

    def shown(self, values):
        return {**values, KIND: OrganizationKind(values[KIND]).label}

    def find(self, council, cells, first):
        return council.organizations.filter(name=cells[BODY], valid_from=first).first()

    def build(self, council, cells, first, fields):
        return MemberOrganization(council=council, name=cells[BODY], valid_from=first, **fields)


_TAKERS: dict[RosterKind, Callable] = {
    RosterKind.AREAS: _Areas,
    RosterKind.COUNCILS: _Councils,
    RosterKind.OFFICERS: _Officers,
    RosterKind.ORGANIZATIONS: _Organizations,
}


# --- out ---


def rows_of(kind: RosterKind, day: date) -> list[list]:
    """Return the table of a day as it can be taken in again: what holds on it, or will."""
    match kind:
        case RosterKind.AREAS:
            rows = SchoolDistrictArea.objects.exclude(valid_to__lt=day)
            return [
                [one.code, one.name, one.kana, one.schools, one.towns, one.valid_from]
                for one in rows
            ]
        case RosterKind.COUNCILS:
            councils = CommunityCouncil.objects.filter(dissolved_on=None).select_related("area")
            return [
                [
                    one.area.code, one.name, one.kana, one.registered_on, one.fields_in_words,
                    one.office_place, one.phone, one.email, one.website,
                    *(columns.yes_or_no_text(getattr(one, flag)) for flag in _COUNCIL_FLAGS.values()),
                ]
                for one in councils
            ]  # fmt: skip
        case RosterKind.OFFICERS:
            officers = CouncilOfficer.objects.exclude(valid_to__lt=day)
            return [
                [
                    one.council.name, one.get_position_display(), one.position_name, one.name,
                    one.kana, one.address, columns.yes_or_no_text(one.name_is_public),
                    one.valid_from, one.valid_to, one.basis,
                ]
                for one in officers.filter(council__dissolved_on=None).select_related("council")
            ]  # fmt: skip
    bodies = MemberOrganization.objects.exclude(valid_to__lt=day)
    return [
        [
            one.council.name, one.name, one.get_kind_display(),
            columns.yes_or_no_text(one.is_founder), one.valid_from, one.valid_to, one.basis,
        ]
        for one in bodies.filter(council__dissolved_on=None).select_related("council")
    ]  # fmt: skip
