"""BERT as an ONNX graph of standard operators, from weights: `input_ids`, `attention_mask` (batch, tokens) in,
`last_hidden_state` (batch, tokens, dimensions) out.

Written by hand because an export through PyTorch needs gigabytes of packages for six layers. The names are those that other
exporters use, so a folder made by them is read in the same way.
"""

from pathlib import Path

import numpy as np


def build(weights: dict, heads: int, layers: int, epsilon: float, path: Path) -> None:
    """Writes an f32 graph with opset 20."""
    import onnx
    from onnx import TensorProto as T
    from onnx import helper as h
    from onnx import numpy_helper as nh

    w = weights
    dimensions = w["embeddings.word_embeddings.weight"].shape[1]
    nodes, constants = [], []

    def const(name, a):
        constants.append(nh.from_array(np.ascontiguousarray(a), name))
        return name

    def op(kind, inputs, out=None, **attributes):
        out = out or f"t{len(nodes)}"
        nodes.append(h.make_node(kind, inputs, [out], name=f"n{len(nodes)}", **attributes))
        return out

    def linear(x, key):
        m = op("MatMul", [x, const(key + ".w", w[key + ".weight"].T)])
        return op("Add", [m, const(key + ".b", w[key + ".bias"])])

    def norm(x, key, out=None):
        parts = [x, const(key + ".g", w[key + ".weight"]), const(key + ".c", w[key + ".bias"])]
        return op("LayerNormalization", parts, out, epsilon=epsilon, axis=-1)

    # The table of words is half of the model: 8 bits an entry, one scale a word.
    words = w["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(1, keepdims=True) / 127, 1e-12).astype(np.float32)
    small = np.clip(np.round(words / scale), -127, 127).astype(np.int8)
    found = op("Cast", [op("Gather", [const("words", small), "input_ids"])], to=T.FLOAT)
    x = op("Mul", [found, op("Gather", [const("words.scale", scale), "input_ids"])])
    length = op("Slice", [op("Shape", ["input_ids"]), const("one", np.array([1])), const("two", np.array([2]))])
    # Every text is a first sentence: its type is added to its place once and for all.
    places = w["embeddings.position_embeddings.weight"] + w["embeddings.token_type_embeddings.weight"][0]
    place = op("Slice", [const("places", places), const("zero", np.array([0])), length, "zero"])
    x = norm(op("Add", [x, place]), "embeddings.LayerNorm")

    absent = op("Sub", [op("Cast", ["attention_mask"], to=T.FLOAT), const("f1", np.float32(1))])
    mask = op("Unsqueeze", [op("Mul", [absent, const("big", np.float32(1e4))]), const("axes", np.array([1, 2]))])
    size = dimensions // heads
    split = const("split", np.array([0, 0, heads, size]))
    merge = const("merge", np.array([0, 0, dimensions]))
    root = const("root", np.float32(size**-0.5))
    for i in range(layers):
        k = f"encoder.layer.{i}."
        q, key, v = (
            op("Transpose", [op("Reshape", [linear(x, k + "attention.self." + part), split])], perm=perm)
            for part, perm in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]))
        )
        scores = op("Add", [op("Mul", [op("MatMul", [q, key]), root]), mask])
        a = op("MatMul", [op("Softmax", [scores], axis=-1), v])
        a = op("Reshape", [op("Transpose", [a], perm=[0, 2, 1, 3]), merge])
        x = norm(op("Add", [linear(a, k + "attention.output.dense"), x]), k + "attention.output.LayerNorm")
        f = op("Gelu", [linear(x, k + "intermediate.dense")])
        last = "last_hidden_state" if i + 1 == layers else None
        x = norm(op("Add", [linear(f, k + "output.dense"), x]), k + "output.LayerNorm", last)

    given = [h.make_tensor_value_info(n, T.INT64, ["batch", "tokens"]) for n in ("input_ids", "attention_mask")]
    states = h.make_tensor_value_info("last_hidden_state", T.FLOAT, ["batch", "tokens", dimensions])
    graph = h.make_graph(nodes, "bert", given, [states], constants)
    onnx.save(h.make_model(graph, opset_imports=[h.make_opsetid("", 20)], ir_version=9), path)


def quantise(f32: Path, int8: Path) -> None:
    """Weights of every product in 7 of 8 bits, one scale a column; what flows in is quantised as it comes.

    With all 8 bits, processors without VNNI would overflow the sums of pairs, and rank otherwise than those with it.
    """
    from onnx import TensorProto as T
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        f32,
        int8,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        op_types_to_quantize=["MatMul"],
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": T.FLOAT},
    )
