"""傍聴: the list to be put up at the door, numbers alone, and with names for the desk."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import path, reverse

from councils.forum.services.session_rows import MAY_CHANGE
from wards.desk.choices import AccessKind
from wards.desk.services import note_access

MAY_NOT_SEE_NAMES = "あなたの役割では、傍聴者の氏名を見られません。"


class ObserverPages:
    """Mixin for the admin of sessions: `<pk>/observers/`, with names after a press of the button."""

    def get_urls(self):
        """Add the pages."""
        wrap, name = self.admin_site.admin_view, "ward_forum_forumsession_observers"
        return [
            path("<int:pk>/observers/", wrap(self.observers_view), name=name),
            path("<int:pk>/observers/names/", wrap(self.names_view), name=f"{name}_names"),
            *super().get_urls(),
        ]

    def observers_view(self, request, pk: int):
        """Show numbers and who is let in, without names."""
        return self._observers_page(request, self.thing_or_404(request, pk))

    def names_view(self, request, pk: int):
        """Show the names too once it was asked for, and note who asked."""
        session = self.thing_or_404(request, pk)
        if request.method != "POST":
            address = reverse("admin:ward_forum_forumsession_observers", args=[session.pk])
            return HttpResponseRedirect(address)
        if not request.user.has_perm(MAY_CHANGE):
            raise PermissionDenied(MAY_NOT_SEE_NAMES)
        note_access(request, what=AccessKind.PERSONAL_DATA, about=str(session), page="傍聴者の氏名")
        return self._observers_page(request, session, shows_names=True)

    def _observers_page(self, request, session, *, shows_names=False):
        people = list(session.observer_list.all())
        decided = any(one.is_admitted is not None for one in people)
        return self.page(
            request,
            "admin/forum/observers.html",
            title="傍聴者の一覧",
            session=session,
            people=people,
            decided=decided,
            by_lot=any(one.drawn_place for one in people),
            admitted=[one for one in people if one.is_admitted],
            shows_names=shows_names,
            may_see_names=request.user.has_perm(MAY_CHANGE),
        )
