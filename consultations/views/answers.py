"""The published answers of a ward: list, one answer, months, files, feed."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from consultations.answer_files import answers_file, months_file
from consultations.answer_query import AnswerQuery, month_label
from consultations.choices import ResponseKind, WithholdReason
from consultations.public_answers import (
    as_public,
    categories_with_answers,
    each_public,
    public_answer,
    publication_months,
    totals_of,
)
from kpis.data_files import file_response
from wards.list_pages import page_of
from wards.xml_text import printable

PER_PAGE = 20
IN_FEED = 30


@require_safe
def answer_list(request):
    """Show the published answers that meet the conditions, or give them as a file."""
    asked = AnswerQuery.of(request)
    rows = asked.rows()
    if (wanted := request.GET.get("format")) is not None:
        file = answers_file(
            request.ward,
            each_public(rows),
            asked.words_for_reader,
            has_samples=rows.filter(consultation__is_demo=True).exists(),
        )
        return file_response(wanted, file)
    page = page_of(request, rows, PER_PAGE)
    answers = as_public(page.object_list)
    months = [month for month in publication_months() if month.published]
    return render(
        request,
        "consultations/answer_list.html",
        {
            "asked": asked,
            "page": page,
            "answers": answers,
            "has_samples": any(answer.is_sample for answer in answers),
            "categories": categories_with_answers(),
            "kinds": ResponseKind.choices,
            "periods": _periods(months),
        },
    )


def _periods(months) -> list[tuple[str, str, int]]:
    """List the years and their months in which something was published, with counts."""
    periods = []
    for year in sorted({month.month.year for month in months}, reverse=True):
        of_year = [month for month in months if month.month.year == year]
        periods.append((str(year), f"{year}年", sum(month.published for month in of_year)))
        periods += [
            (f"{m.month:%Y-%m}", f"　{month_label(year, m.month.month)}", m.published)
            for m in of_year
        ]
    return periods


@require_safe
def answer_detail(request, number: int):
    """Show one published answer."""
    answer = public_answer(number)
    if answer is None:
        raise Http404("この番号の公表はありません。公表が取り下げられたことも考えられます。")
    return render(
        request,
        "consultations/answer_detail.html",
        {"answer": answer, "has_samples": answer.is_sample},
    )


@require_safe
def month_list(request):
    """Show how many were published each month, and how many withheld by which numbered reason."""
    months = publication_months()
    if (wanted := request.GET.get("format")) is not None:
        return file_response(wanted, months_file(request.ward, months))
    return render(
        request,
        "consultations/answer_months.html",
        {
            "months": [(month_label(m.month.year, m.month.month), m) for m in months],
            "reasons": [label for _, label in WithholdReason.choices],
            "totals": totals_of(months) if months else None,
        },
    )


class AnswerFeed(Feed):
    """The newest answers as RSS; with `?category=` those of one category."""

    language = "ja"

    def get_object(self, request):
        """Remember whose feed it is."""
        return request.ward, AnswerQuery.of(request)

    def title(self, asked) -> str:
        """Name the ward, and the category where one is chosen."""
        ward, query = asked
        return f"{ward.office_name}　市民の声と回答" + (
            f"（{query.words_for_reader}）" if query.is_narrowed else ""
        )

    def link(self, asked) -> str:
        """Lead to the same list as a page."""
        query = asked[1].query
        return reverse("consultations:answers") + (f"?{query}" if query else "")

    def description(self, asked) -> str:
        """Say what is published here."""
        return f"{asked[0].name}に寄せられた相談・要望の要旨と、市の考え方です。"

    def items(self, asked):
        """Return the newest answers."""
        return as_public(asked[1].rows()[:IN_FEED])

    def item_title(self, item) -> str:
        """Return 件名."""
        return printable(item.title)

    def item_description(self, item) -> str:
        """Return 要旨 and 市の考え方."""
        view = f"\n\n【市の考え方】\n{item.city_view}" if item.city_view else ""
        return printable(f"【要旨】\n{item.summary}{view}")

    def item_link(self, item) -> str:
        """Lead to the answer's page."""
        return reverse("consultations:answer", args=[item.number])

    def item_pubdate(self, item) -> datetime:
        """Return the beginning of 公表日 in Osaka."""
        return timezone.make_aware(datetime.combine(item.published_on, time()))

    def item_categories(self, item) -> tuple[str, ...]:
        """Return 分野."""
        return (printable(item.category_name),)
