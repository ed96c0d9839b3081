"""`python tiny.py FOLDER` writes a rerank folder of a model with random weights: the one the tests of Curbside open. It has every
operator and every file of a real one, and says nothing of meaning. Writes the same bytes each time. Beside the folder,
`tokens.json` gets texts with their numbers by Hugging Face's tokenizers: what the tests compare with.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

import graph
from minilm import sha256

DIMENSIONS, HEADS, LAYERS, TOKENS = 32, 4, 2, 64
WORDS = (
    "[PAD] [UNK] [CLS] [SEP] [MASK] magnesium potassium kidney heart failure trial dose low high level of the in is and "
    "how what treated patients"
).split()

TEXTS = [
    "How is low magnesium treated?",
    "na\u00efve caf\u00e9 \u0391\u0392\u0393 \u03bcg/mL \u22655 \u00b1 3.2",
    "CO\u2082 \u4e2d\u6587 in the kidney",
    "stored at -30\u2103 and 4\u2103",
    "\ufb01brillation \u00bd TNF\u2011\u03b1",
    "a" * 120,
    "\u200bzero\u00a0width e\u0301 \u0301alone",
    "\u2026\u201cquoted\u201d\u2014dash\u2013en",
    "\u0130stanbul \u1e9e stra\u00dfe",
    "5-FU, IL-6; HER2/neu (p<0.001) a\u2260b \uff1bc",
    "\t\n",
    "",
    "\U0001f600 heart",
    "\u2021group\u00a7 P\u01c1Total",
    "\u0e01\u0e33 \u0915\u093f",
]


def main(folder: Path) -> None:
    letters = [chr(c) for c in range(33, 127) if not chr(c).isupper()]
    pieces = WORDS + letters + ["##" + c for c in letters if c.isalnum()]
    random = np.random.default_rng(6)

    def some(*shape):
        return random.normal(0, 0.3, shape).astype(np.float32)

    def norm(key):
        return {key + ".weight": 1 + some(DIMENSIONS) / 10, key + ".bias": some(DIMENSIONS) / 10}

    def linear(key, n, m):
        return {key + ".weight": some(m, n), key + ".bias": some(m) / 10}

    d = DIMENSIONS
    weights = {
        "embeddings.word_embeddings.weight": some(len(pieces), d),
        "embeddings.position_embeddings.weight": some(TOKENS, d),
        "embeddings.token_type_embeddings.weight": some(2, d),
        **norm("embeddings.LayerNorm"),
    }
    for i in range(LAYERS):
        k = f"encoder.layer.{i}."
        for part in ("query", "key", "value"):
            weights |= linear(k + "attention.self." + part, d, d)
        weights |= linear(k + "attention.output.dense", d, d) | norm(k + "attention.output.LayerNorm")
        weights |= linear(k + "intermediate.dense", d, 4 * d) | linear(k + "output.dense", 4 * d, d)
        weights |= norm(k + "output.LayerNorm")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        f32 = Path(work) / "f32.onnx"
        graph.build(weights, HEADS, LAYERS, 1e-12, f32)
        graph.quantise(f32, folder / "model.onnx")
    special = {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]}, "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}
    one = lambda token, kind: {"SpecialToken": {"id": token, "type_id": kind}}
    text = lambda name, kind: {"Sequence": {"id": name, "type_id": kind}}
    tokenizer = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {"id": i, "content": w, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for i, w in enumerate(WORDS[:5])
        ],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [one("[CLS]", 0), text("A", 0), one("[SEP]", 0)],
            "pair": [one("[CLS]", 0), text("A", 0), one("[SEP]", 0), text("B", 1), one("[SEP]", 1)],
            "special_tokens": special,
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {
            "type": "WordPiece",
            "unk_token": "[UNK]",
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": {p: i for i, p in enumerate(pieces)},
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, indent=0) + "\n", encoding="utf-8")
    from tokenizers import Tokenizer

    numbers = [(t, Tokenizer.from_str(json.dumps(tokenizer)).encode(t).ids) for t in TEXTS]
    (folder.parent / "tokens.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    about = {
        "format": 1,
        "name": "random weights, for tests",
        "architecture": "bi-encoder",
        "pooling": "mean",
        "dimensions": d,
        "most_tokens": TOKENS,
        "weight": 50.0,
        "licence": "Apache-2.0",
        "origin": "training/quality/tiny.py",
        "sha256": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    (folder / "model.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
