"""Looking back and ahead: what the log says about a learner's memory, judgement and time. Pure, from the log alone.

history.py      the log as arrays          content.py      what the items are
memory.py       recall by topic over time  retention.py    recalled against predicted
workload.py     what comes in four weeks   calibration.py  how sure against how right
confusion.py    which twin for which       effort.py       minutes, and a calendar
trouble.py      hardest items, leeches     own.py          the learner's own parameters
share.py        shares with intervals      report.py       all of it, for the page and the API
"""

from app.services.progress.report import Progress, Section, report

__all__ = ["Progress", "Section", "report"]
