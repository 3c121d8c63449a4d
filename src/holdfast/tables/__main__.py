"""Write the page of all tables: `python -m holdfast.tables [FILE]`, docs/tables.md by default."""

from __future__ import annotations

import sys
from pathlib import Path

from holdfast.tables import tables_page


def main(arguments: list[str]) -> None:
    """Write the page to the file named first, or to docs/tables.md of the current folder."""
    path = Path(arguments[0] if arguments else "docs/tables.md")
    path.write_text(tables_page(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
