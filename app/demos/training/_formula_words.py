"""What is wrong with a formula, and how an operation is written, in both languages."""

from app.core.expression_graph import DEEPEST, FUNCTIONS, MOST_NODES, ExpressionError
from app.kit import Text, text

NAMES = ("x1", "x2", "x3", "x4", "x5")


def complaint(error: ExpressionError) -> Text:
    """One sentence that names the place and says what to do."""
    n, found = error.position, error.found
    match error.reason:
        case "character":
            return text(zh=f"公式的第 {n} 个字符不能识别，请删掉或换掉它。",
                        en=f"Character {n} of the formula has no meaning here: remove or replace it.")  # fmt: skip
        case "number":
            return text(
                zh=f"第 {n} 个字符开始的数太大了。", en=f"The number that begins at character {n} is too large."
            )
        case "name":
            functions = ", ".join(FUNCTIONS)
            return text(zh=f"第 {n} 个字符：不认识 {found}。变量是 x1 到 x5，函数有 {functions}。",
                        en=f"Character {n}: no such name as {found}. There are x1 to x5 and {functions}.")  # fmt: skip
        case "call":
            return text(zh=f"第 {n} 个字符：{found} 后面要跟括号，例如 {found}(x1)。",
                        en=f"Character {n}: {found} needs parentheses, like {found}(x1).")  # fmt: skip
        case "operand":
            return text(zh=f"第 {n} 个字符处应是数、变量或左括号，而不是 {found}。",
                        en=f"Character {n} should begin a number, a variable or a bracket, not {found}.")  # fmt: skip
        case "operator":
            return text(zh=f"第 {n} 个字符（{found}）前面缺少运算符，例如乘号 *。",
                        en=f"An operator is missing before character {n} ({found}), for instance *.")  # fmt: skip
        case "opening":
            return text(zh=f"第 {n} 个字符的右括号没有对应的左括号。", en=f"The ) at character {n} closes nothing.")
        case "closing":
            return text(zh=f"第 {n} 个字符的左括号没有闭合。", en=f"The ( at character {n} is never closed.")
        case "deep":
            return text(zh=f"第 {n} 个字符处嵌套超过 {DEEPEST} 层，请拆开写。",
                        en=f"Nested more than {DEEPEST} deep at character {n}: write it flatter.")  # fmt: skip
        case "large":
            return text(zh=f"到第 {n} 个字符，图已超过 {MOST_NODES} 个节点，请写短一些。",
                        en=f"At character {n} the graph passes {MOST_NODES} nodes: shorten the formula.")  # fmt: skip
        case _:
            return text(zh=f"公式在第 {n} 个字符处就结束了，后面还缺一个数、变量或括号。",
                        en=f"The formula ends at character {n}; a number, variable or bracket is missing.")  # fmt: skip


def short(x: object, digits: int = 4) -> str:
    """A number in a node, on an edge, in a sentence."""
    value = float(x)  # type: ignore[arg-type]
    if value != value:
        return "NaN"
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "-∞"
    return f"{value + 0.0:.{digits}g}"


def plural(count: float, word: str) -> str:
    """1 operation, 2 operations."""
    return f"{count:.0f} {word}{'' if count == 1 else 's'}"
