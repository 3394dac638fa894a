"""認定通知書（様式第2号）: a page that prints exactly on one sheet of A4."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path

from councils.choices import Position
from councils.models import Certification
from councils.services.certifications import reasons_no_certificate
from wards import clock


class CertificatePages:
    """Mixin for the admin of councils: `<pk>/certificate/<certification>/`."""

    def get_urls(self):
        """Add the page."""
        view = self.admin_site.admin_view(self.certificate_view)
        return [
            path(
                "<int:pk>/certificate/<int:certification>/",
                view,
                name="councils_communitycouncil_certificate",
            ),
            *super().get_urls(),
        ]

    def certificate_view(self, request, pk: int, certification: int) -> TemplateResponse:
        """Return the notice; one that does not hold today is refused with the reason."""
        council = self.thing_or_404(request, pk)
        held = (
            Certification.objects.filter(council=council, pk=certification)
            .select_related("area", "application__requirement_set")
            .first()
        )
        if held is None:
            raise Http404
        if reasons := reasons_no_certificate(held, clock.today()):
            raise PermissionDenied(reasons[0])
        officers = council.officers.in_force(held.certified_on)
        return TemplateResponse(
            request,
            "admin/councils/certificate.html",
            {
                "council": council,
                "certification": held,
                "representative": officers.filter(position=Position.REPRESENTATIVE).first(),
                "ward": request.ward,
                "back": self.address_of(council),
            },
        )
