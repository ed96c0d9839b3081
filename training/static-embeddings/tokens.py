"""The tokenizer, in Python. crates/retrieval/src/dense/tokenizer.rs is the same in Rust; golden ids keep them together.

A text is folded character by character (lower case, accents off, Greek letters spelled out, from a table that the model
file carries); what does not fold to ASCII letters and digits separates words. A word is cut greedily into the longest
pieces of the vocabulary, as WordPiece does.
"""

import unicodedata

JOINERS = [0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0x300, 0x370)]  # vanish: they do not separate
GREEK = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda u nu xi omicron pi rho sigma sigma tau upsilon phi chi "
    "psi omega").split(), strict=True))  # a lone mu is nearly always "micro"
ODD = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ħ": "h", "ı": "i", "µ": "u",
       "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", **{chr(0x2080 + i): str(i) for i in range(10)}}
LONGEST_WORD = 64  # longer runs are hashes, sequences and base64, not words


def folds() -> dict[int, str]:
    """What each character outside ASCII becomes; a character that is missing separates words."""
    table = {c: "" for c in JOINERS}
    for c in [*range(0xAA, 0x250), *range(0x386, 0x3F6), *range(0x1E00, 0x1F00), *range(0x1F00, 0x2000), *range(0x2080, 0x208A),
              *range(0xFB00, 0xFB05), 0x2126, 0x212A, 0x212B]:
        low = chr(c).lower()
        base = "".join(x for x in unicodedata.normalize("NFD", low) if not unicodedata.combining(x))
        out = "".join(GREEK.get(x) or ODD.get(x) or x for x in base)
        if out and out.isascii() and out.isalnum() and c not in table:
            table[c] = out
    return dict(sorted(table.items()))


FOLDS = folds()
ASCII = {c: chr(c).lower() for c in range(128) if chr(c).isalnum()}


class Table(dict):
    def __missing__(self, key):
        return " "


TABLE = Table({**ASCII, **FOLDS})


def words(text: str) -> list[str]:
    """The folded words of a text."""
    return text.translate(TABLE).split()


class Vocabulary:
    """Pieces by id; a piece that goes on a word starts with ##."""

    def __init__(self, pieces: list[str]):
        self.pieces = pieces
        self.ids = {p: i for i, p in enumerate(pieces)}
        self.longest = max(len(p.removeprefix("##")) for p in pieces)
        self.cache: dict[str, list[int]] = {}

    def word(self, word: str) -> list[int]:
        if (found := self.cache.get(word)) is not None:
            return found
        out, start = [], 0
        if len(word) <= LONGEST_WORD:
            while start < len(word):
                for end in range(min(len(word), start + self.longest), start, -1):
                    piece = ("##" if start else "") + word[start:end]
                    if (i := self.ids.get(piece)) is not None:
                        out.append(i)
                        break
                else:
                    out = []
                    break
                start = end
        self.cache[word] = out
        return out

    def encode(self, text: str) -> list[int]:
        return [i for w in words(text) for i in self.word(w)]
