"""Presets and predictions of the merge-tree demo."""

from app.kit import Option, Prediction, Preset, same, text

PRESETS = {
    "one-strategy": Preset(
        text(zh="40 个初始区域，79 个区域，64 个不同的框", en="40 initial regions, 79 regions, 64 different boxes"), {},
        {"segments": (40, 40), "regions": (79, 79), "boxes": (64, 64), "pairs": (90, 90), "all_pairs": (780, 780),
         "other_share": (0.8, 0.95), "abo": (0.81, 0.84)}),
    "nearly-done": Preset(
        text(zh="合并 33 次：还剩 7 个区域，轮廓已经像物体",
             en="After 33 merges 7 regions are left, and look like objects"),
        {"merge_step": 33}, {"step": (33, 33), "left": (7, 7), "regions": (79, 79)}),
    "colour-only": Preset(
        text(zh="只看颜色：背景一口一口吃掉邻居，树变高",
             en="Colour alone: the background swallows its neighbours, the tree grows tall"),
        {"use": ("C",)}, {"height": (18, 20), "other_than_colour": (0, 0), "regions": (79, 79)}),
    "size-only": Preset(
        text(zh="只看尺寸：小的先合，树矮", en="Size alone: the small join first, the tree stays low"),
        {"use": ("S",)}, {"height": (7, 9), "least_height": (6, 6), "falls": (0, 0)}),
    "coarse": Preset(
        text(zh="k=400：初始区域少一半，有的物体再也分不出来",
             en="k=400: half the initial regions, and some objects can never be told apart again"),
        {"k": 400}, {"segments": (20, 20), "regions": (39, 39), "abo": (0.70, 0.76)}),
    "eight-pooled": Preset(
        text(zh="8 种合起来：两百多个框，六个物体都对得很准",
             en="Eight pooled: some 260 boxes fit all six objects closely"),
        {"tab": "pool"},
        {"boxes_pool": (240, 290), "abo_one": (0.81, 0.84), "abo_pool": (0.96, 0.98), "recall_pool": (1, 1),
         "abo_random": (0.4, 0.6), "regions": (696, 696)}),
    "ten-scenes": Preset(
        text(zh="十个场景：单项里填充最好，8 种合起来最好",
             en="Ten scenes: fill is the best alone, eight pooled the best of all"),
        {"tab": "compare"},
        {"best_single": (3, 3), "gain": (0.05, 0.1), "gain_se": (0, 0.02), "gain_least": (0, 0.05),
         "abo_8": (0.95, 0.98), "abo_one": (0.87, 0.91), "two_part_C": (0.55, 0.7), "plain_C": (0.9, 1),
         "two_part_8": (0.85, 0.95)}),
    "ten-coarse": Preset(
        text(zh="十个场景，k=400：一种策略掉得最多", en="Ten scenes with k=400: the single strategy loses most"),
        {"tab": "compare", "k": 400}, {"abo_one": (0.77, 0.83), "abo_8": (0.92, 0.96), "segments": (17, 21)}),
}  # fmt: skip

PREDICTIONS = [
    Prediction(
        "regions",
        text(zh="初始分割给出 40 个区域。每次合并最相似的一对邻居，直到剩一个；过程中出现过的每个区域都算。"
                "一共几个区域？",
             en="The segmentation gives 40 initial regions. The most similar pair of neighbours is merged until one is "
                "left, and every region that ever existed counts. How many regions is that?"),
        "one-strategy", "regions",
        text(zh="每次合并少两个、多一个，所以要 39 次，共 40 + 39 = 79 = 2n−1。重复的框去掉以后还要少一些。",
             en="A merge takes two away and adds one: 39 merges, 40 + 39 = 79 = 2n−1. Without repeated boxes it is "
                "fewer."),
        (
            Option(same("40"), high=41, why=text(zh="合并出来的新区域也算。", en="The merged regions count too.")),
            Option(same("79"), 41, 200),
            Option(same("780"), 200, 1000, text(
                zh="那是任意两个区域的对数 n(n−1)/2；合并只有 n−1 次。",
                en="That is the number of pairs, n(n−1)/2; there are only n−1 merges.")),
            Option(text(zh="2000 左右", en="about 2000"), 1000, why=text(
                zh="那是照片上几种策略合起来的框数，不是一种策略的区域数。",
                en="That is what several strategies pooled give on a photograph, not one.")),
        ),
    ),
    Prediction(
        "single",
        text(zh="十个场景，四种相似度各自单独用。哪一种的平均最佳重叠最高？",
             en="Ten scenes, each of the four similarities on its own. Which has the highest average best overlap?"),
        "ten-scenes", "best_single",
        text(zh="框只关心外接矩形，而填充直接奖励紧凑的外接矩形：两半两色、条纹的物体也能拼起来。颜色最怕两色的物体。",
             en="A box is only as good as its outline, and fill rewards just that: parts of other colours and stripes "
                "come together too. Colour fails on objects of two colours."),
        (
            Option(text(zh="颜色", en="colour"), high=0.5, why=text(
                zh="单色物体上最好，两色物体上最差。", en="Best on plain objects, worst on those of two colours.")),
            Option(text(zh="纹理", en="texture"), 0.5, 1.5, text(
                zh="光滑的物体与光滑的背景纹理一样。",
                en="Smooth objects and a smooth background have the same texture.")),
            Option(text(zh="尺寸", en="size"), 1.5, 2.5, text(
                zh="它只让尺度均匀增长，不看内容。", en="It only makes scales grow evenly and looks at no content.")),
            Option(text(zh="填充", en="fill"), 2.5),
        ),
    ),
    Prediction(
        "pooled",
        text(zh="一个场景，一种策略：64 个框，ABO 是 0.82。再加 7 种（另一个颜色空间、不用颜色、k 减半），框合在一起。"
                "ABO 变成多少？",
             en="One scene and one strategy: 64 boxes, an ABO of 0.82. Seven more are added (another colour space, no "
                "colour similarity, half of k) and their boxes pooled. What is the ABO now?"),
        "eight-pooled", "abo_pool",
        text(zh="不同的策略错在不同的物体上，合起来每个物体取最好的一个；代价只是两百多个框。",
             en="Different strategies fail on different objects; pooled, every object takes the best. The price is "
                "some 260 boxes."),
        (
            Option(text(zh="仍是 0.82 左右", en="still about 0.82"), high=0.85, why=text(
                zh="它们是不同的树，错的物体也不同。", en="They are different trees and fail on different objects.")),
            Option(text(zh="约 0.9", en="about 0.9"), 0.85, 0.95, text(
                zh="低估了：还要高。", en="Too low: it rises further.")),
            Option(text(zh="0.95 以上", en="over 0.95"), 0.95),
        ),
    ),
    Prediction(
        "height",
        text(zh="40 个初始区域，只按颜色合并。从叶到根最多经过几次合并？（平衡的树是 6，一条链是 39）",
             en="40 initial regions, merged by colour alone. How many merges lie between a leaf and the root at most? "
                "(A balanced tree has 6, a chain 39.)"),
        "colour-only", "height",
        text(zh="大区域一旦形成，就一个接一个吃掉同色的小邻居，树像链条。尺寸项让小的先合，树高降到 8。",
             en="A large region, once there, swallows its small neighbours of the same colour one by one, as in a "
                "chain. The size term lets small ones join first: the height falls to 8."),
        (
            Option(text(zh="6 到 8，接近平衡", en="6 to 8, nearly balanced"), high=9, why=text(
                zh="那是只看尺寸的树。", en="That is the tree by size alone.")),
            Option(text(zh="20 左右，半条链", en="about 20, half a chain"), 9, 30),
            Option(text(zh="30 以上，几乎是一条链", en="over 30, nearly a chain"), 30, why=text(
                zh="太高：物体内部还各自成树。", en="Too high: objects still form trees of their own.")),
        ),
    ),
]  # fmt: skip
