"""How the web server runs, on one machine and in the container; the address is given outside."""

from gunicorn import util
from gunicorn.http import wsgi

worker_class = "gthread"
workers = 2
threads = 4
timeout = 30
graceful_timeout = 20
# No access log: addresses and paths of residents are personal data (the portal writes its own log).
accesslog = None
control_socket_disable = True
# What serves is nobody's business: gunicorn would name itself in every answer.
wsgi.SERVER = "portal"

# Title and sentence of what is refused before the portal sees the request; 400 for all others.
REFUSALS = {
    400: (
        "リクエストを読み取れません",
        "送られた内容を読み取れませんでした。前のページに戻って、もう一度お試しください。",
    ),
    414: (
        "アドレスが長すぎます",
        "探す言葉や条件を減らして、もう一度お試しください。",
    ),
    431: (
        "送られた情報が大きすぎます",
        "ブラウザーに残っている、このサイトのCookieを消してから、もう一度お試しください。",
    ),
    500: (
        "サーバーで問題が起きました",
        "ご不便をおかけします。しばらくたってから、もう一度お試しください。",
    ),
}
# Written like templates/plain.html; nothing of the request is repeated in it.
REFUSAL_PAGE = """\
<!doctype html>
<html lang="ja">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}｜区政ポータル</title>
<link rel="stylesheet" href="/static/css/tokens.css">
<link rel="stylesheet" href="/static/css/portal.css">
</head>
<body>
<main class="plain-page" id="main">
<h1>{title}</h1>
<p>{sentence}</p>
<p><a href="/">トップページへ戻る</a></p>
</main>
</body>
</html>
"""


def refuse_in_words(sock, status: int, reason: str, _message: str) -> None:
    """Answer in Japanese where gunicorn would answer by itself, in English."""
    title, sentence = REFUSALS.get(status, REFUSALS[400])
    page = REFUSAL_PAGE.format(title=title, sentence=sentence).encode()
    head = (
        f"HTTP/1.1 {status} {reason}",
        "Connection: close",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(page)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'; style-src 'self'; frame-ancestors 'none'",
    )
    util.write_nonblock(sock, "\r\n".join((*head, "", "")).encode() + page)


util.write_error = refuse_in_words
