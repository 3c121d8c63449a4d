"""What a WSGI server loads: `granian --interface wsgi holdfast.web.wsgi:application`."""

from __future__ import annotations

import os
import signal
import threading
import time
from importlib import import_module
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from holdfast.web.opening import ready

ready(Path(os.environ.get("HOLDFAST_WORKSPACE", ".")), migrate=False)
application = get_wsgi_application()
if proxies := import_module("holdfast.web.settings").INSTALLATION["TRUSTED_PROXIES"]:
    application = wrap_wsgi_with_proxy_headers(application, proxies)
taking = import_module("holdfast.web.api.taking")

LOOK_SECONDS = 1.0


def _watch(parent: int) -> None:
    """Close the spool's old segments; leave when the process that started this one is gone."""
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
        taking.SPOOL.rest()
    os.kill(os.getpid(), signal.SIGTERM)


threading.Thread(target=_watch, args=(os.getppid(),), name="watch", daemon=True).start()
