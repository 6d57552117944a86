"""``python -m icd9_review worker``: score and explain beside the app, in a process of its own."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from icd9_review.cli.console import EXIT_PROBLEMS, complain, mention
from icd9_review.errors import InputError, ReviewError

if TYPE_CHECKING:
    from icd9_review.jobs.chosen_model import ModelChoice
    from icd9_review.jobs.worker import Worker
    from icd9_review.model.reading.predictor import Predictor
    from icd9_review.settings import Settings
    from icd9_review.store.database.engine import Database

_POLITENESS = 10  # added to the niceness: pages and decisions come first; as much as nice(1) adds
_LOOKS = 3.0  # seconds between two looks which model is in use; by judgement: a small query
_LAST_JOB = 60.0  # seconds that the job in hand may take after a signal to end; by judgement


app = typer.Typer()


@app.command("worker")
def work(
    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Cores for this worker; else all but one. Share them yourself."),
    ] = None,
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when nothing waits.")
    ] = False,
    failed: Annotated[
        bool, typer.Option("--failed", help="List what failed three times, and do nothing else.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Queue the failed explanations again before.")
    ] = False,
    signed: Annotated[
        bool, typer.Option("--signed", help="Read signed encounters too, which else stay unread.")
    ] = False,
) -> None:
    """Score the notes in the queue and explain what is suggested, most probable first.

    Any number may run beside the app, with the same settings; the app's own worker rests
    meanwhile. A model that is promoted is taken up while it runs. Ctrl-C, or SIGTERM, ends it
    after what it is doing. With --failed the exit code is 1 where something failed.
    """
    if failed and (retry or until_empty or threads or signed):
        raise InputError("--failed only lists; leave out the other options")
    from icd9_review.settings import Settings
    from icd9_review.store.database.engine import open_database, refuse_damaged
    from icd9_review.store.database.migrations import upgrade
    from icd9_review.store.explaining.explanation_queue import retry_explanations
    from icd9_review.store.users import system_user

    with closing(open_database(Settings().database)) as database:
        refuse_damaged(database)
        upgrade(database, mention)
        if failed:
            _list_failed(database)
            return
        if retry:
            count = retry_explanations(database, actor=system_user(database))
            typer.echo(f"{count:,} failed explanations wait again", err=True)
        _run(database, threads, until_empty=until_empty, signed=signed)


def _list_failed(database: Database) -> None:
    """A line for each; classes of errors and codes, never words of a note."""
    from icd9_review.store.explaining.explanation_queue import failed_explanations
    from icd9_review.store.scoring.scoring_queue import failed_notes
    from icd9_review.store.users import system_user

    by = system_user(database)
    notes, explanations = failed_notes(database, actor=by), failed_explanations(database, actor=by)
    for note in notes:
        typer.echo(f"{note.encounter}  note {note.note_id}  not scored: {note.error}")
    for each in explanations:
        typer.echo(
            f"{each.encounter}  note {each.key.note_id}  {each.key.kind} {each.key.code} "
            f"of model {each.key.model_version[:12]} not explained: {each.error}"
        )
    if notes or explanations:
        raise typer.Exit(EXIT_PROBLEMS)
    typer.echo("nothing has failed")


def _run(database: Database, threads: int | None, *, until_empty: bool, signed: bool) -> None:
    from icd9_review.jobs.chosen_model import choice, load_choice
    from icd9_review.logs import configure_logs, keep_threads_plain
    from icd9_review.model.reading.threads import leave_a_core, use_threads
    from icd9_review.settings import Settings
    from icd9_review.store.scoring.catching_up import read_signed

    settings = Settings()
    configure_logs(settings.log_level)
    keep_threads_plain()
    stop = _stop_signal()
    os.nice(_POLITENESS)
    predictor = load_choice(first := choice(database, settings.model))
    chosen: ModelChoice | None = first
    use_threads(threads) if threads else leave_a_core()
    while chosen is not None:
        worker = _worker(database, predictor, settings, until_empty=until_empty)
        if signed:
            count = read_signed(database, predictor.model_version)
            typer.echo(f"{count:,} notes of signed encounters wait", err=True)
            signed = False
        worker.start()
        typer.echo(f"working for model {predictor.model_version[:12]}", err=True)
        chosen, predictor = _wait(stop, worker, database, settings, chosen, predictor)
        worker.stop(_LAST_JOB)
    if not stop.is_set() and not until_empty:
        typer.echo("error: the worker ended by itself; start it again", err=True)
        raise typer.Exit(EXIT_PROBLEMS)


def _worker(
    database: Database, predictor: Predictor, settings: Settings, *, until_empty: bool
) -> Worker:
    """What works for a model that was just loaded."""
    from icd9_review.jobs.shadowing import ShadowReading
    from icd9_review.jobs.worker import Worker
    from icd9_review.model.explaining.checked import Checked
    from icd9_review.model.explaining.explainer import Explainer
    from icd9_review.model.reading.onnx_export import use_fastest
    from icd9_review.store.scoring.scores import register_model

    if settings.backend == "fastest":
        use_fastest(predictor, settings.exports)
    register_model(database, predictor.version)
    explainer = Checked(Explainer(predictor))
    return Worker(
        database,
        predictor,
        explainer,
        standby=False,
        until_empty=until_empty,
        beside=ShadowReading(database, settings.model).read_next,
        ahead=settings.explain_ahead,
        promotion_sample=settings.promotion_sample,
    )


def _wait(
    stop: threading.Event,
    worker: Worker,
    database: Database,
    settings: Settings,
    chosen: ModelChoice,
    predictor: Predictor,
) -> tuple[ModelChoice | None, Predictor]:
    """Until the worker is to end, or another model was chosen: then that one, loaded.

    What cannot be loaded is said once, and the model before goes on.
    """
    from icd9_review.jobs.chosen_model import choice, load_choice

    look, refused = time.monotonic() + _LOOKS, chosen
    # Seconds; by judgement: a signal is answered at once, and waiting costs nothing.
    while not stop.wait(0.2) and not worker.join(0):
        if time.monotonic() < look:
            continue
        look = time.monotonic() + _LOOKS
        try:
            found = choice(database, settings.model)
            if found not in (chosen, refused):
                refused = found
                return found, load_choice(found)
        except ReviewError as error:
            complain(f"{error} The model before goes on.")
    return None, predictor


def _stop_signal() -> threading.Event:
    """Set by SIGTERM and Ctrl-C from now on."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
