#!/usr/bin/env bash
# The table of search in one run: raw figures of every measure into one folder, one JSON file each.
#
#   evals/scripts/search_table.sh DATASETS LIBRARY OUT [RERANK_MODEL]
#
# DATASETS is the folder with evinf/, pubmedqa/, scifact/, mediqa2019-qa/, medquad/; LIBRARY a data folder that holds the trials as JATS in
# the collection `pmc` (curbside add pmc/jats.tar.xz --collection pmc --data LIBRARY). Build first: cargo build --release -p evals.
set -euo pipefail
cd "$(dirname "$0")/../.."
data=$1 library=$2 out=$3 model=${4:-}
evals=./target/release/evals
mkdir -p "$out"
uptime > "$out/machine.txt"
evinf=(--articles "$data/evinf/sentences.jsonl" --evidence "$data/evinf/evidence-dev.jsonl" --queries "$data/evinf/queries.jsonl")
beir() { "$evals" retrieval --corpus "$data/$1/corpus.jsonl" --queries "$data/$1/queries.jsonl" --qrels "$data/$1/$2" --json "${@:4}" > "$out/$3.json"; }
"$evals" sentences "${evinf[@]}" --data "$library" --paraphrases evals/data/evinf-paraphrases-dev.jsonl --json > "$out/sentences.json"
"$evals" passages "${evinf[@]}" --data "$library" --qrels "$data/evinf/qrels-dev.tsv" --json > "$out/passages.json"
# Questions of 30 to 60 words: each followed by the same in other words.
"$evals" passages "${evinf[@]}" --data "$library" --qrels "$data/evinf/qrels-dev.tsv" --longer evals/data/evinf-paraphrases-dev.jsonl --json > "$out/passages-long.json"
beir pubmedqa qrels-dev.tsv pubmedqa
beir scifact qrels-train.tsv scifact
"$evals" mediqa --train "$data/mediqa2019-qa/train-alexa.xml" --test "$data/mediqa2019-qa/validation.xml" --json > "$out/mediqa.json"
"$evals" consumer --corpus "$data/medquad/corpus.jsonl" --questions evals/data/medquad-consumer.jsonl --json > "$out/consumer.json"
if [ -n "$model" ]; then
  beir pubmedqa qrels-dev.tsv pubmedqa-quality --limit 10 --rerank-model "$model"
  "$evals" consumer --corpus "$data/medquad/corpus.jsonl" --questions evals/data/medquad-consumer.jsonl --rerank-model "$model" --json > "$out/consumer-quality.json"
  "$evals" passages "${evinf[@]}" --data "$library" --qrels "$data/evinf/qrels-dev.tsv" --step 100 --everything --rerank-model "$model" --json > "$out/passages-quality.json"
fi
