"""What signed charts teach: whose word counts, and what nothing is ever learned from."""

from __future__ import annotations

from sqlalchemy import text

from icd9_review.quality.teaching import lesson_part
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    return_to_coder,
)
from icd9_review.store.database.engine import Database
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.retention.purging import purge
from icd9_review.store.teaching.lessons import lesson_texts, lessons
from icd9_review.store.users import system_user
from icd9_review.values import (
    CodeProvenance,
    Confidence,
    DifferenceCause,
    Encounter,
    LeftLesson,
    Lesson,
    LessonPart,
    NewNote,
    PurgeReason,
    SampleQuery,
    Untaught,
)
from tests.encounters import NOTE, add_scored_encounter, coders
from tests.store.auditing.auditing import diagnoses, new_key, revise, second_auditor
from tests.store.auditing.signing import add_signed, auditor, reopen
from tests.store.recoding.recoding import give, keep, newcomer, sign_twin


def taught(database: Database) -> list[Lesson | LeftLesson]:
    return list(lessons(database, actor=system_user(database)))


def only(database: Database) -> Lesson:
    (found,) = taught(database)
    assert isinstance(found, Lesson)
    return found


def settle(database: Database, chart: Encounter, *, sample: int | None = None) -> None:
    """427.31 was wrong, 486 right, and 250.00 belongs there although the auditor left it out."""
    who, judge, coder = auditor(database), second_auditor(database), coders(database)[0]
    audit = open_audit(database, chart.id, actor=who, key=new_key(), sample=sample)
    revise(database, audit, diagnoses("428.0", "486"))
    return_to_coder(database, audit.id, actor=who, key=new_key())
    answer_audit(database, audit.id, agreed=False, words="No.", actor=coder, key=new_key())
    adjudicate(
        *(database, audit.id, Confidence.SURE, DifferenceCause.CODER),
        overturned=("deleted/diagnosis/250.00/",),
        actor=judge,
        key=new_key(),
    )
    close_audit(database, audit.id, reopen=False, actor=judge, key=new_key())


def test_a_signed_chart_is_one_coders_word(database: Database) -> None:
    chart = add_signed(database)
    add_scored_encounter(database)  # not signed
    found = only(database)
    assert found.notes == (chart.notes[0].id,)
    assert [(each.key[1], each.provenance) for each in found.codes] == [
        ("428.0", CodeProvenance.SINGLE),
        ("427.31", CodeProvenance.SINGLE),
    ]
    assert (found.audited, found.sampled) == (False, False)
    (told,) = lesson_texts(database, [found], actor=system_user(database))
    assert told == (found, (NOTE,))


def test_an_audit_has_the_last_word_on_its_chart(database: Database) -> None:
    settle(database, add_signed(database, ("428.0", "427.31", "250.00")))
    found = only(database)
    assert {each.key[1]: each.provenance for each in found.codes} == {
        "250.00": CodeProvenance.ADJUDICATED,
        "428.0": CodeProvenance.UNANIMOUS,
        "486": CodeProvenance.ADJUDICATED,
    }
    assert (found.audited, found.sampled) == (True, False)


def test_a_chart_that_was_audited_in_a_sample_measures(database: Database) -> None:
    chart = add_signed(database, ("428.0", "427.31", "250.00"))
    drawn = keep_sample(database, SampleQuery(1), actor=auditor(database), key="draw")
    settle(database, chart, sample=drawn.number)
    assert lesson_part(only(database)) is LessonPart.TEST


def test_nothing_is_learned_while_an_audit_is_under_way(database: Database) -> None:
    chart = add_signed(database)
    open_audit(database, chart.id, actor=auditor(database), key=new_key())
    assert taught(database) == [LeftLesson(chart.label, Untaught.DISPUTED)]


def test_what_was_purged_is_named_and_left_out(database: Database) -> None:
    chart = add_signed(database)
    found, system = only(database), system_user(database)
    purge(database, chart.id, PurgeReason.REQUEST, actor=system)
    gone = LeftLesson(chart.label, Untaught.PURGED)
    assert taught(database) == [gone]
    assert list(lesson_texts(database, [found], actor=system)) == [gone]  # purged in between


def test_what_is_coded_without_suggestions_is_never_learned_from(database: Database) -> None:
    chart = add_signed(database)
    with database.write() as session:
        session.execute(text("UPDATE encounters SET arm = 'blind'"))
    assert taught(database) == [LeftLesson(chart.label, Untaught.WITHHELD)]


def test_gold_and_what_is_coded_once_more_are_never_learned_from(database: Database) -> None:
    gold, coder = keep(database), newcomer(database)
    twin = give(database, gold, coder)
    sign_twin(database, twin, coder)
    withheld = [LeftLesson(each, Untaught.WITHHELD) for each in (gold.encounter, twin.label)]
    assert taught(database) == withheld


def test_a_chart_that_is_open_again_teaches_nothing(database: Database) -> None:
    chart, other, coder = add_signed(database), add_signed(database), coders(database)[0]
    reopen(database, chart)
    late = NewNote("More.", "Note")
    add_note(database, other.id, late, actor=coder, key="late", model_version=None)
    assert taught(database) == []
