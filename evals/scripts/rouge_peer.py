"""Compares the ROUGE of `evals summaries` with that of the PyPI package rouge-score (0.1.2) on the same texts.

`evals summaries --data DIR --texts FILE`, then `python rouge_peer.py FILE`. Prints the mean of each, the largest difference of one
text, and the words that the two stem differently.
"""

import json
import sys

from rouge_score import rouge_scorer, tokenize

rows = [json.loads(line) for line in open(sys.argv[1])]
scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=True)
peer = [scorer.score(r["reference"], r["text"]) for r in rows]
for name in ("rouge1", "rouge2", "rougeL"):
    theirs = [p[name].fmeasure for p in peer]
    ours = [r["rouge"][name] for r in rows]
    most = max(abs(a - b) for a, b in zip(ours, theirs))
    different = sum(abs(a - b) > 1e-9 for a, b in zip(ours, theirs))
    print(f"{name}: ours {sum(ours) / len(ours):.6f}, theirs {sum(theirs) / len(theirs):.6f}; "
          f"{different} of {len(rows)} differ, at most by {most:.6f}")
for system in sorted({r["system"] for r in rows}):
    of = [i for i, r in enumerate(rows) if r["system"] == system]
    mean = lambda values: sum(values) / len(of)
    print(system, *(f"{mean([rows[i]['rouge'][n] for i in of]):.4f}/{mean([peer[i][n].fmeasure for i in of]):.4f}"
                    for n in ("rouge1", "rouge2", "rougeL")))
