"""The index: which phrases hold which words, as arrays that a query adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

from icd9_review.arrays import Singles
from icd9_review.codes.lists import Lists
from icd9_review.codes.search.drug_table import DrugTable, build_drug_table
from icd9_review.codes.search.phrasebook import Phrasebook, phrasebook
from icd9_review.codes.search.phrases import Item, Phrase, Source, items, phrases, with_headers
from icd9_review.codes.search.text import STOP_WORDS, VAGUE_WORDS, words_of
from icd9_review.values import CodeKey, Kind

_VAGUE_SHARE = 0.12  # of its weight that a word like "unspecified" keeps; tuned, see ``ranking``

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Index:
    """Everything a query needs; built once, read by any number of threads.

    ``numbers`` gives an item's place. ``vocabulary`` is sorted; ``places`` gives a word's
    place in it, ``weights`` how much it says (rare words more). Word ``w`` stands in the phrases
    ``postings[starts[w]:starts[w + 1]]``. Of a phrase: ``owners`` is its item, ``lengths``
    the weight of all its words, ``trusts`` what multiplies its score.
    """

    items: tuple[Item, ...]
    numbers: Mapping[CodeKey, int]
    phrases: tuple[Phrase, ...]
    vocabulary: tuple[str, ...]
    places: Mapping[str, int]
    weights: Singles
    starts: Numbers
    postings: Numbers
    owners: Numbers
    lengths: Singles
    trusts: Singles
    priors: Singles
    procedures: npt.NDArray[np.bool_]
    book: Phrasebook
    drugs: DrugTable


def build_index(lists: Lists) -> Index:
    """The index over version 32, the written terms and what ``lists`` has imported."""
    held = with_headers(items(), lists)
    found = tuple(phrases(held, lists))
    words = [_content(f"{phrase.text} {phrase.context}") for phrase in found]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(words):
        for word in each:
            holders[word].append(number)
    vocabulary = tuple(sorted(holders))
    weights = _weights(vocabulary, holders, len(found))
    places = {word: place for place, word in enumerate(vocabulary)}
    owners = np.array([phrase.item for phrase in found], np.int32)
    return Index(
        items=held,
        numbers={(item.kind, item.code): number for number, item in enumerate(held)},
        phrases=found,
        vocabulary=vocabulary,
        places=places,
        weights=weights,
        starts=np.cumsum([0, *(len(holders[word]) for word in vocabulary)]).astype(np.int32),
        postings=np.concatenate([np.array(holders[word], np.int32) for word in vocabulary]),
        owners=owners,
        lengths=_lengths(found, words, places, weights),
        trusts=np.array([phrase.trust for phrase in found], np.float32),
        priors=np.array([item.prior for item in held], np.float32)[owners],
        procedures=np.array([item.kind is Kind.PROCEDURE for item in held])[owners],
        book=phrasebook(),
        drugs=build_drug_table(lists.drugs),
    )


def _content(text: str) -> list[str]:
    """A phrase's words without stop words, each once."""
    return list(dict.fromkeys(word for word in words_of(text) if word not in STOP_WORDS))


def _weights(vocabulary: tuple[str, ...], holders: Mapping[str, list[int]], total: int) -> Singles:
    counts = np.array([len(holders[word]) for word in vocabulary], np.float32)
    shares = [_VAGUE_SHARE if word in VAGUE_WORDS else 1.0 for word in vocabulary]
    weights: Singles = (np.log1p(total / counts) * np.array(shares)).astype(np.float32)
    return weights


def _lengths(
    found: tuple[Phrase, ...],
    words: list[list[str]],
    places: Mapping[str, int],
    weights: Singles,
) -> Singles:
    """What all words of a phrase weigh.

    Words gathered together are many: nobody types them all, so they weigh as much as the
    geometric mean of all of them and those of the title.
    """
    plain = weights.tolist()
    lengths = [sum(plain[places[word]] for word in each) for each in words]
    for number, phrase in enumerate(found):
        if phrase.source is Source.TOGETHER:
            lengths[number] = sqrt(lengths[number] * max(lengths[phrase.item], 1.0))
    return np.array(lengths, np.float32)
