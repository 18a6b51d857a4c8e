"""The networks of the ledger: how each is built, what is published about it, and the one idea it is known for."""

from collections.abc import Callable
from dataclasses import dataclass

from app.core.architectures.alexnet import alexnet
from app.core.architectures.googlenet import googlenet
from app.core.architectures.inception_v3 import inception_v3
from app.core.architectures.resnet import resnet
from app.core.architectures.vgg import vgg
from app.core.layer_table import Network
from app.kit import Text, text


@dataclass(frozen=True)
class Known:
    """A network with no what-if, and what torchvision's documentation prints of it: parameters, multiply-adds (called
    GFLOPS there, ·10⁹) at `size` px, and top-1 accuracy on ImageNet with the V1 weights (%)."""

    label: str
    build: Callable[[], Network]
    idea: Text
    parameters: int | None = None
    gmacs: float | None = None
    top1: float | None = None
    size: int = 224


ALEXNET = text(
    zh="AlexNet 的贡献：在 GPU 上把大网络训练成功，让 ReLU、Dropout 和数据增广流行起来。",
    en="AlexNet's part: a large net trained on GPUs; it made ReLU, dropout and augmentation popular.",
)
VGG = text(
    zh="VGG 的想法：只用 3×3 卷积，靠加深来扩大感受野。",
    en="VGG's idea: 3×3 convolutions only; depth is what widens the receptive field.",
)
GOOGLENET = text(
    zh="GoogLeNet 的想法：多分支，先用 1×1 压缩通道；GAP 代替大全连接堆。",
    en="GoogLeNet's idea: branches behind 1×1 convolutions that cut channels; GAP in place of the large FC stack.",
)
INCEPTION = text(
    zh="Inception v3 的想法：把大卷积核分解成小的、一维的；标签平滑等训练技巧。",
    en="Inception v3's idea: large kernels factorised into small and one-dimensional ones; label smoothing and more.",
)
RESNET = text(
    zh="ResNet 的想法：y = x + F(x)，恒等捷径让更深的网络反而容易训练。",
    en="ResNet's idea: y = x + F(x); with the identity as shortcut, deeper nets became easier to train.",
)

NETWORKS: dict[str, Known] = {
    "alexnet-paper": Known("AlexNet", alexnet, ALEXNET),
    "alexnet": Known("AlexNet (torchvision)", lambda: alexnet("torchvision"), ALEXNET, 61_100_840, 0.71, 56.522),
    "vgg-11": Known("VGG-11", lambda: vgg(11), VGG, 132_863_336, 7.61, 69.020),
    "vgg-13": Known("VGG-13", lambda: vgg(13), VGG, 133_047_848, 11.31, 69.928),
    "vgg-16": Known("VGG-16", lambda: vgg(16), VGG, 138_357_544, 15.47, 71.592),
    "vgg-19": Known("VGG-19", lambda: vgg(19), VGG, 143_667_240, 19.63, 72.376),
    "googlenet": Known("GoogLeNet", googlenet, GOOGLENET),
    "googlenet-torchvision": Known(
        "GoogLeNet (torchvision)", lambda: googlenet("torchvision"), GOOGLENET, 6_624_904, 1.50, 69.778
    ),
    "inception-v3": Known("Inception v3", inception_v3, INCEPTION, 23_834_568, 5.71, 77.294, 299),
    "resnet-18": Known("ResNet-18", lambda: resnet(18), RESNET, 11_689_512, 1.81, 69.758),
    "resnet-34": Known("ResNet-34", lambda: resnet(34), RESNET, 21_797_672, 3.66, 73.314),
    "resnet-50": Known("ResNet-50", lambda: resnet(50), RESNET, 25_557_032, 4.09, 76.130),
    "resnet-101": Known("ResNet-101", lambda: resnet(101), RESNET, 44_549_160, 7.80, 77.374),
    "resnet-152": Known("ResNet-152", lambda: resnet(152), RESNET, 60_192_808, 11.51, 78.312),
}
