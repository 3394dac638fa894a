"""How the web server runs, on one machine and in the container; the address is given outside."""

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
