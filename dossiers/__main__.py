"""``python -m dossiers FILE``: write the source catalogue as Markdown to FILE."""

import sys
from pathlib import Path

from dossiers.catalogue import render_catalogue
from dossiers.loader import load

Path(sys.argv[1]).write_text(render_catalogue(load()), encoding="utf-8")
