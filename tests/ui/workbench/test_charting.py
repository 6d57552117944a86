"""The chart, its edits and what may be missing, in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from icd9_review.codes.built_in import built_in_lists
from icd9_review.codes.lists import (
    CodeList,
    ListName,
    ListOrigin,
    Lists,
    Provenance,
)
from icd9_review.ui.encounter.context import NoteContext
from icd9_review.ui.workbench.charting import (
    exempt_codes,
    present_chart,
    present_edits,
    present_lists,
    present_stated,
)
from icd9_review.ui.workbench.lines.view import LineView
from icd9_review.values import (
    CareSetting,
    Chart,
    ChartCode,
    CodeState,
    Edit,
    Hold,
    HoldReason,
    Kind,
    OfferUse,
    Origin,
    Poa,
    ReviewState,
    Severity,
    Sex,
    SignOff,
    Span,
    Verdict,
)

NOW = datetime(2014, 3, 17, 14, 2, tzinfo=UTC)
NAMES = {1: "Ana Ortiz"}


def accepted(code: str, kind: Kind = Kind.DIAGNOSIS) -> CodeState:
    return CodeState(code, kind, Verdict.ACCEPTED, None, 1, NOW, 1, origin=Origin.ADDED)


def test_the_chart_has_its_codes_in_order_with_what_is_set_on_them() -> None:
    state = ReviewState(
        sequence=9,
        codes=(),
        accepted=(
            replace(accepted("428.0"), poa=Poa.YES),
            accepted("401.9"),
            replace(accepted("38.93", Kind.PROCEDURE), performed=date(2014, 3, 12)),
        ),
        admitting="786.05",
    )
    view = present_chart(state, NAMES, "")
    assert view.order == ("diagnosis:428.0", "diagnosis:401.9", "procedure:38.93")
    assert view.poa == {"diagnosis:428.0": "Y"}
    assert view.performed == {"procedure:38.93": "2014-03-12"}
    assert (view.admitting, view.hold, view.signed) == ("diagnosis:786.05", "", "")


def test_a_hold_says_why_in_whose_words_and_a_signature_whose_it_is() -> None:
    hold = Hold(HoldReason.QUERY, "d", 1, NOW)
    state = ReviewState(9, (), hold=hold, signed=SignOff(1, NOW, "0" * 64))
    view = present_chart(state, NAMES, "asked Dr B")
    assert view.hold.startswith(
        "waits for a physician's answer: \u2068asked Dr B\u2069 (Ana Ortiz, "
    )
    assert view.signed.startswith("Ana Ortiz, ")


def edit(code: str, message: str = "{} has no POA indicator.", number: int = 25) -> Edit:
    return Edit(number, Severity.ERROR, message.format(code), "Appendix I", code)


def test_what_a_rule_says_alike_of_many_codes_is_said_once() -> None:
    views = present_edits(
        [edit(f"42{n}.0") for n in range(8)] + [edit("999.9", "{} is retired.", 1)]
    )
    assert [view.number for view in views] == [25, 1]
    assert views[0].key == "diagnosis:420.0"
    assert [view.alike for view in views] == [8, 1]
    assert views[0].message == (
        "420.0 has no POA indicator. The same for 421.0, 422.0, 423.0, 424.0 and 3 more."
    )


def test_two_codes_are_told_apart() -> None:
    views = present_edits([edit("428.0"), edit("401.9")])
    assert [view.key for view in views] == ["diagnosis:428.0", "diagnosis:401.9"]


def test_offers_carry_their_titles() -> None:
    (view,) = present_edits([replace(edit("428"), offers=("428.0",))])
    assert [(offer.code, offer.title) for offer in view.offers] == [
        ("428.0", "Congestive heart failure, unspecified")
    ]


def test_an_offer_says_what_it_does_and_to_which_codes() -> None:
    combined = replace(edit("491.21"), others=("466.0",), offers=("491.22",), use=OfferUse.COMBINE)
    (view,) = present_edits([combined])
    assert (view.use, view.others) == ("combine", ("diagnosis:466.0",))


def test_the_lists_say_where_they_are_from_and_what_is_not_checked() -> None:
    built_in = present_lists(built_in_lists())
    assert built_in.text == "Edits use the built-in lists."
    assert any("excludes" in line for line in built_in.unchecked)
    official = Provenance(ListOrigin.OFFICIAL, "MCE v32", "0" * 64)
    held = CodeList(ListName.MANIFESTATION, frozenset({(Kind.DIAGNOSIS, "357.2")}), official)
    lists = Lists({**built_in_lists().lists, ListName.MANIFESTATION: held})
    view = present_lists(lists)
    assert view.text == "Edits use MCE v32."
    assert ("manifestation", "official", "MCE v32", "1") in view.rows
    assert len(view.unchecked) == len(built_in.unchecked) - 1


def test_the_exempt_codes_are_those_of_the_list() -> None:
    diagnoses = (ChartCode("428.0"), ChartCode("V58.61"))
    chart = Chart(CareSetting.INPATIENT, 70, Sex.MALE, None, None, diagnoses)
    assert exempt_codes(chart, built_in_lists()) == ("diagnosis:V58.61",)


OPERATION = (
    "DATE OF PROCEDURE: 03/14/2013\nCardioversion was done.\n"
    "On 3/16/2013 the patient underwent hemodialysis.\n"
)


def operated(
    text: str,
    discharged: date | None = None,
    lines: Sequence[LineView] = (),
    **spans: str | tuple[str, ...],
) -> dict[str, str]:
    """The days stated for two procedures, named by the words of the note."""
    codes = {"cardioversion": "99.61", "dialysis": "39.95"}
    chart = Chart(
        CareSetting.INPATIENT,
        67,
        Sex.MALE,
        date(2013, 3, 12),
        discharged,
        (),
        tuple(ChartCode(code, Kind.PROCEDURE) for code in codes.values()),
    )
    named = {
        (Kind.PROCEDURE, codes[name]): tuple(
            Span("n1", text.index(word), text.index(word) + 1)
            for word in ((words,) if isinstance(words, str) else words)
        )
        for name, words in spans.items()
    }
    found = present_stated(chart, {"n1": NoteContext(text)}, named, lines)
    return {key.partition(":")[2]: f"{view.day} {view.quote}" for key, view in found.items()}


def test_the_day_of_a_procedure_is_read_where_its_words_stand() -> None:
    assert operated(OPERATION, cardioversion="Cardioversion", dialysis="hemodialysis") == {
        "99.61": "2013-03-14 DATE OF PROCEDURE: 03/14/2013",
        "39.95": "2013-03-16 On 3/16/2013",
    }


def test_the_line_that_a_procedure_codes_states_its_day_where_its_words_do_not() -> None:
    text = "PROCEDURES:\n1. Shock of the heart, 03/15/2013.\nCOURSE: Cardioversion went well.\n"
    start, end = text.index("Shock"), text.index("\nCOURSE")
    coded = ("procedure:99.61",)
    line = LineView("", 0, 0, 0, ("n1", start, end), "procedure", "", "", "coded", coded, "", False)
    assert operated(text, lines=[line], cardioversion="Cardioversion") == {
        "99.61": "2013-03-15 1. Shock of the heart, 03/15/2013"
    }


def test_without_words_the_only_day_that_heads_a_note_counts() -> None:
    assert set(operated(OPERATION).values()) == {"2013-03-14 DATE OF PROCEDURE: 03/14/2013"}
    twice = OPERATION + "DATE OF PROCEDURE: 03/15/2013\n"
    assert operated(twice) == {}
    assert operated("Seen on 3/14/2013.") == {}


def test_a_day_outside_the_stay_is_not_offered() -> None:
    assert operated(OPERATION, discharged=date(2013, 3, 13)) == {}
    assert operated(OPERATION.replace("03/14/2013", "03/08/2013")) == {}
    assert operated(OPERATION.replace("03/14/2013", "03/09/2013")) != {}


def test_an_old_day_beside_the_words_does_not_hide_the_day_of_the_stay() -> None:
    old = "On 3/4/2010 the patient underwent dialysis for the first time.\n"
    told = operated(old + OPERATION, dialysis=("dialysis for", "hemodialysis"))
    assert told["39.95"] == "2013-03-16 On 3/16/2013"
    assert operated(old + OPERATION, dialysis="dialysis for")["39.95"].startswith("2013-03-14 ")
    assert operated(old, dialysis="dialysis for") == {}


def test_of_two_days_that_head_a_note_only_one_of_the_stay_is_offered() -> None:
    twice = OPERATION + "DATE OF PROCEDURE: 03/15/2013\n"
    assert "99.61" not in operated(twice, cardioversion="Cardioversion")
    older = OPERATION + "DATE OF PROCEDURE: 03/15/2010\n"
    assert operated(older, cardioversion="Cardioversion")["99.61"].startswith("2013-03-14 ")


def test_the_lists_named_below_the_edits_are_those_they_consult() -> None:
    index = Provenance(ListOrigin.OFFICIAL, "Index to Procedures (FY12)", "a" * 64)
    lists = replace(built_in_lists(), sources={"procedure_index": index})
    found = present_lists(lists)
    assert found.text == "Edits use the built-in lists."
    assert any(row[2] == index.version for row in found.rows)
