"""Writes a LightGBM model as the compact file that crates/retrieval/src/ranker/trees.rs reads.

    python export.py OUT.bin MODEL.txt
    python export.py none FEATURES OUT.bin
"""

import struct
import sys

import lightgbm
import numpy as np


def down(x):
    """The largest f32 that is not above x: f32 values compare with it as they do with x."""
    y = np.float32(x)
    return y if float(y) <= x else np.nextafter(y, np.float32(-np.inf))


def write(path, booster, every=(0, 1)):
    """`every`: of the trees of several classes, which class of how many."""
    trees = booster.dump_model(num_iteration=booster.best_iteration or -1)["tree_info"]
    counts, tested, thresholds, left, right, values = [], [], [], [], [], []
    for tree in trees[every[0] :: every[1]]:
        nodes, leaves = [], []

        def visit(n):
            if "split_feature" not in n:
                leaves.append(n["leaf_value"])
                return -len(leaves)
            assert n["decision_type"] == "<=", n["decision_type"]
            at = len(nodes)
            nodes.append([n["split_feature"], down(n["threshold"]), 0, 0])
            nodes[at][2] = visit(n["left_child"])
            nodes[at][3] = visit(n["right_child"])
            return at

        visit(tree["tree_structure"])
        counts.append(len(leaves))
        for f, t, l, r in nodes:
            tested.append(f), thresholds.append(t), left.append(l), right.append(r)
        values.extend(leaves)
    head = struct.pack("<8s4I", b"CURBGBT1", booster.num_feature(), len(counts), len(tested), len(values))
    parts = [(counts, "<u2"), (tested, "<u2"), (thresholds, "<f4"), (left, "<i2"), (right, "<i2"), (values, "<f4")]
    with open(path, "wb") as f:
        f.write(head + b"".join(np.asarray(v, dtype=t).tobytes() for v, t in parts))


def write_none(features, path):
    """A model that scores every row 0: what a build holds until there are trees for its features."""
    with open(path, "wb") as f:
        f.write(struct.pack("<8s4IHf", b"CURBGBT1", features, 1, 0, 1, 1, 0.0))


if __name__ == "__main__":
    if sys.argv[1] == "none":
        write_none(int(sys.argv[2]), sys.argv[3])
    else:
        write(sys.argv[1], lightgbm.Booster(model_file=sys.argv[2]))
