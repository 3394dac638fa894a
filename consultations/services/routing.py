"""Where a case goes: the dated rules asked, the answer carried out, and gaps found before citizens do."""

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
from wards.access import people_of_office, people_with_permission
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


def destination_of(category: Category, place: str, day: date) -> Destination:
    """Return where a case of a category at a place goes on a day; the rule tester asks the same."""
    rules = {
        rule.pk: rule
        for rule in RoutingRule.objects.in_force(day).select_related("section", "office")
    }
    chosen = routing.rule_for(
        (rule.facts for rule in rules.values()), category=category.pk, place=place, day=day
    )
    words = routing.why_this_rule(chosen, category_name=category.name, place=place)
    if chosen is None:
        section = Section.objects.front_desk()
        if section is None:
            # A citizen must not meet a gap of ours; the nightly check makes it red.
            section = Section.objects.filter(is_active=True).order_by("order", "pk").first()
            words = f"総合窓口が登録されていないため、{section}が受け持ちます。"
        if section is None:
            raise ImproperlyConfigured("This ward has no 課 at all.")
        return Destination(section, None, None, words)
    rule = rules[chosen.number]
    return Destination(rule.section, rule.office, rule, words)


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


def gaps_of_routing(day: date) -> list[Gap]:
    """List every live category, and place named by a rule, that would reach nobody on a day."""
    staffed = set(SectionPost.objects.in_force(day).values_list("section_id", flat=True))
    active = set(Section.objects.filter(is_active=True).values_list("pk", flat=True))
    places = [""]
    for rule in RoutingRule.objects.in_force(day):
        places += routing.areas_from_text(rule.areas)
    gaps = []
    for category in Category.objects.live(day).filter(stop_answer=""):
        seen = set()
        for place in dict.fromkeys(places):
            try:
                found = destination_of(category, place, day)
            except ImproperlyConfigured:
                gaps.append(Gap(category, None, "総合窓口が登録されていません。"))
                break
            if found.section.pk in seen:
                continue
            seen.add(found.section.pk)
            if reason := _reason_it_reaches_nobody(found, staffed=staffed, active=active):
                gaps.append(Gap(category, found, reason))
    return gaps


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


def _reason_it_reaches_nobody(found: Destination, *, staffed: set[int], active: set[int]) -> str:
    if found.section.pk not in active:
        return f"受け持つ課「{found.section}」は廃止されています。"
    if found.section.pk not in staffed:
        return f"受け持つ課「{found.section}」に、今日働いている職員がいません。"
    if found.office is not None and not people_of_office(found.office):
        return f"引き継ぐ事業所「{found.office}」に、この区で働く職員が登録されていません。"
    return ""
