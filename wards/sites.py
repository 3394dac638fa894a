"""The two staff sites: a ward's, and 本庁's. Models are registered with one by name."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse

from wards.access import memberships_here, works_here
from wards.forms import StaffLoginForm, StaffPasswordChangeForm

log = logging.getLogger(__name__)

NOT_FOUND = "アドレスに誤りがあるか、この区にはないものです。"
GARBLED = "アドレスの条件か、送られた内容を読み取れませんでした。"
LOOK_IN_THE_LISTS = "上のメニューの一覧から、絞り込みや検索で探してください。"
# What a higher app puts on the start page: takes the request, returns template and context. A
# template that the context names as `below` is drawn under all panels: figures that are no work. A
# panel adds the pages whose notices it has told itself to `request.pages_told`.
Panel = Callable[..., tuple[str, dict] | None]
# Who is told of a refusal: takes the request and the reason in words.
Witness = Callable[..., None]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the menu that is no model's list; every page of `app_label` may belong to it."""

    label: str
    url_name: str
    permission: str
    label_for_readers: str = ""
    changing_permission: str = ""
    app_label: str = ""

    def label_for(self, user) -> str:
        """Return the page's name for a person: who may only read it is promised no entry."""
        if self.label_for_readers and not user.has_perm(self.changing_permission):
            return self.label_for_readers
        return self.label


class StaffSite(AdminSite):
    """An admin that asks for a membership in the schema served, not for a staff flag."""

    login_form = StaffLoginForm
    login_template = "admin/login.html"
    # The menu stands in the head of the page: it needs no script and takes no width.
    enable_nav_sidebar = False
    site_url = "/"
    index_title = "わたしの仕事"

    def __init__(self, name="admin"):
        super().__init__(name)
        self._menu: list[MenuEntry] = []
        self._panels: list[tuple[int, Panel]] = []
        self._witnesses: list[Witness] = []

    def add_menu_entry(self, label: str, url_name: str, permission: str, **more) -> None:
        """Add a page to the menu of those who hold the permission; `more` as in MenuEntry."""
        self._menu.append(MenuEntry(label, url_name, permission, **more))

    def add_panel(self, panel: Panel, *, order: int = 100) -> Panel:
        """Put a panel of a higher app on the start page, the lowest order first."""
        self._panels.append((order, panel))
        self._panels.sort(key=lambda pair: pair[0])
        return panel

    def add_witness(self, witness: Witness) -> Witness:
        """Let a higher app write down what was refused (C58); usable as a decorator."""
        self._witnesses.append(witness)
        return witness

    def has_permission(self, request) -> bool:
        """Say whether the person works here today (C16, C22: asked on every request)."""
        return request.user.is_active and works_here(request.user)

    def admin_view(self, view, cacheable=False):
        """Answer what is forbidden, unknown or garbled in words, inside the staff site's own page.

        Without this a mistyped address would lead out of the site, and a refused look-up would
        leave a traceback in the log as if something of ours had failed.
        """

        @wraps(view)
        def explained(request, *args, **kwargs):
            try:
                return view(request, *args, **kwargs)
            except PermissionDenied as refusal:
                return self.refused(request, str(refusal))
            except Http404 as problem:
                return self.not_found(request, problem)
            except (BadRequest, SuspiciousOperation) as problem:
                return self.garbled(request, problem)

        return super().admin_view(explained, cacheable)

    def page(self, request, template: str, /, **context) -> TemplateResponse:
        """Return a page of the site that is none of Django's own."""
        request.current_app = self.name
        return TemplateResponse(request, template, {**self.each_context(request), **context})

    def refused(self, request, reason: str) -> TemplateResponse:
        """Return the page that says why an action is forbidden here."""
        context = self.each_context(request)
        reason = reason or (
            f"あなたの役割（{context['roles_here']}）では、このページまたは操作を使えません。"
        )
        for witness in self._witnesses:
            witness(request, reason)
        context |= {"title": "この操作はできません", "reason": reason}
        return TemplateResponse(request, "admin/refused.html", context, status=403)

    def not_found(self, request, problem: Http404) -> TemplateResponse:
        """Return the page that says that there is nothing at this address, and where to look."""
        told = problem.args[0] if problem.args else ""
        reason = told if isinstance(told, str) and told.endswith("。") else NOT_FOUND
        context = {"title": "ページが見つかりません", "reason": reason, "advice": LOOK_IN_THE_LISTS}
        context = {**self.each_context(request), **context}
        return TemplateResponse(request, "admin/refused.html", context, status=404)

    def garbled(self, request, problem: Exception) -> TemplateResponse:
        """Return the page for an address or a form that no screen of ours makes; note its kind."""
        log.warning("%s at %s", type(problem).__name__, request.path)
        context = {
            "title": "リクエストを読み取れません",
            "reason": GARBLED,
            "advice": LOOK_IN_THE_LISTS,
        }
        context = {**self.each_context(request), **context}
        return TemplateResponse(request, "admin/refused.html", context, status=400)

    def index(self, request, extra_context=None):
        """Show what waits for this person."""
        request.pages_told = set()
        panels = [
            {"template": template, "context": context}
            for template, context in filter(None, (panel(request) for _, panel in self._panels))
        ]
        return super().index(request, {"panels": panels, **(extra_context or {})})

    def get_urls(self):
        """Leave out Django's redirect to a model's public page: ours have none."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def password_change(self, request, extra_context=None):
        """Let a person change their own password, writing nothing else about them."""
        request.current_app = self.name
        return PasswordChangeView.as_view(
            form_class=StaffPasswordChangeForm,
            success_url=reverse("admin:password_change_done", current_app=self.name),
            template_name="registration/password_change_form.html",
            extra_context={**self.each_context(request), **(extra_context or {})},
        )(request)

    @property
    def site_header(self) -> str:
        """Return the office's name for the head of the page."""
        return getattr(connection.tenant, "office_name", "区政ポータル")

    @property
    def site_title(self) -> str:
        """Return the name for the browser's tab."""
        return f"{self.site_header} 区政ポータル"

    def each_context(self, request) -> dict:
        """Add the roles held here, the menu, and whether this is a place for practice."""
        roles = [m.get_role_display() for m in memberships_here(request.user)]
        context = super().each_context(request)
        header = self._header_for(request)
        menu = self._menu_of(request, context["available_apps"])
        above = {url: url for _, url in menu if request.path.startswith(url)}
        above |= self._apps_above(request)
        return {
            **context,
            "site_header": header,
            "site_title": f"{header} 区政ポータル",
            "roles_here": "・".join(dict.fromkeys(roles)),
            "menu": menu,
            # A page below a list belongs to it; of two that stand above, the nearer one.
            "menu_place": above[max(above, key=len)] if above else "",
            "is_practice": settings.PORTAL_LOCAL,
        }

    def _apps_above(self, request) -> dict[str, str]:
        """Return the entries that stand for a whole app, by the address under which it lies."""
        apps = {
            reverse("admin:index") + f"{entry.app_label}/": reverse(entry.url_name)
            for entry in self._menu
            if entry.app_label and request.user.has_perm(entry.permission)
        }
        return {below: url for below, url in apps.items() if request.path.startswith(below)}

    def _header_for(self, request) -> str:
        """Return whose desk this is: a bureau's people work at 本庁, but not for 市民局."""
        bureaus = {membership.bureau for membership in memberships_here(request.user)}
        if len(bureaus) == 1 and (bureau := bureaus.pop()) is not None:
            return f"大阪市 {bureau.name}"
        return self.site_header

    def _menu_of(self, request, apps: list[dict]) -> list[tuple[str, str]]:
        """Return labels and addresses: the pages named first, then every other list."""
        named = {
            reverse(entry.url_name): entry.label_for(request.user)
            for entry in self._menu
            if request.user.has_perm(entry.permission)
        }
        lists = {
            model["admin_url"]: str(model["name"])
            for app in apps
            for model in app["models"]
            if model["admin_url"] and getattr(self._registry[model["model"]], "is_in_menu", True)
        }
        return [(label, url) for url, label in {**named, **lists, **named}.items()]


class WardSite(StaffSite):
    """The staff site of a ward office."""


class CitySite(StaffSite):
    """The staff site of 本庁."""


ward_site = WardSite(name="admin")
city_site = CitySite(name="admin")
