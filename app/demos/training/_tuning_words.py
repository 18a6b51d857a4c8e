"""Names of the tuning bench in both languages, and how a learning rate is written."""

import math

from app.core.tuning import CLASSES
from app.kit import Text, same, text

OPTIMISER: dict[str, Text] = {
    "sgd": same("SGD"), "momentum": text(zh="动量法", en="momentum"), "adamw": same("AdamW"),
}  # fmt: skip
INIT: dict[str, Text] = {
    "he": text(zh="He：2/n_in", en="He: 2/n_in"),
    "xavier": text(zh="Xavier：2/(n_in+n_out)", en="Xavier: 2/(n_in+n_out)"),
    "lecun": text(zh="LeCun：1/n_in", en="LeCun: 1/n_in"),
    "pytorch": text(zh="nn.Linear 默认：1/(3n_in)", en="nn.Linear default: 1/(3n_in)"),
    "small": text(zh="标准差固定 0.01", en="std 0.01, whatever n"),
    "large": text(zh="标准差固定 1", en="std 1, whatever n"),
}
SHORT: dict[str, Text] = {
    "he": same("He"), "xavier": same("Xavier"), "lecun": same("LeCun"), "pytorch": same("nn.Linear"),
    "small": same("0.01"), "large": same("1"),
}  # fmt: skip
COLOUR = {"sgd": "gradient-descent", "momentum": "momentum", "adamw": "adamw"}
"""The keys under which figures know the optimisers."""
LN_K = math.log(CLASSES)
TRAINING = text(zh="正在训练……", en="Training …")


def spaced(name: Text) -> str:
    """The Chinese name as it stands between Chinese words: Latin letters take a space on either side."""
    return f" {name.zh} " if name.zh.isascii() else name.zh


def written(rate: float) -> str:
    """0.316, 0.01, 3.2×10⁻⁴."""
    if rate >= 1e-3:
        return f"{rate:.3g}"
    mantissa, exponent = f"{rate:.1e}".split("e")
    return f"{mantissa}×10" + str(int(exponent)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
