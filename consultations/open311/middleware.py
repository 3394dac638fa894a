"""Refusals of GeoReport v2 that are made before or after its views: as documents, too."""

from django.http import HttpResponse

from consultations.open311.documents import Refusal, error_document

PREFIX = "/open311/v2/"
SENTENCES = {
    400: "送られた内容を読み取れません。UTF-8の application/x-www-form-urlencoded で送ってください。",
    404: "この住所には何もありません。",
    413: "送られた内容が大きすぎます。",
    429: "続けて送られたため、いまは受け付けられません。時間をおいて送ってください。",
    503: "いま、データベースにつながりません。時間をおいて呼び出してください。",
}
KEPT = ("Allow", "Retry-After")


class ErrorDocumentsMiddleware:
    """Turn the portal's pages of refusal into documents: a program cannot read them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        """Serve the request; below the interface's addresses no error is a page."""
        response = self.get_response(request)
        if response.status_code < 400 or not request.path.startswith(PREFIX):
            return response
        if not response.headers.get("Content-Type", "").startswith("text/html"):
            return response
        kind = "json" if request.path.endswith(".json") else "xml"
        sentence = SENTENCES.get(response.status_code, "処理できませんでした。")
        written = error_document(kind, Refusal(response.status_code, sentence))
        for name in KEPT:
            if name in response.headers:
                written.headers[name] = response.headers[name]
        return written
