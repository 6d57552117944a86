"""How each function of the store and of exports that asks who may is called, and for which act."""

from __future__ import annotations

import io
from collections.abc import Callable, Generator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from icd9_review.export.first_rows import first_rows
from icd9_review.export.formats import ColumnHead
from icd9_review.export.ledger_export import write_ledger
from icd9_review.export.writing import (
    ExportRequest,
    export_rows,
    write_divided,
    write_export,
    write_recorded,
)
from icd9_review.notes import read_note
from icd9_review.notes.intake.documents import FoundEncounter, FoundNote
from icd9_review.notes.intake.identifiers import Identifier
from icd9_review.quality.outcomes.periods import Period
from icd9_review.store.auditing.audits import (
    accuracy_audits,
    accuracy_by_coder,
    audit,
    audits,
    count_audits,
    count_own_audits,
    own_audit,
    own_audits,
    quick_signed,
)
from icd9_review.store.auditing.blindness import count_blind
from icd9_review.store.auditing.cause_figures import causes_by_coder
from icd9_review.store.auditing.looking import (
    audited_chart,
    beside_signed_codes,
    explained_at_signing,
    marked_at_signing,
    read_at_signing,
    record_audit_look,
    suggested_at_signing,
)
from icd9_review.store.auditing.opening import open_audit
from icd9_review.store.auditing.promotion_audits import draw_promoted, promotion_audit
from icd9_review.store.auditing.samples import (
    count_samples,
    keep_sample,
    redraw,
    sample,
    samples,
    signed_services,
)
from icd9_review.store.auditing.steps import (
    adjudicate,
    answer_audit,
    close_audit,
    remark_on,
    return_to_coder,
    set_audited_codes,
    withdraw_audit,
)
from icd9_review.store.callers.deliveries import (
    deliveries,
    finish_delivery,
    retry_delivery,
    take_delivery,
)
from icd9_review.store.callers.tokens import add_token, revoke_token, service_tokens
from icd9_review.store.callers.webhooks import (
    add_webhook,
    remove_webhook,
    signing_address,
    webhooks,
)
from icd9_review.store.code_lists import replace_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.deciding.comments import add_comment
from icd9_review.store.deciding.confirmations import confirm_signer
from icd9_review.store.deciding.decisions import decide
from icd9_review.store.explaining.explanation_queue import failed_explanations, retry_explanations
from icd9_review.store.exporting.audit_code_rows import audit_code_rows
from icd9_review.store.exporting.decision_rows import decision_rows
from icd9_review.store.exporting.exports import record_export, record_rows_shown, record_summary
from icd9_review.store.exporting.figure_rows import agreement_rows, outcome_rows
from icd9_review.store.exporting.final_charts import final_chart, final_charts, final_code_rows
from icd9_review.store.exporting.history_rows import history_rows
from icd9_review.store.exporting.physician_query_rows import physician_query_rows
from icd9_review.store.intake.encounters import add_note
from icd9_review.store.intake.import_events import ImportWay, recorded_import
from icd9_review.store.intake.imports import import_all, import_encounter, import_notes
from icd9_review.store.ledger import now
from icd9_review.store.models.known_models import (
    known_models,
    models_in_use,
    promote_model,
    register_folder,
    retire_model,
    roll_back_model,
)
from icd9_review.store.models.shadow_readings import compared_charts, count_in_shadow
from icd9_review.store.oversight.codings import encounter_codings
from icd9_review.store.oversight.entries import (
    labels_of,
    ledger_entries,
    ledger_page,
    named_encounter,
    record_ledger_read,
    record_verification,
)
from icd9_review.store.oversight.figure_looks import record_figures_read
from icd9_review.store.oversight.outcome_counts import (
    counted_months,
    counted_versions,
    read_outcomes,
)
from icd9_review.store.oversight.outcome_encounters import outcome_encounters
from icd9_review.store.oversight.reviews import events_since, ledger_reviews, record_ledger_review
from icd9_review.store.oversight.stories import encounter_story, past_state
from icd9_review.store.people.accounts import (
    account,
    accounts,
    add_account,
    change_account,
    set_identity,
    set_password,
    unlock,
)
from icd9_review.store.people.factor.second_factor import remove_factor
from icd9_review.store.people.glass import break_glass, broken_glass
from icd9_review.store.people.permissions import Act, may
from icd9_review.store.people.sessions import begin_session, end_one, end_session, open_sessions
from icd9_review.store.people.teams import add_team, set_teams, team, team_sizes, teams, teams_of
from icd9_review.store.projections.outcomes import recount
from icd9_review.store.querying.queries import answer_query, ask_physician, withdraw_query
from icd9_review.store.recoding.gold_encounters import (
    change_gold,
    gold_encounters,
    keep_audited,
    keep_gold,
)
from icd9_review.store.recoding.gold_trials import (
    give_gold,
    give_onboarding,
    gold_coders,
    gold_trials,
)
from icd9_review.store.recoding.seconds import (
    ask_second,
    ask_seconds,
    second_codings,
    second_plan,
    second_rule,
    set_second_rule,
)
from icd9_review.store.retention.archiving import archive_signed, count_archived
from icd9_review.store.retention.candidates import named, older_than
from icd9_review.store.retention.legal_holds import (
    encounters_of_labels,
    encounters_of_number,
    legal_hold,
    legal_holds,
    lift_hold,
    place_hold,
)
from icd9_review.store.retention.purging import purge, purge_all
from icd9_review.store.scoring.scoring_queue import failed_notes, retry_failed
from icd9_review.store.teaching.lessons import lesson_texts, lessons
from icd9_review.store.users import coding_users, system_user, users
from icd9_review.store.worklist.assignments import assign
from icd9_review.store.worklist.claims import claim, take_over
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.store.worklist.page import take_next
from icd9_review.values import (
    Action,
    Audit,
    AuditedCode,
    CareSetting,
    Confidence,
    Confirmation,
    CountedFrom,
    Decision,
    DifferenceCause,
    Encounter,
    GlassReason,
    Kind,
    LedgerQuery,
    ModelVersion,
    NewEncounter,
    NewNote,
    OutcomeChoice,
    OutcomeQuery,
    Proof,
    PurgeReason,
    ReviewOutcome,
    Role,
    SampleQuery,
    SecondRule,
    User,
)
from tests.encounters import add_encounter, coders
from tests.store.auditing.auditing import (
    begin,
    diagnoses,
    rebutted,
    returned,
    revise,
    second_auditor,
)
from tests.store.auditing.signing import add_signed, auditor
from tests.store.callers.callers import add_service
from tests.store.models.models import NEW, OLD, WHY, promote, register
from tests.store.querying.asking import asked_about, query_about

GOLD = (AuditedCode("428.0"),)
HEADS = (ColumnHead("code"),)
REQUEST = PurgeReason.REQUEST
ACCEPT = Decision("key-1", Action.ACCEPT, "428.0", "tab-1", 0)
INPATIENT = NewEncounter(CareSetting.INPATIENT)
LETTER = FoundNote(read_note("A word of elsewhere.", "Letter"))
FROM_FILE = FoundEncounter((LETTER,), external_id=Identifier("7"), source="HL7")


def divided(database: Database, by: User) -> int:
    with TemporaryDirectory() as folder:
        return write_divided(
            database, ExportRequest("decisions", "parquet"), Path(folder), actor=by
        )


def end_a_session(database: Database, by: User) -> None:
    """A session of somebody else."""
    other = next(person for person in coding_users(database) if person.id != by.id)
    begin_session(database, other)
    end_one(database, open_sessions(database, other, by=other)[0].id, by=by)


def end_by_token(database: Database, by: User) -> None:
    """A session of somebody else whose token is known."""
    other = next(person for person in coding_users(database) if person.id != by.id)
    end_session(database, begin_session(database, other), by=by)


def fill_a_team(database: Database, by: User) -> None:
    """A team that an administrator has added."""
    team = add_team(database, "Cardiology", by=system_user(database))
    set_teams(database, stranger(database), [team], by=by)


def hold_and_lift(database: Database, found: Encounter, by: User) -> None:
    """A legal hold that an administrator has placed."""
    place_hold(database, found.id, "x", actor=system_user(database))
    lift_hold(database, found.id, "x", actor=by)


def import_nothing(database: Database, by: User) -> None:
    """An import of no file."""
    with recorded_import(database, ImportWay.PAGE, by):
        pass


def one_row() -> Generator[tuple[str]]:
    yield ("428.0",)


def revoke_a_token(database: Database, by: User) -> None:
    """A token that an administrator has made."""
    _, known = add_token(database, add_service(database), by=system_user(database))
    revoke_token(database, known.id, by=by)


def add_webhook_of_a_service(database: Database, by: User) -> str:
    """A webhook on loopback; its identifier."""
    to = "http://127.0.0.1:9/signed"
    return add_webhook(database, add_service(database), to, by=by)[1].id


def remove_a_webhook(database: Database, by: User) -> None:
    """A webhook that an administrator has added."""
    remove_webhook(database, add_webhook_of_a_service(database, system_user(database)), by=by)


def look_at_a_webhook(database: Database, by: User) -> object:
    """The address and secret of a webhook that an administrator has added."""
    return signing_address(
        database, add_webhook_of_a_service(database, system_user(database)), by=by
    )


def retry_a_delivery(database: Database, by: User) -> None:
    """A message that was given up."""
    add_webhook_of_a_service(database, system_user(database))
    add_signed(database)
    taken = take_delivery(database)
    assert taken is not None
    finish_delivery(database, taken, "status 410", sent=False, for_good=True)
    retry_delivery(database, taken.message, by=by)


def stranger(database: Database) -> User:
    """Somebody whom only an administrator may change."""
    return add_account(database, "Ana Ruiz", Role.CODER, by=system_user(database))


CALLS: list[tuple[str, Act, Callable[[Database, Encounter, User], object]]] = [
    ("create_encounter", Act.TAKE_IN, lambda db, _, who: add_encounter(db, actor=who)),
    (
        "add_note",
        Act.TAKE_IN,
        lambda db, found, who: add_note(
            db, found.id, NewNote("More.", "Note"), actor=who, key="n", model_version=None
        ),
    ),
    ("decide", Act.CODE, lambda db, found, who: decide(db, found.id, ACCEPT, who)),
    (
        "confirm_signer",
        Act.CODE,
        lambda db, found, who: confirm_signer(
            db, found.id, "k", who, Confirmation(Proof.PASSWORD, datetime.now(UTC)), token="t"
        ),
    ),
    ("claim", Act.CODE, lambda db, found, who: claim(db, found.id, who)),
    ("take_over", Act.CODE, lambda db, found, who: take_over(db, found.id, who)),
    ("take_next", Act.CODE, lambda db, _, who: take_next(db, who)),
    ("assign to oneself", Act.CODE, lambda db, found, who: assign(db, [found.id], who.id, who)),
    (
        "assign to another",
        Act.ASSIGN,
        lambda db, found, who: assign(
            db, [found.id], next(p.id for p in coding_users(db) if p.id != who.id), who
        ),
    ),
    (
        "add_comment",
        Act.COMMENT,
        lambda db, found, who: add_comment(
            db, found.id, Kind.DIAGNOSIS, "428.0", "See the echo.", actor=who, key="c"
        ),
    ),
    (
        "ask_physician",
        Act.ASK,
        lambda db, found, who: ask_physician(db, found.id, query_about(found), actor=who, key="q"),
    ),
    (
        "answer_query",
        Act.ANSWER,
        lambda db, found, who: answer_query(
            db, found.id, asked_about(db, found), option=0, actor=who, key="a"
        ),
    ),
    (
        "withdraw_query",
        Act.ASK,
        lambda db, found, who: withdraw_query(
            db, found.id, asked_about(db, found), actor=who, key="w"
        ),
    ),
    (
        "write_export",
        Act.EXPORT,
        lambda db, _, who: write_export(
            db, ExportRequest("decisions", "csv"), io.BytesIO(), actor=who
        ),
    ),
    ("write_divided", Act.EXPORT, lambda db, _, who: divided(db, who)),
    (
        "record_summary",
        Act.EXPORT,
        lambda db, found, who: record_summary(db, found.id, {}, who, "s"),
    ),
    (
        "ledger_page",
        Act.AUDIT,
        lambda db, _, who: ledger_page(db, LedgerQuery(), actor=who),
    ),
    (
        "ledger_entries",
        Act.AUDIT,
        lambda db, _, who: next(ledger_entries(db, LedgerQuery(), actor=who)),
    ),
    (
        "write_ledger",
        Act.AUDIT,
        lambda db, _, who: write_ledger(db, LedgerQuery(), "csv", io.BytesIO(), actor=who),
    ),
    (
        "record_figures_read",
        Act.AUDIT,
        lambda db, _, who: record_figures_read(db, "outcomes", {}, actor=who, key="k"),
    ),
    (
        "record_ledger_read",
        Act.AUDIT,
        lambda db, _, who: record_ledger_read(db, LedgerQuery(), actor=who, key="k"),
    ),
    (
        "encounter_story",
        Act.AUDIT,
        lambda db, found, who: encounter_story(db, found.id, actor=who),
    ),
    ("past_state", Act.AUDIT, lambda db, found, who: past_state(db, found.id, 1, actor=who)),
    (
        "record_ledger_review",
        Act.AUDIT,
        lambda db, _, who: record_ledger_review(db, now(), ReviewOutcome.NOTHING, actor=who),
    ),
    ("ledger_reviews", Act.AUDIT, lambda db, _, who: ledger_reviews(db, actor=who)),
    (
        "record_verification",
        Act.AUDIT,
        lambda db, _, who: record_verification(db, 0, 0.0, actor=who),
    ),
    ("add_account", Act.ADMINISTER, lambda db, _, who: add_account(db, "B", Role.CODER, by=who)),
    (
        "change_account",
        Act.ADMINISTER,
        lambda db, _, who: change_account(db, stranger(db), by=who, role=Role.ADMINISTRATOR),
    ),
    (
        "set_identity",
        Act.ADMINISTER,
        lambda db, _, who: set_identity(db, stranger(db), "x", by=who),
    ),
    (
        "set_password",
        Act.ADMINISTER,
        lambda db, _, who: set_password(db, stranger(db), "four words make one", by=who),
    ),
    ("add_token", Act.ADMINISTER, lambda db, _, who: add_token(db, add_service(db), by=who)),
    ("revoke_token", Act.ADMINISTER, lambda db, _, who: revoke_a_token(db, who)),
    ("add_webhook", Act.ADMINISTER, lambda db, _, who: add_webhook_of_a_service(db, who)),
    ("remove_webhook", Act.ADMINISTER, lambda db, _, who: remove_a_webhook(db, who)),
    ("retry_delivery", Act.ADMINISTER, lambda db, _, who: retry_a_delivery(db, who)),
    ("unlock", Act.ADMINISTER, lambda db, _, who: unlock(db, stranger(db), by=who)),
    ("remove_factor", Act.ADMINISTER, lambda db, _, who: remove_factor(db, stranger(db), by=who)),
    ("purge", Act.ADMINISTER, lambda db, found, who: purge(db, found.id, REQUEST, actor=who)),
    ("place_hold", Act.ADMINISTER, lambda db, found, who: place_hold(db, found.id, "x", actor=who)),
    ("lift_hold", Act.ADMINISTER, lambda db, found, who: hold_and_lift(db, found, who)),
    ("end_one", Act.ADMINISTER, lambda db, _, who: end_a_session(db, who)),
    ("end_session", Act.ADMINISTER, lambda db, _, who: end_by_token(db, who)),
    ("archive_signed", Act.ADMINISTER, lambda db, _, who: archive_signed(db, None, actor=who)),
    ("count_archived", Act.ADMINISTER, lambda db, _, who: count_archived(db, actor=who)),
    (
        "purge_all",
        Act.ADMINISTER,
        lambda db, found, who: purge_all(db, [found.id], REQUEST, actor=who),
    ),
    ("add_team", Act.ADMINISTER, lambda db, _, who: add_team(db, "Cardiology", by=who)),
    ("set_teams", Act.ADMINISTER, lambda db, _, who: fill_a_team(db, who)),
    (
        "move_encounter",
        Act.ADMINISTER,
        lambda db, found, who: move_encounter(db, found.number, None, by=who),
    ),
    (
        "break_glass",
        Act.READ,
        lambda db, found, who: break_glass(db, found.id, GlassReason.CARE, actor=who, key="g"),
    ),
    (
        "import_notes",
        Act.TAKE_IN,
        lambda db, found, who: import_notes(db, found.id, [LETTER], actor=who, model_version=None),
    ),
    (
        "import_encounter",
        Act.TAKE_IN,
        lambda db, _, who: import_encounter(
            db, FROM_FILE, INPATIENT, actor=who, model_version=None
        ),
    ),
    ("recorded_import", Act.TAKE_IN, lambda db, _, who: import_nothing(db, who)),
    (
        "write_recorded",
        Act.EXPORT,
        lambda db, _, who: write_recorded(db, "csv", HEADS, one_row(), {}, io.BytesIO(), actor=who),
    ),
    ("record_export", Act.EXPORT, lambda db, _, who: record_export(db, {"rows": 0}, who)),
    (
        "record_rows_shown",
        Act.EXPORT,
        lambda db, _, who: record_rows_shown(db, {"rows": 0}, who, "rows/0"),
    ),
    ("replace_lists", Act.ADMINISTER, lambda db, _, who: replace_lists(db, [], actor=who)),
    ("recount", Act.ADMINISTER, lambda db, _, who: recount(db, actor=who)),
    ("retry_failed", Act.ADMINISTER, lambda db, _, who: retry_failed(db, "a" * 64, actor=who)),
    ("retry_explanations", Act.ADMINISTER, lambda db, _, who: retry_explanations(db, actor=who)),
    (
        "keep_sample",
        Act.SAMPLE,
        lambda db, _, who: keep_sample(db, draw_from(db), actor=who, key="s"),
    ),
    (
        "open_audit",
        Act.REVIEW,
        lambda db, _, who: open_audit(db, add_signed(db).id, actor=who, key="a"),
    ),
    (
        "set_audited_codes",
        Act.REVIEW,
        lambda db, _, who: set_audited_codes(
            db, (found := own_begun(db, who)).id, [], seen=found.sequence, actor=who, key="a"
        ),
    ),
    (
        "remark_on",
        Act.REVIEW,
        lambda db, _, who: remark_on(
            *(db, revised(db, who).id, "deleted/diagnosis/427.31/", None), actor=who, key="a"
        ),
    ),
    (
        "return_to_coder",
        Act.REVIEW,
        lambda db, _, who: return_to_coder(db, revised(db, who).id, actor=who, key="a"),
    ),
    (
        "answer_audit",
        Act.CODE,
        lambda db, _, who: answer_audit(
            db, returned(db, coder=who).id, agreed=True, actor=who, key="a"
        ),
    ),
    (
        "adjudicate",
        Act.REVIEW,
        lambda db, _, who: adjudicate(
            *(db, rebutted(db, coders(db)[0], by=second_auditor(db)).id),
            *(Confidence.SURE, DifferenceCause.CODER),
            actor=who,
            key="a",
        ),
    ),
    (
        "close_audit",
        Act.REVIEW,
        lambda db, _, who: close_audit(db, own_begun(db, who).id, reopen=False, actor=who, key="a"),
    ),
    (
        "withdraw_audit",
        Act.REVIEW,
        lambda db, _, who: withdraw_audit(db, begin(db).id, actor=who, key="a"),
    ),
    (
        "keep_gold",
        Act.KEEP_GOLD,
        lambda db, _, who: keep_gold(db, add_signed(db).id, GOLD, actor=who, key="g"),
    ),
    (
        "keep_audited",
        Act.KEEP_GOLD,
        lambda db, _, who: keep_audited(db, closed(db).id, actor=who, key="g"),
    ),
    ("change_gold", Act.KEEP_GOLD, lambda db, _, who: change_gold(db, gold(db), actor=who)),
    ("give_gold", Act.KEEP_GOLD, lambda db, _, who: give_gold(db, [gold(db)], [1], actor=who)),
    (
        "give_onboarding",
        Act.KEEP_GOLD,
        lambda db, _, who: gold(db) and give_onboarding(db, stranger(db).id, actor=who),
    ),
    (
        "set_second_rule",
        Act.KEEP_GOLD,
        lambda db, _, who: set_second_rule(db, SecondRule(), actor=who),
    ),
    ("ask_seconds", Act.KEEP_GOLD, lambda db, _, who: ask_seconds(db, actor=who)),
    (
        "ask_second",
        Act.KEEP_GOLD,
        lambda db, _, who: ask_second(db, add_signed(db).id, stranger(db).id, actor=who),
    ),
    (
        "register_folder",
        Act.ADMINISTER,
        lambda db, _, who: register_folder(db, NEW, "models/new", actor=who),
    ),
    (
        "promote_model",
        Act.ADMINISTER,
        lambda db, _, who: promote_model(db, shadow(db), WHY, instead_of=OLD, actor=who),
    ),
    (
        "roll_back_model",
        Act.ADMINISTER,
        lambda db, _, who: roll_back_model(db, WHY, instead_of=promoted(db), actor=who),
    ),
    (
        "retire_model",
        Act.ADMINISTER,
        lambda db, _, who: retire_model(db, shadow(db).version, WHY, actor=who),
    ),
    (
        "import_all",
        Act.TAKE_IN,
        lambda db, _, who: list(
            import_all(db, [FROM_FILE], CareSetting.INPATIENT, actor=who, model_version=None)
        ),
    ),
]

_TODAY = datetime.now(UTC).date()


def of_another(by: User, database: Database) -> User:
    """Somebody else, about whom only an administrator asks."""
    return next(person for person in users(database) if person.id != by.id)


def reviewer(database: Database, by: User) -> User:
    """The person themself where they audit, else somebody who does."""
    return by if may(by, Act.REVIEW) else auditor(database)


def own_begun(database: Database, by: User) -> Audit:
    """An audit that the person has opened, where they may."""
    return begin(database, by=reviewer(database, by))


def revised(database: Database, by: User) -> Audit:
    """An audit of theirs with a difference."""
    who = reviewer(database, by)
    return revise(database, own_begun(database, by), diagnoses("428.0"), by=who)


def draw_from(database: Database) -> SampleQuery:
    """A question that one signed encounter answers."""
    add_signed(database)
    return SampleQuery(1)


def closed(database: Database) -> Audit:
    """A final audit in which nothing differed."""
    by = auditor(database)
    return close_audit(database, begin(database).id, reopen=False, actor=by, key="closed")


def gold(database: Database) -> int:
    """The number of a gold encounter of the onboarding set."""
    by, found = auditor(database), add_signed(database)
    return keep_gold(database, found.id, GOLD, onboarding=True, actor=by, key="gold").number


def shadow(database: Database) -> ModelVersion:
    """A model that reads in the shadow."""
    register(database)
    return NEW


def promoted(database: Database) -> str:
    """The version that was promoted."""
    promote(database)
    return NEW.version


def drawn(database: Database, key: str) -> int:
    """The number of a sample that the program has drawn."""
    by = system_user(database)
    return keep_sample(database, draw_from(database), actor=by, key=key).number


READS: list[tuple[str, Act, Callable[[Database, Encounter, User], object]]] = [
    ("known_models", Act.COMPARE, lambda db, _, who: known_models(db, actor=who)),
    ("promotion_audit", Act.COMPARE, lambda db, _, who: promotion_audit(db, 2, actor=who)),
    ("draw_promoted", Act.SAMPLE, lambda db, _, who: draw_promoted(db, 2, actor=who)),
    ("compared_charts", Act.COMPARE, lambda db, _, who: compared_charts(db, actor=who)),
    ("count_in_shadow", Act.COMPARE, lambda db, _, who: count_in_shadow(db, OLD, actor=who)),
    ("models_in_use", Act.COMPARE, lambda db, _, who: models_in_use(db, actor=who)),
    ("webhooks", Act.ADMINISTER, lambda db, _, who: webhooks(db, by=who)),
    ("signing_address", Act.ADMINISTER, lambda db, _, who: look_at_a_webhook(db, who)),
    ("deliveries", Act.ADMINISTER, lambda db, _, who: deliveries(db, by=who)),
    ("service_tokens", Act.ADMINISTER, lambda db, _, who: service_tokens(db, by=who)),
    ("accounts", Act.ADMINISTER, lambda db, _, who: accounts(db, by=who)),
    ("account", Act.ADMINISTER, lambda db, _, who: account(db, "Second coder", by=who)),
    ("teams", Act.TAKE_IN, lambda db, _, who: teams(db, by=who)),
    ("team", Act.ADMINISTER, lambda db, _, who: team(db, "Cardiology", by=who)),
    ("team_sizes", Act.ADMINISTER, lambda db, _, who: team_sizes(db, by=who)),
    ("teams_of", Act.ADMINISTER, lambda db, _, who: teams_of(db, of_another(who, db), by=who)),
    (
        "open_sessions",
        Act.ADMINISTER,
        lambda db, _, who: open_sessions(db, of_another(who, db), by=who),
    ),
    ("broken_glass", Act.AUDIT, lambda db, _, who: broken_glass(db, actor=who)),
    ("named_encounter", Act.AUDIT, lambda db, _, who: named_encounter(db, "E-00001", actor=who)),
    ("labels_of", Act.AUDIT, lambda db, found, who: labels_of(db, [found.id], actor=who)),
    ("encounter_codings", Act.AUDIT, lambda db, _, who: encounter_codings(db, actor=who)),
    ("read_outcomes", Act.AUDIT, lambda db, _, who: read_outcomes(db, OutcomeQuery(), actor=who)),
    ("counted_versions", Act.AUDIT, lambda db, _, who: counted_versions(db, actor=who)),
    ("counted_months", Act.AUDIT, lambda db, _, who: counted_months(db, actor=who)),
    (
        "outcome_encounters",
        Act.AUDIT,
        lambda db, _, who: outcome_encounters(
            db, OutcomeQuery(), Period(202601, 202601), OutcomeChoice(), actor=who, limit=1
        ),
    ),
    ("events_since", Act.AUDIT, lambda db, _, who: events_since(db, None, 9, actor=who)),
    (
        "older_than",
        Act.ADMINISTER,
        lambda db, _, who: older_than(db, _TODAY, CountedFrom.INTAKE, actor=who),
    ),
    ("named", Act.ADMINISTER, lambda db, found, who: named(db, [found.id], actor=who)),
    ("legal_hold", Act.ADMINISTER, lambda db, found, who: legal_hold(db, found.id, actor=who)),
    ("legal_holds", Act.ADMINISTER, lambda db, _, who: legal_holds(db, actor=who)),
    (
        "encounters_of_number",
        Act.ADMINISTER,
        lambda db, _, who: encounters_of_number(db, "17", "Ward 3", actor=who),
    ),
    (
        "encounters_of_labels",
        Act.ADMINISTER,
        lambda db, found, who: encounters_of_labels(db, [found.label], actor=who),
    ),
    ("decision_rows", Act.EXPORT, lambda db, _, who: list(decision_rows(db, actor=who))),
    ("final_chart", Act.EXPORT, lambda db, found, who: final_chart(db, found.id, actor=who)),
    ("final_charts", Act.EXPORT, lambda db, _, who: list(final_charts(db, actor=who))),
    ("final_code_rows", Act.EXPORT, lambda db, _, who: list(final_code_rows(db, actor=who))),
    ("history_rows", Act.EXPORT, lambda db, _, who: list(history_rows(db, actor=who))),
    (
        "physician_query_rows",
        Act.EXPORT,
        lambda db, _, who: list(physician_query_rows(db, actor=who)),
    ),
    ("lessons", Act.ADMINISTER, lambda db, _, who: list(lessons(db, actor=who))),
    ("lesson_texts", Act.ADMINISTER, lambda db, _, who: list(lesson_texts(db, [], actor=who))),
    ("count_blind", Act.EXPORT, lambda db, _, who: count_blind(db, actor=who)),
    ("audit_code_rows", Act.AUDIT, lambda db, _, who: list(audit_code_rows(db, actor=who))),
    ("outcome_rows", Act.AUDIT, lambda db, _, who: list(outcome_rows(db, actor=who))),
    ("agreement_rows", Act.AUDIT, lambda db, _, who: list(agreement_rows(db, actor=who))),
    (
        "export_rows",
        Act.EXPORT,
        lambda db, _, who: list(export_rows(db, ExportRequest("history", "csv"), actor=who)),
    ),
    (
        "first_rows",
        Act.EXPORT,
        lambda db, _, who: first_rows(db, ExportRequest("history", "csv"), 1, actor=who, visit="a"),
    ),
    ("audits", Act.AUDIT, lambda db, _, who: audits(db, actor=who)),
    ("own_audits", Act.CODE, lambda db, _, who: own_audits(db, actor=who)),
    ("count_audits", Act.AUDIT, lambda db, _, who: count_audits(db, actor=who)),
    ("count_own_audits", Act.CODE, lambda db, _, who: count_own_audits(db, actor=who)),
    ("audited_chart", Act.AUDIT, lambda db, _, who: audited_chart(db, begin(db).id, actor=who)),
    (
        "record_audit_look",
        Act.AUDIT,
        lambda db, _, who: record_audit_look(db, begin(db).id, actor=who, key="look"),
    ),
    (
        "marked_at_signing",
        Act.AUDIT,
        lambda db, _, who: marked_at_signing(db, begin(db).id, actor=who),
    ),
    (
        "read_at_signing",
        Act.AUDIT,
        lambda db, _, who: read_at_signing(db, begin(db).id, actor=who),
    ),
    (
        "explained_at_signing",
        Act.AUDIT,
        lambda db, _, who: explained_at_signing(db, begin(db).id, (), actor=who),
    ),
    (
        "beside_signed_codes",
        Act.AUDIT,
        lambda db, _, who: beside_signed_codes(db, begin(db).id, actor=who),
    ),
    (
        "suggested_at_signing",
        Act.AUDIT,
        lambda db, _, who: suggested_at_signing(db, begin(db).id, actor=who),
    ),
    ("accuracy_audits", Act.AUDIT, lambda db, _, who: accuracy_audits(db, 1, actor=who)),
    ("causes_by_coder", Act.AUDIT, lambda db, _, who: causes_by_coder(db, actor=who)),
    ("accuracy_by_coder", Act.AUDIT, lambda db, _, who: accuracy_by_coder(db, actor=who)),
    ("audit", Act.AUDIT, lambda db, _, who: audit(db, begin(db).id, actor=who)),
    ("quick_signed", Act.AUDIT, lambda db, _, who: quick_signed(db, begin(db).id, actor=who)),
    (
        "own_audit",
        Act.CODE,
        lambda db, _, who: own_audit(db, returned(db, coder=who).id, actor=who),
    ),
    ("samples", Act.SAMPLE, lambda db, _, who: samples(db, actor=who)),
    ("count_samples", Act.SAMPLE, lambda db, _, who: count_samples(db, actor=who)),
    ("signed_services", Act.SAMPLE, lambda db, _, who: signed_services(db, actor=who)),
    ("sample", Act.SAMPLE, lambda db, _, who: sample(db, drawn(db, "s"), actor=who)),
    ("redraw", Act.SAMPLE, lambda db, _, who: redraw(db, drawn(db, "r"), actor=who)),
    ("gold_encounters", Act.KEEP_GOLD, lambda db, _, who: gold_encounters(db, actor=who)),
    ("gold_trials", Act.KEEP_GOLD, lambda db, _, who: gold_trials(db, actor=who)),
    ("gold_coders", Act.KEEP_GOLD, lambda db, _, who: gold_coders(db, actor=who)),
    ("second_rule", Act.KEEP_GOLD, lambda db, _, who: second_rule(db, actor=who)),
    ("second_plan", Act.KEEP_GOLD, lambda db, _, who: second_plan(db, SecondRule(), actor=who)),
    ("second_codings", Act.KEEP_GOLD, lambda db, _, who: second_codings(db, actor=who)),
    ("failed_notes", Act.ADMINISTER, lambda db, _, who: failed_notes(db, actor=who)),
    ("failed_explanations", Act.ADMINISTER, lambda db, _, who: failed_explanations(db, actor=who)),
]
"""What changes nothing but the ledger, so that one database will do for all of them."""
