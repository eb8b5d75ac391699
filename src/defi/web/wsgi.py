"""The entry point of the web server."""

from __future__ import annotations

import os
from threading import Thread

from django.core.wsgi import get_wsgi_application

from defi.kernel.processes import die_with_announced_parent

# A process that answers requests outlives a killed parent, and goes on answering, unless told otherwise.
die_with_announced_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "defi.settings")
pages = get_wsgi_application()

# Whoever types the first need of the day does not wait for the index of the jobs.
from defi.reference.reading.door import prepare  # noqa: E402  (models need the application)
from defi.reference.reading.gather import serve_while_building  # noqa: E402
from defi.web.static_files import with_static_files  # noqa: E402

application = with_static_files(pages)
serve_while_building()
Thread(target=prepare, daemon=True).start()
