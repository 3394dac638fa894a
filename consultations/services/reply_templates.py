"""回答のひな形: the city's and the ward's own in their place, with how often each was used."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Max

from consultations.city.models import CityReplyTemplate
from consultations.models import Consultation, Reply, ReplyTemplate
from consultations.reply_texts import filled_in
from wards.wareki import wareki


@dataclass(frozen=True, slots=True)
class Template:
    """A template as an officer chooses it: the city's, or the ward's own in its place."""

    code: str
    title: str
    body: str
    plain_body: str
    is_wards_own: bool
    city_body: str
    used: int
    last_used_on: object


def templates() -> list[Template]:
    """List the templates of the city and the ward with how often and when each was last used."""
    uses = {
        row["template_code"]: row
        for row in Reply.objects.sent()
        .exclude(template_code="")
        .order_by()
        .values("template_code")
        .annotate(used=Count("pk"), last=Max("sent_at"))
    }
    city = {row.code: row for row in CityReplyTemplate.objects.filter(is_active=True)}
    own = {row.code: row for row in ReplyTemplate.objects.all()}
    found = []
    for code in {**city, **own}:
        row = own.get(code) or city[code]
        if not row.is_active:
            continue
        use = uses.get(code, {})
        found.append(
            Template(
                code=code,
                title=row.title,
                body=row.body,
                plain_body=row.plain_body,
                is_wards_own=code in own,
                city_body=city[code].body if code in city else "",
                used=use.get("used", 0),
                last_used_on=use.get("last"),
            )
        )
    return sorted(found, key=lambda template: (-template.used, template.title))


def text_from_template(template: Template, consultation: Consultation) -> str:
    """Return the template's text with the values of a case; 「やさしい日本語」 where it was written in it."""
    plain = consultation.language == "ja-hira" and template.plain_body
    return filled_in(
        plain or template.body,
        {
            "受付番号": consultation.number,
            "受付日": wareki(consultation.received_on),
            "件名": consultation.subject,
            "回答する課": consultation.section.name,
            "期限": wareki(consultation.due_on),
            "区役所名": connection.tenant.office_name,
        },
    )
