"""Where a case goes: the dated rules asked, the answer carried out, and gaps found before citizens do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ImproperlyConfigured

from consultations import routing
from consultations.choices import (
    CaseState,
    EntryKind,
    HandoverKind,
)
from consultations.models import (
    Category,
    Consultation,
    Entry,
    Handover,
    RoutingRule,
    Section,
    SectionPost,
)
from wards import clock
from wards.access import offices_with_people, people_of_office, people_with_permission
from wards.desk.choices import NoticeKind
from wards.desk.services import notify
from wards.models import Office

# Who may mend the rules, and so is told when they have a hole: 区課長.
CONFIGURES = "consultations.configure_consultations"


@dataclass(frozen=True, slots=True)
class Destination:
    """Who gets a case, by which rule, and why in words."""

    section: Section
    office: Office | None
    rule: RoutingRule | None
    words: str


@dataclass(frozen=True, slots=True)
class RoutingTable:
    """What decides on a day where cases go, asked once: the rules in force, and who takes the rest."""

    day: date
    rules: Mapping[int, RoutingRule]
    facts: tuple[routing.RuleFacts, ...]
    rest: Section | None
    rest_is_front_desk: bool

    @classmethod
    def of(cls, day: date) -> "RoutingTable":
        """Ask the ward served for it, in a fixed number of queries."""
        rules = RoutingRule.objects.in_force(day).select_related("section", "office")
        front_desk = Section.objects.front_desk()
        # A citizen must not meet a gap of ours; the nightly check makes it red.
        rest = front_desk or Section.objects.filter(is_active=True).order_by("order", "pk").first()
        return cls(
            day=day,
            rules={rule.pk: rule for rule in rules},
            facts=tuple(rule.facts for rule in rules),
            rest=rest,
            rest_is_front_desk=front_desk is not None,
        )

    @property
    def places(self) -> list[str]:
        """List the places that the rules name, after the place that no rule names."""
        named = (area for facts in self.facts for area in facts.areas)
        return list(dict.fromkeys(["", *named]))

    def destination_of(self, category: Category, place: str) -> Destination:
        """Return where a case goes; raise ImproperlyConfigured in a ward without any 課."""
        chosen = routing.rule_for(self.facts, category=category.pk, place=place, day=self.day)
        if chosen is not None:
            rule = self.rules[chosen.number]
            words = routing.why_this_rule(chosen, category_name=category.name, place=place)
            return Destination(rule.section, rule.office, rule, words)
        if self.rest is None:
            raise ImproperlyConfigured("This ward has no 課 at all.")
        words = routing.why_this_rule(None, category_name=category.name, place=place)
        if not self.rest_is_front_desk:
            words = f"総合窓口が登録されていないため、{self.rest}が受け持ちます。"
        return Destination(self.rest, None, None, words)


def destination_of(category: Category, place: str, day: date) -> Destination:
    """Return where a case of a category at a place goes on a day; the rule tester asks the same."""
    return RoutingTable.of(day).destination_of(category, place)


def send_to_destination(
    consultation: Consultation, destination: Destination, *, now: datetime
) -> None:
    """Route a new case: by a rule it is 振分 at once, without one the 総合窓口 decides."""
    consultation.section = destination.section
    if destination.rule is not None:
        Entry.objects.create(
            consultation=consultation,
            kind=EntryKind.MOVE,
            move="route",
            text=destination.words,
            author_label="振分ルール",
            at=now,
            from_state=consultation.state,
            to_state=CaseState.ROUTED,
        )
        consultation.state = CaseState.ROUTED
        consultation.save(update_fields=["state"])
    if destination.office is not None:
        Handover.objects.create(
            consultation=consultation,
            kind=HandoverKind.OFFICE,
            office=destination.office,
            reason=destination.words,
            sent_at=now,
        )
        Entry.objects.create(
            consultation=consultation,
            kind=EntryKind.HANDOVER,
            text=f"{destination.office}に引き継ぎました。{destination.words}",
            author_label="振分ルール",
            at=now,
        )
        tell_office(consultation, destination.office, key=f"office:{consultation.pk}:{now:%s}")
    tell_section(consultation, destination.section)


def tell_section(consultation: Consultation, section: Section) -> None:
    """Tell the people of a section that a case came to it."""
    for post in (
        SectionPost.objects.in_force(clock.today()).filter(section=section).select_related("person")
    ):
        notify(
            post.person,
            key=f"section:{consultation.pk}:{section.pk}:{clock.now().isoformat()}:{post.person_id}",
            kind=NoticeKind.HANDED_OVER,
            text=f"{consultation.number}が{section}に振り分けられました。担当者を決めてください。",
            url=consultation.get_absolute_url(),
            due_on=consultation.due_on,
        )


def tell_office(consultation: Consultation, office: Office, *, key: str) -> None:
    """Tell the clerks of an office in this ward that a case was handed to it."""
    for person in people_of_office(office):
        notify(
            person,
            key=f"{key}:{person.pk}",
            kind=NoticeKind.HANDED_OVER,
            text=f"{consultation.number}が{office}に引き継がれました。引き受けるか、理由を付けて返してください。",
            url=consultation.get_absolute_url(),
            due_on=consultation.due_on,
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A live category that would reach nobody, and why."""

    category: Category
    destination: Destination | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the cases of a live category may go on a day, and which of those ways reach nobody."""

    category: Category
    destinations: tuple[Destination, ...]
    gaps: tuple[Gap, ...]


def reach_of_categories(day: date) -> list[Reach]:
    """Follow every live category to wherever the rules may send it, at every place that they name.

    The database is asked a fixed number of times, however many rules, places and categories.
    """
    table = RoutingTable.of(day)
    staff = _Staff.on(day)
    places = table.places
    return [
        _reach(category, places, table, staff)
        for category in Category.objects.live(day).filter(stop_answer="")
    ]


def gaps_of_routing(day: date) -> list[Gap]:
    """List every live category, and place named by a rule, that would reach nobody on a day."""
    return [gap for reach in reach_of_categories(day) for gap in reach.gaps]


def _reach(category: Category, places: list[str], table: RoutingTable, staff: "_Staff") -> Reach:
    ways: dict[tuple[int, int | None], Destination] = {}
    for place in places:
        try:
            found = table.destination_of(category, place)
        except ImproperlyConfigured:
            gap = Gap(category, None, "総合窓口が登録されていません。")
            return Reach(category, tuple(ways.values()), (gap,))
        ways.setdefault((found.section.pk, found.office and found.office.pk), found)
    reasons = ((found, staff.reason_it_reaches_nobody(found)) for found in ways.values())
    gaps = tuple(Gap(category, found, reason) for found, reason in reasons if reason)
    return Reach(category, tuple(ways.values()), gaps)


@dataclass(frozen=True, slots=True)
class _Staff:
    """Which sections exist, and which sections and offices somebody works in, on a day."""

    active: frozenset[int]
    staffed: frozenset[int]
    offices: frozenset[int]

    @classmethod
    def on(cls, day: date) -> "_Staff":
        return cls(
            active=frozenset(Section.objects.filter(is_active=True).values_list("pk", flat=True)),
            staffed=frozenset(
                SectionPost.objects.in_force(day).values_list("section_id", flat=True)
            ),
            offices=offices_with_people(),
        )

    def reason_it_reaches_nobody(self, found: Destination) -> str:
        if found.section.pk not in self.active:
            return f"受け持つ課「{found.section}」は廃止されています。"
        if found.section.pk not in self.staffed:
            return f"受け持つ課「{found.section}」に、今日働いている職員がいません。"
        if found.office is not None and found.office.pk not in self.offices:
            return f"引き継ぐ事業所「{found.office}」に、この区で働く職員が登録されていません。"
        return ""


def tell_of_gaps(day: date) -> int:
    """Tell each manager once a day that categories reach nobody; return how many gaps there are."""
    count = len(gaps_of_routing(day))
    if count:
        for manager in people_with_permission(CONFIGURES):
            notify(
                manager,
                key=f"routing:{day}:{manager.pk}",
                kind=NoticeKind.CHECK,
                text=f"だれにも届かない分野が{count}件あります。課の職員と振分ルールを確かめてください。",
                url="/admin/consultations/routingrule/",
                due_on=day,
            )
    return count
