"""Write the pages of all tables and views: `python -m holdfast.tables [FOLDER]`, docs by default."""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast.tables import tables_page, views_page


def main(arguments: list[str]) -> None:
    """Write tables.md and views.md to the folder named first, or to docs of the current folder."""
    folder = Path(arguments[0] if arguments else "docs")
    (folder / "tables.md").write_text(tables_page(), encoding="utf-8")
    (folder / "views.md").write_text(views_page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
