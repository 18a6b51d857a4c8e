"""Views → pictures: plain Plotly dicts. The one place that knows ink.

ink.py       meaning → colour token, dash, width
arrays.py    arrays → Plotly's typed form, pictures → PNG
traces.py    the parts pictures are made of: curves, boxes, axes, marks
pictures.py  one function a view kind
tables.py    the same numbers as rows, for those who read instead of look
payload.py   a Result → the bytes on the wire
"""

from app.figures.payload import encode_result, encode_tables, figure, plain, plain_table

__all__ = ["encode_result", "encode_tables", "figure", "plain", "plain_table"]
