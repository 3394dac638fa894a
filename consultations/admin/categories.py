"""分野, and the questions of each in versions."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.html import format_html

from consultations.admin.dated_rows import InForceFilter, in_force_badge
from consultations.admin.typed_values import day_of
from consultations.choices import QuestionKind
from consultations.models import (
    Category,
    CategoryForm,
)
from consultations.questions import LARGEST_FORM
from consultations.services.configuring import add_form_version
from wards import clock
from wards.admin_base import WardModelAdmin
from wards.badges import badge
from wards.row_numbers import row_number

TRANSLATED = (
    ("names", "分野"),
    ("descriptions", "説明"),
    ("notices", "お知らせ"),
    ("stop_answers", "受付を止める案内"),
)
# As long as the Japanese ones may be; notices and stopping answers have no limit of their own.
LONGEST = {"names": 60, "descriptions": 200}
# A description in Japanese is of no use to who reads none: `Category.description_in`.
WHEN_EMPTY = {"descriptions": "表示なし"}
OTHER_LANGUAGES = [(code, name) for code, name in settings.LANGUAGES if code != "ja"]
BLANK_ROWS = 2


class CategoryFormOfAdmin(forms.ModelForm):
    """A category with each language in a field of its own: nobody types JSON."""

    class Meta:
        model = Category
        fields = (
            "code",
            "name",
            "description",
            "order",
            "notice",
            "stop_answer",
            "default_record_type",
            "is_staff_only",
            "is_publishable",
            "retention",
            "valid_from",
            "valid_to",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field, _ in TRANSLATED:
            known = getattr(self.instance, field) or {}
            for code, _name in OTHER_LANGUAGES:
                if f"{field}_{code}" in self.fields:
                    self.fields[f"{field}_{code}"].initial = known.get(code, "")

    def save(self, commit=True):
        """Put the languages together again; an empty one is left out."""
        for field, _ in TRANSLATED:
            if all(f"{field}_{code}" in self.cleaned_data for code, _name in OTHER_LANGUAGES):
                given = {
                    code: self.cleaned_data[f"{field}_{code}"].strip()
                    for code, _name in OTHER_LANGUAGES
                }
                setattr(self.instance, field, {code: text for code, text in given.items() if text})
        return super().save(commit)


def _language_fields() -> dict[str, forms.Field]:
    made: dict[str, forms.Field] = {}
    for field, label in TRANSLATED:
        widget = forms.TextInput if field in LONGEST else forms.Textarea(attrs={"rows": 2})
        for code, name in OTHER_LANGUAGES:
            made[f"{field}_{code}"] = forms.CharField(
                label=f"{label}（{name}）",
                required=False,
                max_length=LONGEST.get(field, 1_000),
                widget=widget,
            )
    return made


TranslatedCategoryForm = type("TranslatedCategoryForm", (CategoryFormOfAdmin,), _language_fields())


class CategoryAdmin(WardModelAdmin):
    """分野, with its questions in versions on a page of their own."""

    is_in_menu = False
    list_title = "分野一覧"
    form = TranslatedCategoryForm
    list_display = (
        "name",
        "code",
        "record_type_column",
        "for_whom_column",
        "questions_column",
        "retention",
        "in_force_column",
    )
    list_select_related = ("retention",)
    search_fields = ("name", "code")
    list_filter = (InForceFilter,)
    change_form_template = "admin/consultations/category_form.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "code",
                    "description",
                    "order",
                    "default_record_type",
                    "is_staff_only",
                    "is_publishable",
                    "retention",
                    "valid_from",
                    "valid_to",
                )
            },
        ),
        ("案内", {"fields": ("notice", "stop_answer")}),
        *(
            (
                f"他の言語の{label}（空欄は{WHEN_EMPTY.get(field, '日本語で表示')}）",
                {
                    "classes": ("collapse",),
                    "fields": tuple(f"{field}_{code}" for code, _ in OTHER_LANGUAGES),
                },
            )
            for field, label in TRANSLATED
        ),
    )

    def get_readonly_fields(self, request, obj=None):
        """Keep the code of a category that Open311 clients know."""
        return ("code",) if obj is not None else ()

    def get_urls(self):
        """Add the questions of a category."""
        view = self.admin_site.admin_view(self.questions_view)
        return [
            path("<int:pk>/questions/", view, name="consultations_category_questions"),
            *super().get_urls(),
        ]

    def get_queryset(self, request):
        """Count the questions of the version in force."""
        newest = CategoryForm.objects.filter(
            category=OuterRef("pk"), valid_from__lte=clock.today()
        ).order_by("-version")
        return (
            super()
            .get_queryset(request)
            .annotate(
                newest_version=Subquery(newest.values("version")[:1]),
                newest_questions=Subquery(newest.values("questions")[:1]),
            )
        )

    @admin.display(description="記録の種類")
    def record_type_column(self, category):
        """市民の声 or 要望等記録."""
        return category.get_default_record_type_display()

    @admin.display(description="使う人")
    def for_whom_column(self, category):
        """Citizens and staff, staff alone, or nobody because it stops."""
        if category.stop_answer:
            return badge("案内だけ", "warn", "■")
        return badge("職員だけ", "plain", "■") if category.is_staff_only else "市民・職員"

    @admin.display(description="質問")
    def questions_column(self, category):
        """How many questions of its own, in which version; leads to them."""
        count = len(category.newest_questions or [])
        words = f"{count}個（第{category.newest_version}版）" if category.newest_version else "なし"
        url = reverse("admin:consultations_category_questions", args=[category.pk])
        return format_html(
            '<a href="{}">{}<span class="visually-hidden">：{}の質問</span></a>',
            url,
            words,
            category.name,
        )

    @admin.display(description="使用")
    def in_force_column(self, category):
        """Whether it is in use today."""
        return in_force_badge(category, clock.today())

    def questions_view(self, request, pk: int):
        """Show the versions; on POST put new questions in force from a day."""
        if not request.user.has_perm("consultations.view_categoryform"):
            raise PermissionDenied
        category = Category.objects.filter(pk=pk).first()
        if category is None:
            raise Http404
        may_change = request.user.has_perm("consultations.add_categoryform")
        versions = list(CategoryForm.objects.filter(category=category))
        current = versions[0].questions if versions else []
        refusals: list[str] = []
        rows = [_row_of(question) for question in current]
        day_typed = clock.today().isoformat()
        if request.method == "POST":
            if not may_change:
                raise PermissionDenied("あなたの役割では、質問を変えられません。")
            rows = _typed_rows(request.POST)
            day_typed = request.POST.get("valid_from", "")
            try:
                if (day := day_of(day_typed)) is None:
                    raise ValidationError("適用の初日を日付で入力してください。")
                questions = [_question_of(row) for row in rows if row["label"] or row["code"]]
                form = add_form_version(category, questions, valid_from=day, actor=request.user)
            except ValidationError as refusal:
                refusals = refusal.messages
            else:
                messages.success(request, f"「{category}」の質問を第{form.version}版にしました。")
                return HttpResponseRedirect(request.path)
        blank = _row_of({"code": "", "label": "", "kind": QuestionKind.TEXT})
        rows += [blank] * min(BLANK_ROWS, LARGEST_FORM - len(rows))
        context = {
            "title": f"「{category}」の質問",
            "category": category,
            "versions": versions,
            "rows": rows,
            "day_typed": day_typed,
            "kinds": QuestionKind.choices,
            "refusals": refusals,
            "may_change": may_change,
            "most": LARGEST_FORM,
        }
        return self.page(request, "admin/consultations/questions.html", **context)


def _row_of(question: dict) -> dict:
    return {
        "code": question["code"],
        "label": question["label"],
        "kind": question["kind"],
        "required": bool(question.get("required")),
        "options": "\n".join(question.get("options", [])),
    }


def _typed_rows(post) -> list[dict]:
    count = min(row_number(post.get("rows", "0")) or 0, LARGEST_FORM + BLANK_ROWS)
    return [
        {
            "code": post.get(f"code_{n}", "").strip(),
            "label": post.get(f"label_{n}", "").strip(),
            "kind": post.get(f"kind_{n}", ""),
            "required": post.get(f"required_{n}") == "yes",
            "options": post.get(f"options_{n}", "").strip(),
        }
        for n in range(count)
        if post.get(f"remove_{n}") != "yes"
    ]


def _question_of(row: dict) -> dict:
    question = {
        "code": row["code"],
        "kind": row["kind"],
        "label": row["label"],
        "required": row["required"],
    }
    if row["kind"] == QuestionKind.CHOICE:
        question["options"] = [
            option.strip() for option in row["options"].splitlines() if option.strip()
        ]
    return question
