"""The page on which a thing begins: one form, the service that makes it, then the thing's own page."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect

from wards.desk.pages.steps import reasons_not_taken


class AddPage:
    """Mixin for an admin with pages of steps: `add/` asks for what a new thing needs."""

    add_form: type[forms.Form] = forms.Form
    add_template = ""

    def add(self, data: dict, actor) -> tuple:
        """Make the thing by its service; return it, and what the person is told.

        Raises ValidationError with the reasons why not.
        """
        raise NotImplementedError

    def add_view(self, request, form_url="", extra_context=None):
        """Ask, make, and lead to the new thing; a refusal keeps what was typed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = self.form_of(request, request.POST if request.method == "POST" else None)
        refusals: list[str] = []
        if form.is_bound and form.is_valid():
            try:
                made, told = self.add(dict(form.cleaned_data), request.user)
            except ValidationError as refusal:
                refusals = refusal.messages
            else:
                messages.success(request, told)
                return HttpResponseRedirect(self.address_after(request, made))
        elif form.is_bound:
            refusals = reasons_not_taken(form)
        return self.page(
            request,
            self.add_template,
            title=self.words_to_add,
            form=form,
            refusals=refusals,
            **self.add_context(request, form),
        )

    def form_of(self, request, typed) -> forms.Form:
        """Return the form with what was typed (None: nothing yet)."""
        return self.add_form(typed)

    def address_after(self, request, made) -> str:
        """Return where a thing just made leads: its own page."""
        return self.address_of(made)

    def add_context(self, request, form) -> dict:
        """Return what the page shows beside its form."""
        return {}
