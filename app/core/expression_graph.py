"""A formula as a computation graph: nodes are operations, and along the edges flow the numbers they make and use.

`parse` reads text into a graph with a tokeniser and precedence climbing; nothing is ever evaluated by Python.
Neighbours: autodiff.py (values, adjoints, tangents), graph_passes.py (what a framework removes from a graph).
"""

import math
import re
from collections.abc import Collection
from typing import NamedTuple

DEEPEST = 24
MOST_NODES = 40
FUNCTIONS = ("sin", "cos", "exp", "log", "relu", "sigmoid", "tanh")
BINARY = {"+": ("add", 1), "-": ("sub", 1), "*": ("mul", 2), "/": ("div", 2), "^": ("pow", 4)}
"""Symbol → operation and how tightly it binds; the unary minus binds with 3, between * and ^."""
TYPED = str.maketrans("（）＋－−＊×·／÷＾，", "()+--***//^,")
"""What Chinese keyboards and word processors write instead, one character for one."""
TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<symbol>\*\*|[-+*/^()])"
)


class Node(NamedTuple):
    """One node: an operation on the outputs of the nodes `inputs`, or an input by `name`, or a constant `value`."""

    op: str
    inputs: tuple[int, ...] = ()
    name: str = ""
    value: float = 0.0


Graph = tuple[Node, ...]
"""Nodes in topological order: every node comes after its inputs, the last one is the output."""


class ExpressionError(ValueError):
    """What is wrong with a formula. reason: character, number, name, call, operand, operator, opening, closing, end,
    deep or large. position: of the character, counted from 1. found: the token that stands there ("" at the end)."""

    def __init__(self, reason: str, position: int, found: str = "") -> None:
        super().__init__(f"{reason} at position {position}: {found!r}")
        self.reason, self.position, self.found = reason, position, found


class Token(NamedTuple):
    """kind: number, name, symbol or end. position: of its first character, counted from 1."""

    kind: str
    text: str
    position: int


def tokens(text: str) -> list[Token]:
    """The tokens of a formula, closed by one of kind "end". Raises ExpressionError ("character").

    >>> [token.text for token in tokens("2*x1 ** 3")]
    ['2', '*', 'x1', '^', '3', '']
    """
    found, at, text = [], 0, text.translate(TYPED)
    while at < len(text):
        match = TOKEN.match(text, at)
        if match:
            found.append(Token(str(match.lastgroup), match.group().replace("**", "^"), at + 1))
            at = match.end()
        elif text[at].isspace():
            at += 1
        else:
            raise ExpressionError("character", at + 1, text[at])
    return [*found, Token("end", "", len(text) + 1)]


class Parser:
    """Precedence climbing over the tokens; nodes are appended in the order in which they can be computed."""

    def __init__(self, text: str, variables: Collection[str] | None) -> None:
        self.tokens, self.variables = tokens(text), variables
        self.nodes: list[Node] = []
        self.place: dict[str, int] = {}

    def take(self) -> Token:
        return self.tokens.pop(0)

    def add(self, node: Node, token: Token) -> int:
        if len(self.nodes) == MOST_NODES:
            raise ExpressionError("large", token.position, token.text)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def expression(self, least: int = 1, depth: int = 1) -> int:
        """Parses operators that bind at least as tightly as `least`; returns the place of the node made last."""
        left = self.operand(depth)
        while (op := self.tokens[0]).text in BINARY and BINARY[op.text][1] >= least:
            self.take()
            name, binds = BINARY[op.text]
            right = self.expression(binds + (name != "pow"), depth + 1)  # only ^ groups to the right
            left = self.add(Node(name, (left, right)), op)
        return left

    def operand(self, depth: int) -> int:
        token = self.take()
        if depth > DEEPEST:
            raise ExpressionError("deep", token.position, token.text)
        if token.kind == "number":
            if not math.isfinite(float(token.text)):
                raise ExpressionError("number", token.position, token.text)
            return self.add(Node("const", value=float(token.text)), token)
        if token.kind == "name":
            return self.named(token, depth)
        if token.text == "(":
            return self.closed(token, depth)
        if token.text == "-":
            return self.add(Node("neg", (self.expression(3, depth + 1),)), token)
        if token.text == "+":
            return self.expression(3, depth + 1)
        raise ExpressionError("end" if token.kind == "end" else "operand", token.position, token.text)

    def named(self, token: Token, depth: int) -> int:
        """A function of something in parentheses, or a variable: one node however often it is used."""
        name = token.text
        if name in FUNCTIONS:
            bracket = self.take()
            if bracket.text != "(":
                raise ExpressionError("call", token.position, name)
            return self.add(Node(name, (self.closed(bracket, depth),)), token)
        if self.variables is not None and name not in self.variables:
            raise ExpressionError("name", token.position, name)
        if name not in self.place:
            self.place[name] = self.add(Node("input", name=name), token)
        return self.place[name]

    def closed(self, bracket: Token, depth: int) -> int:
        inside = self.expression(1, depth + 1)
        token = self.take()
        if token.kind == "end":
            raise ExpressionError("closing", bracket.position, "(")
        if token.text != ")":
            raise ExpressionError("operator", token.position, token.text)
        return inside


def parse(text: str, variables: Collection[str] | None = None) -> Graph:
    """The graph of a formula over + - * / ^ (or **), unary minus, numbers, parentheses, `variables` (any names when
    None) and the FUNCTIONS. Raises ExpressionError; at most MOST_NODES nodes, nested DEEPEST deep.

    Notes
    -----
    An input is one node however often it is used; an expression written twice makes two nodes (see graph_passes.py).
    -x^2 is -(x^2), and 2^3^2 is 2^(3^2).

    >>> [(node.name or node.op, node.inputs) for node in parse("log(x1) + x1*x2")]
    [('x1', ()), ('log', (0,)), ('x2', ()), ('mul', (0, 2)), ('add', (1, 3))]
    """
    parser = Parser(text, variables)
    parser.expression()
    token = parser.take()
    if token.kind != "end":
        raise ExpressionError("opening" if token.text == ")" else "operator", token.position, token.text)
    return tuple(parser.nodes)
