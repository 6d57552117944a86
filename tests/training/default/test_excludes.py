"""What the tabular list excludes from codes, and what that does to the start of the outputs."""

from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification, BertTokenizer

from icd9_review.errors import CodeListError
from icd9_review.training.default import excludes
from icd9_review.training.default.encoder import EXCLUDED_SHARE, start_classifier
from icd9_review.training.default.excludes import TABULAR_LIST, read_excludes
from icd9_review.training.default.labels import label_codes
from icd9_review.training.default.phrases import PhraseBook
from icd9_review.training.default.train import Materials, TrainingTexts, load_texts
from tests.releases import CAUSES, DRUGS, PROCEDURES, VOLUME_3, as_rtf, as_zip
from tests.training.default.test_sources import NOTE, write_reference_data

LIST = (
    (0, 0, "CLASSIFICATION OF DISEASES AND INJURIES"),
    (0, 0, "8.  DISEASES OF THE RESPIRATORY SYSTEM (460-519)"),
    (0, 1440, "Excludes:\tinjury of the chest (862.0)"),
    (0, 1440, "478\tOther diseases of upper respiratory tract"),
    (0, 1440, "Excludes:\tnasal catarrh (460, 472.0)"),
    (720, 2160, "478.0\tHypertrophy of nasal turbinates"),
    (720, 2160, "Excludes:\tturbinate fracture (802.0)"),
    (1620, 2340, "any condition of the nose (470)"),
    (1620, 2340, "edema of the turbinates"),
)
BOOKS = {
    "Ptab12.zip": VOLUME_3,
    "Pindex12.zip": PROCEDURES,
    "Eindex12.zip": CAUSES,
    "Ddrugs12.zip": DRUGS,
}


@pytest.fixture
def tabular_list(tmp_path: Path) -> Path:
    path = tmp_path / "Dtab12.zip"
    path.write_bytes(as_zip(as_rtf(LIST)))
    return path


def test_a_code_excludes_what_its_own_note_and_that_of_its_category_name(
    tabular_list: Path,
) -> None:
    found = read_excludes(tabular_list).of_code
    assert found["478.0"] == ("nasal catarrh", "turbinate fracture")
    assert found["478.8"] == ("nasal catarrh",)


def test_what_a_chapter_excludes_is_left_alone(tabular_list: Path) -> None:
    phrases = {each for held in read_excludes(tabular_list).of_code.values() for each in held}
    assert "injury of the chest" not in phrases


def test_a_phrase_without_a_code_or_of_no_words_of_its_own_says_nothing(tabular_list: Path) -> None:
    phrases = {each for held in read_excludes(tabular_list).of_code.values() for each in held}
    assert phrases == {"nasal catarrh", "turbinate fracture"}


def test_a_phrase_that_names_one_code_leads_to_it(tabular_list: Path) -> None:
    assert read_excludes(tabular_list).leads == {"turbinate fracture": "802.0"}


def test_a_code_that_the_note_names_itself_does_not_exclude_it(tmp_path: Path) -> None:
    path = tmp_path / "Dtab12.zip"
    lines = (*LIST[:2], LIST[3], (0, 1440, "Excludes:\tpolyp of larynx (478.4)"))
    path.write_bytes(as_zip(as_rtf(lines)))
    found = read_excludes(path).of_code
    assert "478.4" not in found
    assert found["478.0"] == ("polyp of larynx",)


def test_a_phrase_that_search_is_measured_with_is_left_out(
    tabular_list: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excludes, "is_held_out", lambda phrase: phrase == "nasal catarrh")
    assert read_excludes(tabular_list).of_code["478.0"] == ("turbinate fracture",)


def test_training_reads_excludes_out_of_the_reference_data(
    tmp_path: Path, tabular_list: Path
) -> None:
    reference = write_reference_data(tmp_path, {}, {"a": NOTE})
    lists = reference / "icd9cm"
    lists.mkdir()
    for name, lines in BOOKS.items():
        (lists / name).write_bytes(as_zip(as_rtf(lines)))
    materials = Materials(Path("absent.whl"), reference)
    with pytest.raises(CodeListError, match=TABULAR_LIST):
        load_texts(materials)
    tabular_list.rename(lists / TABULAR_LIST)
    assert load_texts(materials).excluded["478.8"] == ("nasal catarrh",)


def test_a_run_with_other_excludes_is_of_other_texts(book: PhraseBook) -> None:
    with_them = TrainingTexts(book, excluded={"478.0": ("turbinate fracture",)})
    assert with_them.digest != TrainingTexts(book).digest


def started(
    model: BertForSequenceClassification, tokenizer: BertTokenizer, *excluded: str
) -> torch.Tensor:
    """The rows of the outputs, where what is given is excluded from the first code."""
    phrases = [(code,) for code in label_codes()]
    groups = [excluded, *[()] * (len(phrases) - 1)] if excluded else ()
    start_classifier(model, tokenizer, phrases, groups)
    return model.classifier.weight.detach().clone()


def test_an_output_starts_turned_away_from_what_is_excluded_and_no_other_does(
    tiny_model: BertForSequenceClassification, tiny_tokenizer: BertTokenizer
) -> None:
    before = started(tiny_model, tiny_tokenizer)
    asked = tiny_tokenizer("turbinate fracture", return_tensors="pt")
    with torch.no_grad():
        logit = tiny_model(**asked).logits[0, 0]
        after = started(tiny_model, tiny_tokenizer, "turbinate fracture")
        turned = tiny_model(**asked).logits[0, 0]
    assert turned < logit
    assert torch.equal(after[1:], before[1:])
    assert after[0].norm().item() == pytest.approx(before[0].norm().item())


def test_the_share_that_is_taken_off_is_small() -> None:
    assert 0 < EXCLUDED_SHARE <= 0.2  # above that unseen index phrases get lost (docs/training.md)
