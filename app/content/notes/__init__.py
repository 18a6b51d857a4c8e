"""A learner's own notes: a messy file of interview questions becomes cards, and every line that did not is named.

Pure: bytes in, a `Report` out. `read` is the way in; nothing here knows a database or a page.
"""

from app.content.notes.reading import read
from app.content.notes.report import Lost, Note, Report

__all__ = ["Lost", "Note", "Report", "read"]
