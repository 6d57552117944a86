"""What a component is made of is fetched once, by an address that names the content."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from icd9_review.ui import component_files
from icd9_review.ui.component_files import component_of_files, files_route

SCRIPT = "export default function () {}"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What Streamlit is given of each component."""
    given: dict[str, str] = {}
    monkeypatch.setattr(component_files, "_files", {})
    monkeypatch.setattr(
        "streamlit.components.v2.component", lambda name, js: given.update({name: js})
    )
    return given


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=[files_route()])) as asking:
        yield asking


def address(loader: str) -> str:
    (found,) = re.findall(r'"(/component-files/[^"]+)"', loader)
    return str(found)


def test_what_is_sent_with_every_answer_is_an_address_and_no_script(sent: dict[str, str]) -> None:
    component_of_files("a", js=SCRIPT + "// long" * 9000, css=".a {}" * 9000)
    assert len(sent["a"]) < 1500


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_a_file_is_kept_for_good_and_has_script_and_style(
    sent: dict[str, str], client: TestClient, encoding: str
) -> None:
    component_of_files("a", js=SCRIPT, css='.a { content: "x" }')
    answer = client.get(address(sent["a"]), headers={"Accept-Encoding": encoding})
    assert answer.headers["cache-control"].endswith("immutable")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers.get("content-encoding", "identity") == encoding
    assert answer.text.startswith(SCRIPT)
    assert r'export const componentStyle = ".a { content: \"x\" }";' in answer.text


def test_another_content_has_another_address(sent: dict[str, str]) -> None:
    for name, css in (("a", ".a {}"), ("b", ".b {}"), ("c", ".a {}")):
        component_of_files(name, js=SCRIPT, css=css)
    assert address(sent["a"]) == address(sent["c"]) != address(sent["b"])


def test_a_file_of_another_version_is_not_there_and_that_is_not_kept(client: TestClient) -> None:
    answer = client.get("/component-files/0123.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (404, "no-store")
