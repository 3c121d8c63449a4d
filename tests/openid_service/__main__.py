"""`python -m tests.openid_service`: serve the provider at PROVIDER_PORT until stopped."""

from __future__ import annotations

import os
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application

django.setup()
call_command("migrate", verbosity=0, interactive=False)
make_server(
    "127.0.0.1",
    int(os.environ["PROVIDER_PORT"]),
    get_wsgi_application(),
    server_class=ThreadedWSGIServer,
    handler_class=WSGIRequestHandler,
).serve_forever()
