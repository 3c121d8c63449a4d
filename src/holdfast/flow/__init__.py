"""One turn of the river: files in, records kept, timelines laid out, figures counted."""

from holdfast.flow.answering.figures import Question
from holdfast.flow.bringing.importing import ImportReport
from holdfast.flow.opening import create, open
from holdfast.flow.workspace import Workspace

__all__ = ["ImportReport", "Question", "Workspace", "create", "open"]
