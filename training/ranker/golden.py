"""Makes the small model and its predictions that the tests of trees.rs compare with.

    python golden.py ../../crates/retrieval/src/ranker/golden
"""

import json
import sys

import lightgbm
import numpy as np

from export import write

rng = np.random.default_rng(7)
x = rng.normal(size=(600, 6)).astype(np.float32)
x[:, 5] = rng.integers(0, 3, 600)
y = np.sin(3 * x[:, 0]) + x[:, 1] * (x[:, 5] > 1) + 0.1 * rng.normal(size=600)
params = dict(objective="regression", num_leaves=7, learning_rate=0.3, verbose=-1, seed=1, num_threads=1,
              deterministic=True, use_missing=False, min_data_in_leaf=5)
booster = lightgbm.train(params, lightgbm.Dataset(x, y), num_boost_round=8)
write(f"{sys.argv[1]}/small.bin", booster)
rows = x[:30].copy()
json.dump({"rows": [[float(v) for v in r] for r in rows], "scores": list(booster.predict(rows))},
          open(f"{sys.argv[1]}/small.json", "w"))
