"""Pages of one thing with its steps: each step is a small form that calls the service of the rule.

A page shows every step that a person's role may take. What stands against one is told in its
place, before anybody types; a refused one keeps what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from wards.desk.pages.step_fields import text_field
from wards.row_numbers import row_number

MARK = "※必須"


def reasons_not_taken(form: forms.Form) -> list[str]:
    """Return what stands above a form that was not taken: what is wrong beside no field in sight.

    Where that is nothing, the words beside the fields say it, and the one above leads to them.
    """
    hidden = [error for field in form.hidden_fields() for error in field.errors]
    unseen = [*form.non_field_errors(), *hidden]
    return [str(error) for error in unseen] or ["下の＊の付いた項目の入力に誤りがあります。"]


class StepForm(forms.Form):
    """The form of a step; `about` is the thing it is taken for."""

    def __init__(self, *args, about, **kwargs):
        super().__init__(*args, **kwargs)
        self.about = about
        for field in self.fields.values():
            field.needed_when = MARK if field.required else ""


class RowForm(StepForm):
    """The fields of a row: empty for a new one (`about` is None), else as it is stored."""

    def __init__(self, *args, about=None, **kwargs):
        if about is not None:
            kwargs["initial"] = {name: getattr(about, name) for name in self.base_fields}
        super().__init__(*args, about=about, **kwargs)


class NothingToType(StepForm):
    """A step that is one button."""


class ReasonForm(StepForm):
    """A step that asks for its reason alone."""

    reason = text_field("理由", longest=1_000)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can be done: its words, its form, and the service that does it.

    `do` returns what the person is told, and where to go next if not to the same page. `against`
    returns what stands against it now, or None where it is not offered at all. `begins_with` returns
    what the form holds for a person before they typed. `place` is the part of the page where it
    stands.
    """

    code: str
    label: str
    form: type[StepForm]
    permission: str
    do: Callable[[Any, dict, Any], str | tuple[str, str]]
    against: Callable[[Any, Any], list[str] | None] = lambda thing, user: []
    begins_with: Callable[[Any, Any], dict | None] = lambda thing, user: None
    place: str = "side"
    intro: str = ""
    is_grave: bool = False
    is_next: bool = False


class StepPages:
    """Mixin for an admin whose things have a page of steps: `<pk>/change/` and `<pk>/act/<code>/`."""

    steps: tuple[Step, ...] = ()
    page_template = ""

    def get_urls(self):
        """Put the steps before Django's own addresses."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_act"
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:pk>/act/<slug:code>/", view, name=name), *super().get_urls()]

    def has_change_permission(self, request, obj=None) -> bool:
        """It changes by its steps, never field by field."""
        return False

    def thing_or_404(self, request, pk):
        """Return the thing; 403 without the right to see such things, 404 for a number of none."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        thing = self.things().filter(pk=row_number(pk)).first()
        if thing is None:
            raise Http404
        return thing

    def things(self):
        """Return the rows with what their page shows."""
        return self.model._default_manager.all()

    def page_context(self, request, thing, refused: dict) -> dict:
        """Return what the page shows beside its steps; `refused` are forms that were not taken."""
        raise NotImplementedError

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """Show the page."""
        thing = self.thing_or_404(request, object_id)
        if request.method not in ("GET", "HEAD"):
            raise PermissionDenied("画面のそれぞれのボタンで変更してください。")
        return self.thing_page(request, thing)

    def thing_page(self, request, thing, *, refused=None, **more) -> TemplateResponse:
        """Return the page of a thing; `refused` is the form that was not taken, by code and key."""
        context = {
            "title": str(thing),
            "thing": thing,
            "steps": self.offered(request, thing, refused or {}),
            "history_url": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_history", args=[thing.pk]
            ),
            **self.page_context(request, thing, refused or {}),
            **more,
        }
        return self.page(request, self.page_template, **context)

    def offered(self, request, thing, refused: dict) -> dict[str, list[dict]]:
        """Return the steps that the person may take, by their place on the page."""
        places: dict[str, list[dict]] = {}
        for step in self.steps:
            if not request.user.has_perm(step.permission):
                continue
            against = step.against(thing, request.user)
            if against is None:
                continue
            places.setdefault(step.place, []).append(
                self.shown(
                    step,
                    thing,
                    against=against,
                    form=refused.get((step.code, "")),
                    initial=step.begins_with(thing, request.user),
                )
            )
        return places

    def shown(self, step: Step, thing, *, against=(), form=None, key="", initial=None) -> dict:
        """Return a step as the template draws it; `key` tells forms of one step apart."""
        return {
            "code": step.code,
            "key": key,
            "label": step.label,
            "intro": step.intro,
            "against": list(against),
            "is_grave": step.is_grave,
            "is_next": step.is_next,
            "is_open": form is not None,
            "url": reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_act",
                args=[thing.pk, step.code],
            ),
            "form": form or step.form(about=thing, initial=initial, auto_id=f"{step.code}{key}-%s"),
        }

    def step(self, code: str) -> Step:
        """Return a step by its code; raise Http404 for none."""
        found = next((step for step in self.steps if step.code == code), None)
        if found is None:
            raise Http404
        return found

    def act_view(self, request, pk: int, code: str):
        """Take a step; a refusal is shown beside what was typed, and nothing is lost."""
        thing = self.thing_or_404(request, pk)
        step = self.step(code)
        if request.method != "POST":
            # Here leads the login after a session has ended: nothing was done, the thing is shown.
            return HttpResponseRedirect(self.address_of(thing))
        if not request.user.has_perm(step.permission):
            raise PermissionDenied("あなたの役割では、この手続きはできません。")
        key = request.POST.get("key", "")[:20]
        form = step.form(request.POST, request.FILES, about=thing, auto_id=f"{step.code}{key}-%s")
        refusals = []
        if form.is_valid():
            try:
                done = step.do(thing, form.cleaned_data, request.user)
            except ValidationError as refusal:
                refusals = refusal.messages
            else:
                # A step that begins another thing leads to its page.
                told, url = done if isinstance(done, tuple) else (done, self.address_of(thing))
                messages.success(request, told)
                return HttpResponseRedirect(url)
        else:
            refusals = reasons_not_taken(form)
        # The thing as it stands now: somebody else may have moved it meanwhile.
        thing = self.thing_or_404(request, pk)
        return self.thing_page(request, thing, refused={(step.code, key): form}, refusals=refusals)

    def address_of(self, thing) -> str:
        """Return the page of a thing."""
        return reverse(
            f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[thing.pk]
        )
