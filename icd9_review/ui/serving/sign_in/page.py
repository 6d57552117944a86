"""The pages before the app: plain HTML with forms and no script.

They answer before any page of Streamlit is loaded, so that whoever is not signed in gets
nothing of it, and a password passes through a route alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from icd9_review.values import User

SIGN_IN = "/sign-in"
SIGN_OUT = "/sign-out"
PROVIDER = "/sign-in/provider"
RETURN = "/sign-in/return"
STAYING = "/session"
CONFIRM = "/confirm"
PASSWORD = "/password"  # noqa: S105
CODE = "/sign-in/code"
ACCOUNT = "/account"
FACTOR = "/second-factor"

_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 "Source Sans", system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: start center;
  background: light-dark(#f6f7f9, #0e1117); color: light-dark(#1c2733, #e8ebef); }
main { box-sizing: border-box; width: min(26rem, 100vw - 2rem); margin-top: 14vh; padding: 2rem;
  border: 1px solid light-dark(#d5dae1, #343c48); border-radius: 10px;
  background: light-dark(#fff, #171c24); }
h1 { margin: 0; font-size: 1.4rem; }
p { margin: 0.5rem 0 0; }
form { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.35rem;
  margin-top: 1.25rem; }
label { font-size: 0.9rem; font-weight: 600; }
input { padding: 0.55rem 0.7rem; margin-bottom: 0.65rem; border: 1px solid light-dark(#8b96a5,
  #66707f); border-radius: 6px; background: light-dark(#fff, #0e1117); color: inherit;
  font: inherit; }
button, a.button { display: flex; justify-content: space-between; gap: 1rem; padding: 0.6rem 0.9rem;
  border: 1px solid light-dark(#8b96a5, #66707f); border-radius: 6px; background: none;
  color: inherit; font: inherit; text-align: start; text-decoration: none;
  overflow-wrap: anywhere; cursor: pointer; }
button.first, a.button { justify-content: center; border-color: transparent;
  background: light-dark(#14589c, #7db8f0); color: light-dark(#fff, #10151c); font-weight: 600; }
button span { flex: none; opacity: 0.75; }
button:hover, a.button:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid light-dark(#14589c, #7db8f0); outline-offset: 2px; }
.refused { padding: 0.6rem 0.8rem; border-left: 4px solid light-dark(#b3261e, #ff8a80);
  background: light-dark(#fdecea, #3a1f1f); overflow-wrap: anywhere; }
.note { font-size: 0.9rem; opacity: 0.85; }
p a { color: inherit; }
main:has(.picture) { margin: 4vh 0; }
.picture { display: block; width: 13rem; margin: 1rem auto 0.5rem; border-radius: 6px; }
code { display: block; padding: 0.5rem; text-align: center; text-wrap: balance;
  font: 0.95rem/1.6 ui-monospace, monospace; user-select: all; }
ol.codes { margin: 1rem 0 0; padding: 0.75rem 0.75rem 0.75rem 2.75rem; border-radius: 6px;
  border: 1px solid light-dark(#d5dae1, #343c48); user-select: all;
  font: 0.95rem/1.75 ui-monospace, monospace; }
@media print { body { display: block; background: none; color: #000; }
  main { margin: 0; border: 0; background: none; } .screen { display: none; } }
"""


def page(title: str, inside: str, *, refused: str = "") -> str:
    """A whole page; ``inside`` is HTML of this module, ``refused`` a sentence for people."""
    said = f'<p class="refused" role="alert">{escape(refused)}</p>' if refused else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · ICD-9 Review</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{said}{inside}</main></body></html>"
    )


def password_form(place: str, seal: str, name: str = "") -> str:
    """Name and password; the focus is where something is missing."""
    first, second = (" autofocus", "") if not name else ("", " autofocus")
    return (
        f'<form method="post" action="{SIGN_IN}">{hidden_fields(place, seal)}'
        '<label for="name">Name</label>'
        f'<input id="name" name="name" value="{escape(name)}" autocomplete="username" '
        f'maxlength="100" required{first}>'
        '<label for="password">Password</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" '
        f'maxlength="256" required{second}>'
        '<button class="first">Sign in</button></form>'
    )


def new_password_form(place: str, seal: str) -> str:
    """The present password and the one to come, twice."""
    fields = (
        ("present", "Present password", "current-password", " autofocus"),
        ("password", "New password", "new-password", ""),
        ("again", "New password, again", "new-password", ""),
    )
    inputs = "".join(
        f'<label for="{field}">{label}</label><input id="{field}" name="{field}" type="password" '
        f'autocomplete="{complete}" maxlength="256" required{focus}>'
        for field, label, complete, focus in fields
    )
    return (
        '<p class="note">Fifteen characters or more. A sentence is easier to keep than signs.</p>'
        f'<form method="post" action="{PASSWORD}">{hidden_fields(place, seal)}{inputs}'
        '<button class="first">Keep this password</button></form>'
    )


def people_form(people: Iterable[User], place: str, seal: str) -> str:
    """A button for each person, where nobody has to prove who they are."""
    buttons = "".join(
        f'<button name="person" value="{person.id}">{escape(person.name)}'
        f"<span>{escape(person.role.value)}</span></button>"
        for person in people
    )
    return (
        '<p class="note">What you see and decide is kept under this name.</p>'
        f'<form class="people" method="post" action="{SIGN_IN}">'
        f"{hidden_fields(place, seal)}{buttons}</form>"
    )


def provider_link(way: str) -> str:
    """The way to the provider, ``way`` being its address here."""
    return f'<p><a class="button" href="{escape(way)}" autofocus>Sign in</a></p>'


def onward(address: str) -> str:
    """A page of somebody else, which the browser goes to by itself."""
    return (
        f'<meta http-equiv="refresh" content="0; url={escape(address)}">'
        f'<p><a class="button" href="{escape(address)}">Go on</a></p>'
    )


def signed_out_here() -> str:
    """What is left to do where a proxy goes on naming the person."""
    return (
        "<p>Sign out where you signed in as well, or close the browser: until then this address "
        f"signs you in again.</p>{again_link('/')}"
    )


def again_link(place: str) -> str:
    """Back to where one can sign in."""
    return f'<p><a class="button" href="{escape(place)}">Try again</a></p>'


def chart_link(place: str) -> str:
    """Back to the chart that was to be signed."""
    return f'<p><a class="button" href="{escape(place)}" autofocus>Back to the chart</a></p>'


def hidden_fields(place: str, seal: str) -> str:
    """What every form carries along: where one wanted to go, and that the form is ours."""
    return (
        f'<input type="hidden" name="place" value="{escape(place)}">'
        f'<input type="hidden" name="seal" value="{escape(seal)}">'
    )
