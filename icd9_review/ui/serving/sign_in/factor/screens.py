"""What the pages of the second factor show: forms, the picture for the app, recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import quote

import segno

from icd9_review.store.people.factor.one_time_codes import set_up_address
from icd9_review.ui.serving.sign_in.page import CODE, FACTOR, SIGN_IN, SIGN_OUT, hidden_fields

CODES = f"{FACTOR}/codes"
REMOVAL = f"{FACTOR}/remove"

_BORDER = 4  # empty modules around the picture (ISO/IEC 18004, 6.3.8)
_GROUP = 4  # letters of the secret that are typed at a glance
_SIGN_OUT = f'<form method="post" action="{SIGN_OUT}"><button>Sign out</button></form>'


def code_form(place: str, seal: str) -> str:
    """The second form of a sign-in."""
    return (
        '<p class="note">The password was right. Type the code that your authenticator app shows '
        "now, or one of your recovery codes.</p>"
        f'<form method="post" action="{CODE}">{hidden_fields(place, seal)}'
        f"{_code_field('Code', focus=True)}"
        '<button class="first">Sign in</button></form>'
        f'<p class="note"><a href="{SIGN_IN}?place={escape(quote(place))}">Start again</a></p>'
    )


def set_up_form(
    place: str, seal: str, *, secret: str, sealed: str, name: str, asks_password: bool, must: bool
) -> str:
    """The picture for the app, the same as text, and a code to show that it arrived.

    Who ``must`` set it up before anything else has no way back, but one out.
    """
    groups = " ".join(secret[at : at + _GROUP] for at in range(0, len(secret), _GROUP))
    password = _password_field() if asks_password else ""
    code = _code_field("Code that the app shows", focus=not asks_password)
    why = "<p>Your role must have one here before anything else.</p>" if must else ""
    return (
        f'{why}<p class="note">Open an authenticator app on your telephone, let it scan this '
        f"picture, then type the code that it shows.</p>{_picture(secret, name)}"
        f'<p class="note">Without a camera type this into the app:</p><code>{groups}</code>'
        f'<form method="post" action="{FACTOR}">{hidden_fields(place, seal)}'
        f'<input type="hidden" name="secret" value="{escape(sealed)}">{password}{code}'
        '<button class="first">Set it up</button></form>'
        f"{_SIGN_OUT if must else _way_back(place)}"
    )


def confirm_form(action: str, words: str, button: str, place: str, seal: str) -> str:
    """What is to happen, in a sentence, and the password for it."""
    return (
        f'<p class="note">{escape(words)}</p><form method="post" action="{action}">'
        f"{hidden_fields(place, seal)}{_password_field()}"
        f'<button class="first">{escape(button)}</button></form>'
        f"{_way_back(place)}"
    )


def recovery_codes_list(codes: Iterable[str], name: str, place: str) -> str:
    """The recovery codes, this once: to print, to copy at a click, to keep as a file."""
    codes = tuple(codes)
    items = "".join(f"<li>{escape(code)}</li>" for code in codes)
    text = "\n".join(("ICD-9 Review: recovery codes", "", *codes, ""))
    return (
        "<p>Each of these lets you in once where you do not have your app. They are shown this "
        "once: print them, or keep them where you keep passwords.</p>"
        f'<p class="note">For {escape(name)}</p><ol class="codes">{items}</ol>'
        '<p class="note screen">A click on the list selects all of it to copy.</p>'
        '<p class="note screen"><a download="recovery-codes.txt" '
        f'href="data:text/plain;charset=utf-8,{quote(text)}">Save as a file</a></p>'
        f'<p class="screen"><a class="button" href="{escape(place)}">I have kept them</a></p>'
    )


def _way_back(place: str) -> str:
    return f'<p class="note"><a href="{escape(place)}">Back</a></p>'


def _password_field() -> str:
    """Where it stands, one begins with it."""
    return (
        '<label for="password">Your password</label><input id="password" name="password" '
        'type="password" autocomplete="current-password" maxlength="256" required autofocus>'
    )


def _code_field(label: str, *, focus: bool) -> str:
    return (
        f'<label for="code">{label}</label><input id="code" name="code" '
        'autocomplete="one-time-code" maxlength="60" spellcheck="false" '
        f'autocapitalize="characters" required{" autofocus" if focus else ""}>'
    )


def _picture(secret: str, name: str) -> str:
    """A QR code, dark on white in either theme, because cameras want it so."""
    made = segno.make(set_up_address(secret, name), error="m", micro=False)
    return str(
        made.svg_inline(
            border=_BORDER,
            dark="#000",
            light="#fff",
            omitsize=True,
            svgclass="picture",
            lineclass=None,
            title="Picture to be scanned by an authenticator app",
        )
    )
