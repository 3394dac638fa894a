"""The base of every staff screen: Japanese titles, history from the database, no deletion."""

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import ChoiceField, Field
from django.http import Http404, QueryDict
from django.template.response import TemplateResponse

from wards.history import changes_of
from wards.row_numbers import row_number

# What Django's own filters write behind a field's name.
FILTER_ENDINGS = {"exact", "isnull", "id__exact"}

# What an address says of how a list is shown, not of what it holds.
NOT_FILTERS = ("p", "all", "e", "o", "format")


def filters_of(address: QueryDict) -> QueryDict:
    """Return what an address says of what the list holds."""
    filters = address.copy()
    for name in NOT_FILTERS:
        filters.pop(name, None)
    return filters


def _name_in_address(entry) -> str:
    """Return what a filter of `list_filter` is called in an address: a field, or its own name."""
    if isinstance(entry, type):
        return entry.parameter_name
    return entry if isinstance(entry, str) else entry[0]


class FieldsInWords:
    """Mixin for admins and inlines: a field says by its name what it misses, and what nothing means."""

    # What choosing nothing means, by field, where it is more than 「なし」.
    empty_choices: dict[str, str] = {}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Let a field that was left empty ask for itself by name."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        standard = Field.default_error_messages["required"]
        if field is not None and field.error_messages["required"] is standard:
            verb = "選んで" if isinstance(field, ChoiceField) else "入力して"
            field.error_messages["required"] = f"{field.label}を{verb}ください。"
        return field

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """Name the empty choice of a list of rows."""
        kwargs.setdefault("empty_label", self._empty_choice(db_field))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        """Name the empty choice of a fixed list."""
        if "choices" not in kwargs and db_field.name not in self.radio_fields:
            may_be_empty = db_field.blank or not (db_field.has_default() or "initial" in kwargs)
            kwargs["choices"] = db_field.get_choices(
                include_blank=may_be_empty, blank_choice=[("", self._empty_choice(db_field))]
            )
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def _empty_choice(self, db_field) -> str:
        known = self.empty_choices.get(db_field.name)
        return known or ("なし" if db_field.blank else "選んでください")


class WardModelAdmin(FieldsInWords, admin.ModelAdmin):
    """Django's admin as an office uses it.

    Lists are titled 「指標の実績一覧」, an unknown number is 404, nothing is deleted, and the history
    page reads the triggers' history: Django's own log knows nothing of imports and jobs.
    """

    list_per_page = 25
    list_max_show_all = 200
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_title = ""
    # False where another page leads to the list: the menu has room for what is done every day.
    is_in_menu = True
    # The words of the button that adds a row, and of the page it leads to.
    add_words = ""
    # What an empty list means; 「{add}」 stands for the button that adds a row.
    empty_sentence = "該当する行はありません。"
    empty_value_display = "—"
    # The fields that the history page tells; empty means all.
    history_fields: tuple[str, ...] = ()

    def lookup_allowed(self, lookup, value, request) -> bool:
        """Let an address filter by the filters on the screen and by nothing else.

        Django lets it ask any column: `?password__startswith=…` would tell a hash letter by letter.
        """
        columns = {field.name for field in self.opts.get_fields()} | {"pk"}
        if lookup.partition("__")[0] not in columns:
            # No column at all: Django answers such an address with the plain list.
            return True
        return any(
            lookup == name or lookup.removeprefix(f"{name}__") in FILTER_ENDINGS
            for name in map(_name_in_address, self.get_list_filter(request))
        )

    @property
    def words_to_add(self) -> str:
        """Return the words of the button that adds a row: 「課を登録する」."""
        return self.add_words or f"{self.opts.verbose_name}を登録する"

    def has_delete_permission(self, request, obj=None) -> bool:
        """Nothing is deleted: things end by date or by state."""
        return False

    def get_action_choices(self, request, default_choices=(("", "選んでください"),)):
        """Offer the actions below a first line in words."""
        return super().get_action_choices(request, list(default_choices))

    def changelist_view(self, request, extra_context=None):
        """Name the list after what it holds, and say what an empty one means."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if None in map(row_number, chosen):
            raise BadRequest("行の番号ではありません。")
        title = self.list_title or f"{self.opts.verbose_name_plural}一覧"
        extra_context = {
            "title": title,
            "empty_sentence": self.empty_sentence.format(add=self.words_to_add),
            "words_to_add": self.words_to_add,
            **(extra_context or {}),
        }
        return super().changelist_view(request, extra_context)

    def filtered(self, request):
        """Return the rows that the list with this address's filters holds, all its pages.

        Raise Http404 for a filter that the list does not know.
        """
        request.GET = filters_of(request.GET)
        try:
            return self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters as problem:
            raise Http404 from problem

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Title the form by the thing itself: 「指標の実績」, and below it which one."""
        title = self.words_to_add if object_id is None else self.opts.verbose_name
        extra_context = {"title": title, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, extra_context)

    def page(self, request, template: str, /, **context) -> TemplateResponse:
        """Return a page of its own beside the model's list."""
        return self.admin_site.page(request, template, **{"opts": self.opts, **context})

    def history_view(self, request, object_id, extra_context=None):
        """Show the history that the database wrote."""
        obj = self.get_object(request, object_id)
        if obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        context = {
            "title": "変更の履歴",
            "subtitle": str(obj),
            "object": obj,
            "changes": self.get_history(obj),
            **(extra_context or {}),
        }
        return self.page(request, "admin/object_history.html", **context)

    def get_history(self, obj) -> list:
        """Return the changes to tell about the object."""
        return changes_of(obj, fields=self.history_fields) if hasattr(obj, "events") else []

    def log_addition(self, request, obj, message):
        """Keep no second log beside the database's history."""

    def log_change(self, request, obj, message):
        """Keep no second log beside the database's history."""

    def log_deletions(self, request, queryset):
        """Keep no second log beside the database's history."""

    def _get_obj_does_not_exist_redirect(self, request, opts, object_id):
        # Django leads to the start page; a number of another ward must simply not exist here.
        raise Http404
