"""The merge-tree demo: exact counts, what holds on every scene, and its exercises by other means."""

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.boxes import iou
from app.core.graph_segmentation import segment_graph
from app.core.object_scenes import draw_scene
from app.demos.detection._merge_compare import measured
from app.demos.detection._merge_strategies import Search, Strategy, diversified
from app.demos.detection._merge_tree import replay
from app.demos.detection._merge_views import outline, painted
from app.demos.detection.merge_tree_explorer import MergeTreeParams, demo
from app.exercises.detection import edge_limit, grouped_regions, region_fill
from app.figures import encode_result
from app.kit.params import LimitError


def run(**values):
    result = demo.final(MergeTreeParams(**values))
    assert all(check.deviation <= check.tolerance for check in result.checks)
    return result


def view(result, id):
    return next(v for v in result.views if v.id == id)


@pytest.mark.parametrize("seed", [0, 3, 11, 42, 99])
@pytest.mark.parametrize("use", [("C",), ("S", "F"), ("F", "C", "T", "S")])
def test_2n_minus_1_regions_whatever_is_added_up(seed, use):
    s = run(scene_seed=seed, use=use).scalars
    n = s["segments"]
    assert s["regions"] == 2 * n - 1 >= s["boxes"]
    assert s["all_pairs"] == n * (n - 1) / 2 > s["pairs"] >= n - 1
    assert s["least_height"] <= s["height"] <= n - 1
    assert (s["other_than_colour"] == 0) == (use == ("C",))
    assert s["computed"] < s["exhaustive"] / 5


def test_comparing_any_two_at_every_step_costs_a_tetrahedral_number():
    n = int(run().scalars["segments"])
    assert run().scalars["exhaustive"] == sum(m * (m - 1) / 2 for m in range(2, n + 1))


@pytest.mark.parametrize("seed", range(11, 17))
def test_size_keeps_the_tree_low_and_colour_lets_it_grow(seed):
    colour, size = (run(scene_seed=seed, use=(letter,)).scalars for letter in "CS")
    assert size["height"] < 0.6 * colour["height"] or colour["segments"] < 36
    assert size["height"] < colour["height"]
    assert size["height"] <= 2 * size["least_height"]


def test_every_step_of_the_tree_agrees_with_the_pixels():
    n = int(run(scene_seed=5, k=400).scalars["segments"])
    for step in {*range(0, n, 3), n - 2, n - 1}:
        r = run(scene_seed=5, k=400, merge_step=step)
        assert (r.scalars["step"], r.scalars["left"]) == (step, n - step)
        frames = view(r, "merges")
        assert frames.labels[frames.start].en.startswith(f"Merge {step}:" if step else "Start")
        assert len(np.unique(view(r, "partitions").images[2].reshape(-1, 3), axis=0)) >= n - step


def test_too_many_steps_stop_at_the_last_merge_and_say_so():
    r = run(merge_step=150)
    assert r.scalars["left"] == 1
    assert any("There are only 39 merges" in note.en for note in r.notes)
    assert not any("There are only" in note.en for note in run(merge_step=39).notes)


def test_adjacency_replayed_counts_what_grouping_computes(monkeypatch):
    from app.core import selective_search

    calls = []
    original = selective_search.size_similarity
    monkeypatch.setattr(selective_search, "size_similarity", lambda *a: calls.append(a) or original(*a))
    search, strategy = Search(draw_scene(np.random.default_rng(2))), Strategy("lab", "S", 150)
    tree = search.tree(strategy)
    assert replay(search.labels("lab", 150), tree)[0] == len(calls)


def test_the_default_and_seven_more_are_the_papers_fast_mode():
    eight = diversified(Strategy("hsv", "CTSF", 100))
    assert len(set(eight)) == 8
    assert set(eight) == {Strategy(s, u, k) for s in ("hsv", "lab") for u in ("CTSF", "TSF") for k in (50, 100)}
    for first in (Strategy("lab", "TSF", 40), Strategy("rgb", "C", 20)):
        assert diversified(first)[0] == first
        assert len(set(diversified(first))) == 8


@pytest.mark.parametrize("seed", range(11, 14))
def test_pooling_never_loses_and_chance_is_far_behind(seed):
    curve = [run(tab="pool", scene_seed=seed, strategies=m).scalars for m in (1, 2, 4, 8)]
    abo = [s["abo_pool"] for s in curve]
    assert abo == sorted(abo)
    assert [s["boxes_pool"] for s in curve] == sorted(s["boxes_pool"] for s in curve)
    last = curve[-1]
    assert last["abo_pool"] >= last["alone_most"]
    assert last["abo_random"] < 0.75 * last["abo_pool"]
    assert last["boxes_pool"] < 600 < 1e-4 * last["possible"]


def test_the_curves_rise_to_the_plateau_and_the_threshold_moves_only_the_recall():
    loose, strict = (run(tab="pool", threshold=t) for t in (0.5, 0.9))
    for r in (loose, strict):
        for series in [*view(r, "abo").series, *view(r, "recall").series]:
            assert np.all(np.diff(series.y) >= -1e-12)
    assert loose.scalars["abo_pool"] == strict.scalars["abo_pool"]
    assert loose.scalars["recall_one"] > strict.scalars["recall_one"]


def significant(gain):
    return gain.mean() > 3 * gain.std(ddof=1) / np.sqrt(len(gain))


def test_over_seeds_that_no_preset_shows_fill_is_the_best_single():
    """Twenty scenes, paired; the lead over colour is the smallest and is shown in its mean alone."""
    abo = {letter: [] for letter in "CTSF"}
    for seed in range(1000, 1020):
        search = Search(draw_scene(np.random.default_rng(seed)))
        for letter, values in abo.items():
            values.append(search.covered(search.tree(Strategy("hsv", letter, 100)).regions.boxes).mean())
    c, t, s, f = (np.array(values) for values in abo.values())
    assert significant(f - t)
    assert significant(f - s)
    assert f.mean() > c.mean() + 0.01


def test_over_seeds_that_no_preset_shows_eight_strategies_beat_one():
    overlaps, boxes, _, kinds = measured(Strategy("hsv", "CTSF", 100), 1000)
    abo = {key: np.array([o.mean() for o in some]) for key, some in overlaps.items()}
    assert significant(abo["8"] - abo["one"])
    assert (abo["8"] - abo["one"]).min() >= 0
    assert 2 < (boxes["8"] / boxes["one"]).mean() < 8
    assert len(kinds) == sum(len(o) for o in overlaps["C"])


def test_an_outline_encloses_its_mask():
    rng = np.random.default_rng(0)
    mask = rng.random((9, 7)) < 0.4
    x, y = outline(mask)
    assert len(x) == len(y) and len(x) % 3 == 0
    pieces = {((x[i], y[i]), (x[i + 1], y[i + 1])) for i in range(0, len(x), 3)}
    length = sum(abs(a - c) + abs(b - d) for (a, b), (c, d) in pieces)
    padded = np.pad(mask, 1)
    assert length == (padded[1:] != padded[:-1]).sum() + (padded[:, 1:] != padded[:, :-1]).sum()
    one = np.zeros((4, 5), dtype=bool)
    one[1:3, 1:4] = True
    x, y = outline(one)
    assert (np.nanmin(x), np.nanmax(x), np.nanmin(y), np.nanmax(y), len(x)) == (1, 4, 1, 3, 12)


def test_regions_are_painted_in_their_mean_colour():
    picture = np.random.default_rng(0).random((6, 8, 3))
    labels = np.repeat([[3] * 4 + [9] * 4], 6, axis=0)
    out = painted(picture, labels)
    np.testing.assert_allclose(out[0, 0], picture[:, :4].mean(axis=(0, 1)), atol=1e-12)
    np.testing.assert_allclose(out[5, 7], picture[:, 4:].mean(axis=(0, 1)), atol=1e-12)
    np.testing.assert_allclose(out[2, 4], 0.35 * out[2, 5], atol=1e-12)


def test_boxes_drawn_are_the_trees():
    r = run()
    search = Search(draw_scene(np.random.default_rng(11)))
    tree = search.tree(Strategy("hsv", "CTSF", 100))
    frames = view(r, "merges").frames
    assert len(frames) == 40
    for t, frame in enumerate(frames[1:]):
        assert frame.sets[-1].boxes.tolist() == [tree.regions.boxes[40 + t].tolist()]
    best = iou(tree.regions.boxes, search.scene.boxes).max(axis=0)
    assert [row[1] for row in view(r, "found").rows] == best.round(3).tolist()


@pytest.mark.parametrize(
    "values",
    [{"k": 20, "scene_seed": 6}, {"k": 20, "space": "intensity"}, {"k": 400, "space": "lab", "scene_seed": 37},
     {"tab": "pool", "k": 20, "space": "lab", "use": ("T", "S", "F")}, {"tab": "pool", "use": ("F",), "k": 400}],
    ids=str,
)  # fmt: skip
def test_corners_of_the_knobs_hold_their_checks_and_fit_the_wire(values):
    assert len(encode_result(demo.id, "", run(**values))) < 512 << 10


def test_nothing_to_add_up_is_refused():
    with pytest.raises(ValidationError) as refused:
        MergeTreeParams(use=())
    assert isinstance(refused.value.errors()[0]["ctx"]["error"], LimitError)


def asked(exercise, level):
    for seed in range(60):
        yield exercise.generate(np.random.default_rng([seed, level]), level), exercise.ask(seed, level)


def test_grouping_a_heap_of_numbers_gives_the_number_of_regions():
    for level in (1, 2, 3):
        for p, q in asked(grouped_regions.exercise, level):
            seen = 0
            for n in p.segments:
                left, done = n, 0
                seen += n
                while left > 1 and (level < 3 or done < p.done):
                    left, done, seen = left - 1, done + 1, seen + 1
            assert q.answer == seen - p.repeats


def test_counting_pixels_gives_size_and_fill():
    for level in (1, 2, 3):
        for p, q in asked(region_fill.exercise, level):
            owner = np.zeros((p.side, p.side), dtype=int)
            for name, (x1, y1, x2, y2) in enumerate(p.boxes, start=1):
                assert (owner[y1:y2, x1:x2] == 0).all()
                owner[y1:y2, x1:x2] = name
            y, x = np.nonzero(owner)
            gap = (owner[y.min() : y.max() + 1, x.min() : x.max() + 1] == 0).sum()
            size, fill = 1 - (owner > 0).mean(), 1 - gap / owner.size
            assert q.answer == pytest.approx({1: size, 2: fill, 3: size + fill}[level], abs=1e-12)


def two_chains(p, weight):
    """Two paths of pixels, each with its heaviest edge in the middle, and an edge between them."""
    edges, weights, start = [], [], 0
    for inside, pixels in zip(p.inside, p.pixels, strict=True):
        edges += [(start + i, start + i + 1) for i in range(pixels - 1)]
        weights += [float(inside) if i == (pixels - 1) // 2 else 0.0 for i in range(pixels - 1)]
        start += pixels
    return start, np.array([*edges, (0, start - 1)]), np.array([*weights, weight])


def test_segmenting_two_chains_shows_the_limit():
    for p, q in asked(edge_limit.exercise, 1):
        for weight, parts in ((q.answer - 1e-6, 1), (q.answer + 1e-6, 2)):
            assert segment_graph(*two_chains(p, weight), p.k).max() + 1 == parts
    for p, q in asked(edge_limit.exercise, 3):
        for k, parts in ((q.answer, 1), (q.answer - 1e-6, 2)):
            assert segment_graph(*two_chains(p, p.w), k).max() + 1 == parts
    for p, q in asked(edge_limit.exercise, 2):
        nodes, edges, weights = two_chains(p, p.w)
        for more, parts in ((-1e-6, 1), (1e-6, 2)):  # a lone pixel next door has the limit k, which is higher
            assert q.answer < p.k
            grown = np.vstack([edges, (0, nodes)]), np.append(weights, q.answer + more)
            assert segment_graph(nodes + 1, *grown, p.k).max() + 1 == parts
