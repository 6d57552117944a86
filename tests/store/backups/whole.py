"""A small department's database in which every table has a row, for tests of copies of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyotp

from icd9_review.codes.official import read_release
from icd9_review.errors import SignInRefused
from icd9_review.store.auditing.samples import keep_sample
from icd9_review.store.callers.pace import take_turn
from icd9_review.store.callers.replies import Reply, keep_reply
from icd9_review.store.callers.tokens import find_caller
from icd9_review.store.callers.webhooks import add_webhook
from icd9_review.store.code_lists import replace_lists
from icd9_review.store.database.engine import Database
from icd9_review.store.explaining.attributions import save_attribution
from icd9_review.store.intake.encounters import create_encounter
from icd9_review.store.models.shadow_readings import save_in_shadow
from icd9_review.store.own_codes import keep_own_code
from icd9_review.store.people.accounts import add_account, set_password
from icd9_review.store.people.factor.second_factor import set_up_factor
from icd9_review.store.people.glass import break_glass
from icd9_review.store.people.sessions import begin_session
from icd9_review.store.people.signing_in import sign_in_by_password
from icd9_review.store.people.teams import add_team, set_teams
from icd9_review.store.preferences import save_preference
from icd9_review.store.querying.queries import answer_query
from icd9_review.store.retention.purging import purge
from icd9_review.store.scoring.heartbeats import beat
from icd9_review.store.scoring.scores import save_scores, suggestions
from icd9_review.store.users import system_user, users
from icd9_review.store.worklist.claims import claim
from icd9_review.store.worklist.moves import move_encounter
from icd9_review.values import (
    Action,
    CareSetting,
    Encounter,
    GlassReason,
    Kind,
    NewEncounter,
    NewNote,
    OwnCode,
    PurgeReason,
    Role,
    SampleQuery,
    Stratifier,
    Suggestion,
    Window,
)
from tests.encounters import NOTE, add_encounter, add_scored_encounter, coders, make_model
from tests.encounters import make_scores as scores_of
from tests.explaining import Explains
from tests.outcomes import outpatients, show
from tests.releases import write_releases
from tests.store.auditing.auditing import rebutted
from tests.store.auditing.signing import act, add_signed, auditor
from tests.store.callers.callers import add_service, token_of
from tests.store.models.models import NEW, register
from tests.store.querying.asking import asked_about
from tests.store.recoding.recoding import disagree, give, keep, newcomer, sign_twin
from tests.store.retention.conftest import administrator

_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
_PASSWORD = "four words make one"


def fill(database: Database, folder: Path) -> None:
    """Everything that people, models and files leave, in an upgraded database with the development
    users; ``folder`` is an empty one. Arms are drawn where the settings have shares."""
    _let_a_program_in(database)
    _work(database)
    _read(database)
    _review(database)
    _let_people_in(database)
    (folder / "releases").mkdir()
    releases = [read_release(path) for path in write_releases(folder / "releases")]
    replace_lists(database, releases, actor=system_user(database))
    gone = add_signed(database)
    purge(database, gone.id, PurgeReason.REQUEST, "They asked.", actor=administrator(database))


def _let_a_program_in(database: Database) -> None:
    """A service account with a token, which has asked something and is told of signatures."""
    gateway = add_service(database)
    caller = find_caller(database, token_of(database, gateway))
    assert caller is not None
    take_turn(database, caller, 120)
    keep_reply(database, gateway, "key", b"{}", Reply(201, "{}"))
    add_webhook(database, gateway, "https://hooks.example.org/", by=system_user(database))


def _work(database: Database) -> None:
    """Charts that were shown, decided on and signed, one that is open, and a query with answer."""
    coder, _ = coders(database)
    for chart in outpatients(database, 3):
        show(database, chart, coder, "428.0", "427.31")
        act(database, chart, coder, Action.ACCEPT, "428.0")
        act(database, chart, coder, Action.ADD, "401.9")
        act(database, chart, coder, Action.FINALISE)
    open_chart = add_scored_encounter(database)
    claim(database, open_chart.id, coder)
    doctor = next(each for each in users(database) if each.role is Role.CLINICIAN)
    query = asked_about(database, open_chart)
    answer_query(database, open_chart.id, query, words="Systolic.", actor=doctor, key="answer")
    save_preference(database, coder, "worklist", {"sort": "newest", "titles": ["é", "日本"]})
    keep_own_code(database, coder, OwnCode(Kind.DIAGNOSIS, "428.20", words="chf é 日本"))


def _read(database: Database) -> None:
    """A note that waits, an explanation that is there and some that wait, and a second model that
    reads in the shadow."""
    model, technique = make_model(), Explains().technique
    add_encounter(database, version=model.version)
    found = add_encounter(database, version=model.version)
    note = found.notes[0].id
    save_scores(database, note, scores_of(model), technique)
    best, *_ = suggestions(database, found.id, model.version)
    key = technique.key(best)
    save_attribution(database, key, Explains().explain(NOTE, key.code, window=key.window))
    register(database)
    seen = Suggestion("486", Kind.DIAGNOSIS, 0.9, None, 0.5, Window(0, 0, 9))
    save_in_shadow(database, note, NEW.version, [seen])
    beat(database, "a worker", model.version)


def _review(database: Database) -> None:
    """Audits, samples, gold with a twin, and a second coding."""
    coder, _ = coders(database)
    rebutted(database, coder)
    _add_of_service(database)
    query = SampleQuery(3, strata=(Stratifier.SERVICE, Stratifier.CODER))
    keep_sample(database, query, actor=auditor(database), key="sample")
    ana = newcomer(database)
    sign_twin(database, give(database, keep(database), ana), ana)
    disagree(database, newcomer(database, "Bo Berg"))


def _add_of_service(database: Database) -> Encounter:
    facts = NewEncounter(CareSetting.OUTPATIENT, service="Cardiology", payer="Medicare")
    coder, _ = coders(database)
    note = NewNote(NOTE, "Clinic note")
    found = create_encounter(
        database, facts, [note], actor=coder, key="service", model_version=make_model().version
    )
    save_scores(database, found.notes[0].id, scores_of(make_model()))
    act(database, found, coder, Action.ACCEPT, "428.0")
    act(database, found, coder, Action.FINALISE)
    return found


def _let_people_in(database: Database) -> None:
    """A person with password and second factor, a wrong try, teams, and a look past one."""
    by = system_user(database)
    eva = add_account(database, "Eva Lind", Role.CODER, by=by)
    now = datetime.now(UTC)
    set_password(database, eva, _PASSWORD, by=eva)
    code = pyotp.TOTP(_SECRET).at(now)
    set_up_factor(database, eva, _SECRET, code, key=bytes(range(32)), now=now)
    with suppress(SignInRefused):
        sign_in_by_password(database, eva.name, "another one", address="192.0.2.1")
    begin_session(database, eva)
    team = add_team(database, "Nephrology", by=by)
    set_teams(database, eva, [team], by=by)
    hidden = add_scored_encounter(database)
    move_encounter(database, hidden.number, team, by=by)
    coder, _ = coders(database)
    given = (replace(database, restricted=True), hidden.id, GlassReason.OTHER, "They called.")
    break_glass(*given, actor=coder, key="glass")
