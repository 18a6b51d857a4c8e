"""The contracts demos and exercises are written against. Start with demo.py; views.py says what a run may show."""

from app.kit.demo import Check, Demo, Option, Prediction, Preset, Result
from app.kit.exercise import Asked, Exercise, Mistake
from app.kit.knobs import Knob, knobs
from app.kit.pair import Pair, Seen, Tell
from app.kit.params import Expression, IntVector, Matrix, Params, Vector, knob, limit, seed
from app.kit.picture import Picture, picture, pixels
from app.kit.text import LANGS, Lang, Text, same, text
from app.kit.views import (
    Axis,
    Bars,
    BarSeries,
    Boxes,
    BoxSet,
    Contours,
    DragBox,
    Edge,
    Graph,
    Heatmap,
    Images,
    Lines,
    Mark,
    Node,
    Points,
    Region,
    Series,
    Steps,
    Surface,
    Table,
    View,
)  # fmt: skip

__all__ = [
    "LANGS", "Asked", "Axis", "BarSeries", "Bars", "BoxSet", "Boxes", "Check", "Contours", "Demo", "DragBox", "Edge",
    "Exercise", "Expression", "Graph", "Heatmap", "Images", "IntVector", "Knob", "Lang", "Lines", "Mark", "Matrix",
    "Mistake", "Node", "Option", "Pair", "Params", "Picture", "Points", "Prediction", "Preset", "Region", "Result",
    "Seen", "Series", "Steps", "Surface", "Table", "Tell", "Text", "Vector", "View", "knob", "knobs", "limit",
    "picture", "pixels", "same", "seed", "text",
]  # fmt: skip
