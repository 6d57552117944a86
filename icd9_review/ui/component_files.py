"""Scripts and styles of components as files that a browser keeps.

Streamlit sends what a component is made of with everything that it shows: 290 KB of the workbench
with each decision, which the server puts together, hashes and packs and the browser reads anew.
Here a component is one line that takes its script from an address of its own, which names the
content: it is fetched once, and kept until it changes.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

FOLDER: Final = "/component-files"
KEPT_FOR_GOOD: Final = "private, max-age=31536000, immutable"
"""For a year: another content has another address."""

_GONE: Final = "There is no such file; load the page anew.\n"
_NAMED: Final = 20  # characters of a SHA-256: no two files have the same
_STYLE: Final = "componentStyle"
_LOADER: Final = """
const address = new URL("%s", location.origin).href;
// A replica that dies at this moment is asked again at another; what failed once, a browser
// does not ask for under the same address.
async function load(times = 0) {
  try {
    return await import(times ? `${address}?${times}` : address);
  } catch (error) {
    if (times === 6) throw error;
    await new Promise((done) => setTimeout(done, 250 * 2 ** times));
    return load(times + 1);
  }
}
const { default: show, %s: style } = await load();
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
export default function (component) {
  const root = component.parentElement.getRootNode();
  const sheets = root.adoptedStyleSheets;
  if (!sheets.includes(sheet)) root.adoptedStyleSheets = [...sheets, sheet];
  return show(component);
}
"""


@dataclass(frozen=True, slots=True)
class _File:
    plain: bytes
    packed: bytes


_files: dict[str, _File] = {}


def component_of_files(name: str, *, js: str, css: str) -> Callable[..., Any]:
    """What shows a component, as ``st.components.v2.component`` gives it.

    ``js`` has a default function, ``css`` holds inside the component alone.
    """
    text = f"{js}\nexport const {_STYLE} = {json.dumps(css)};\n".encode()
    file = f"{hashlib.sha256(text).hexdigest()[:_NAMED]}.js"
    _files[file] = _File(text, gzip.compress(text, mtime=0))
    loader = _LOADER % (f"{FOLDER}/{file}", _STYLE)
    return st.components.v2.component(name, js=loader)


def files_route() -> Route:
    """The route at which the files are fetched; a page has declared its own before."""
    return Route(f"{FOLDER}/{{file}}", _answer)


async def _answer(request: Request) -> Response:
    file = _files.get(request.path_params["file"])
    if file is None:
        return PlainTextResponse(
            "There is no such file; load the page anew.\n", 404, {"Cache-Control": "no-store"}
        )
    packs = "gzip" in request.headers.get("accept-encoding", "")
    headers = {"Cache-Control": KEPT_FOR_GOOD, "Vary": "Accept-Encoding"}
    if packs:
        headers["Content-Encoding"] = "gzip"
    return Response(file.packed if packs else file.plain, 200, headers, "text/javascript")
