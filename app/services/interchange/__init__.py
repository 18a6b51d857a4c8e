"""Everything in and out: a learner's data as one JSON file, as tables for a spreadsheet, as a deck for Anki and back.

document.py     our JSON file: bytes ↔ checked contents
restoring.py    such a file into the database: what is missing is added
histories.py    two logs of one item become one
spreadsheet.py  reviews and states as CSV
anki/           Anki's packages, read and written
reports.py      what an import says it did
"""
