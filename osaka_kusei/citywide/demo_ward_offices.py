"""How the demo wards are set up for 相談・要望: sections, people in them, rules, own templates."""

from datetime import date
from typing import Final

from consultations.models import Category, ReplyTemplate, RoutingRule, Section, SectionPost
from osaka_kusei.citywide.demo import demo_people, since_of
from osaka_kusei.citywide.writing import inside_ward
from wards.fixtures_reader import read_fixture
from wards.models import Office, User, Ward

SOURCE: Final = "見本（事業所と区の対応は公表されていないため、作ったものです）"
FIRST_DAY: Final = date(2020, 4, 1)
# Code, name, telephone (numbers that nobody has), and what a section takes by itself.
SECTIONS: Final = (
    ("community", "地域課", "06-0000-0101", ("community", "safety")),
    ("welfare", "保健福祉課", "06-0000-0102", ("welfare",)),
    ("childcare", "子育て支援課", "06-0000-0103", ("childcare",)),
    ("mayors-office", "区長室", "06-0000-0104", ()),
)
TO_OFFICES: Final = (
    ("road", Office.Kind.WORKS),
    ("park", Office.Kind.PARKS),
    ("waste", Office.Kind.WASTE),
)
OWN_TEMPLATE: Final = {
    "code": "done",
    "title": "対応が終わったことを知らせる（区の言葉）",
    "body": "{受付番号}の件です。\n\n{受付日}にお知らせいただいた「{件名}」は、次のとおり対応しました。\n\n【対応の内容】\n\n気づいたことがありましたら、また{回答する課}へお知らせください。\n{区役所名}",
    "plain_body": "{受付番号}の ことです。\n\n{受付日}に おしえて もらった ことは、おわりました。\n\n【した こと】\n\nまた おしえて ください。\n{区役所名}",
}


def set_up_demo_ward_offices() -> None:
    """Set up each demo ward once; what somebody changed there stays."""
    plan = read_fixture("demo/consultations.json")
    for slug, rules in plan["rules"].items():
        ward = Ward.objects.get(slug=slug)
        offices = {office.kind: office for office in Office.objects.serving(ward)}
        with inside_ward(ward):
            _sections()
            _posts(slug)
            if not RoutingRule.objects.filter(source=SOURCE).exists():
                _rules(rules, offices)
            ReplyTemplate.objects.get_or_create(
                code=OWN_TEMPLATE["code"],
                defaults={key: text for key, text in OWN_TEMPLATE.items() if key != "code"},
            )


def _sections() -> None:
    for place, (code, name, phone, _) in enumerate(SECTIONS, start=2):
        if not Section.objects.filter(name=name).exists():
            Section.objects.get_or_create(
                code=code,
                defaults={
                    "name": name,
                    "phone": phone,
                    "order": place * 10,
                    "is_mayors_office": code == "mayors-office"
                    and Section.objects.mayors_office() is None,
                },
            )


def _posts(slug: str) -> None:
    sections = {section.code: section for section in Section.objects.all()}
    people = {user.email: user for user in User.objects.filter(is_demo=True)}
    for person in demo_people():
        if person["slug"] != slug or person["email"] not in people:
            continue
        for code, post in person.get("posts", {}).items():
            user = people[person["email"]]
            known = SectionPost.objects.filter(section=sections[code], person=user)
            if not known.exists():
                SectionPost.objects.create(
                    section=sections[code], person=user, post=post, valid_from=since_of(person)
                )


def _rules(rules: list, offices: dict[str, Office]) -> None:
    sections = {section.code: section for section in Section.objects.all()}
    categories = {category.code: category for category in Category.objects.all()}

    def add(category: str, section: str, areas: str = "", office: Office | None = None) -> None:
        RoutingRule.objects.create(
            category=categories[category],
            areas=areas,
            section=sections[section],
            office=office,
            valid_from=FIRST_DAY,
            source=SOURCE,
        )

    for category, kind in TO_OFFICES:
        add(category, "community", office=offices.get(kind))
    for code, _, _, own in SECTIONS:
        for category in own:
            add(category, code)
    kinds = dict(TO_OFFICES)
    for category, areas, section in rules:
        add(category, section, areas, office=offices.get(kinds.get(category)))
