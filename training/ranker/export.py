"""Writes a LightGBM model as the compact file that crates/retrieval/src/ranker/trees.rs reads.

    python export.py MODEL.txt OUT.bin
"""

import struct
import sys

import lightgbm
import numpy as np


def down(x):
    """The largest f32 that is not above x: f32 values compare with it as they do with x."""
    y = np.float32(x)
    return y if float(y) <= x else np.nextafter(y, np.float32(-np.inf))


def write(booster, path):
    dump = booster.dump_model(num_iteration=booster.best_iteration or -1)
    counts, tested, thresholds, left, right, values = [], [], [], [], [], []
    for tree in dump["tree_info"]:
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


if __name__ == "__main__":
    write(lightgbm.Booster(model_file=sys.argv[1]), sys.argv[2])
