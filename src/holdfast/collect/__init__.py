"""What comes in: files, their mappings, and the rows that do not fit.

`stage` reads the files of one import into typed rows and rejects, in temporary tables of the
connection that keeps them; `folder` says which files feed which tables; `suggest_mapping`
proposes a mapping for headers that are not ours, and `headers_of` reads the headers of a file.
"""

from __future__ import annotations

from holdfast.collect.folder import Feed, folder, mapping_beside, read_mappings, table_of
from holdfast.collect.headers import suggest_mapping
from holdfast.collect.mapping import REJECT_COLUMNS, Mapping
from holdfast.collect.mending import Mended, mended, named_in, write_rejects
from holdfast.collect.readers import headers_of
from holdfast.collect.staging import Staged, stage
from holdfast.collect.watching import Progress

__all__ = [
    "REJECT_COLUMNS",
    "Feed",
    "Mapping",
    "Mended",
    "Progress",
    "Staged",
    "folder",
    "headers_of",
    "mapping_beside",
    "mended",
    "named_in",
    "read_mappings",
    "stage",
    "suggest_mapping",
    "table_of",
    "write_rejects",
]
