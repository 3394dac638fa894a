"""The addresses of GeoReport v2, each as .json and .xml."""

from django.urls import path, register_converter

from consultations.open311 import views


class _FormatConverter:
    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class _CodeConverter(_FormatConverter):
    regex = "[-a-zA-Z0-9_]+"


register_converter(_FormatConverter, "open311format")
register_converter(_CodeConverter, "open311code")

urlpatterns = [
    path("services.<open311format:kind>", views.service_list, name="open311_services"),
    path(
        "services/<open311code:code>.<open311format:kind>",
        views.service_definition,
        name="open311_service",
    ),
    path("requests.<open311format:kind>", views.request_list, name="open311_requests"),
    path(
        "requests/<int:number>.<open311format:kind>",
        views.request_detail,
        name="open311_request",
    ),
]
