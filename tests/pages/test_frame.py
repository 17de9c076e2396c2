"""What every page has in common: policy, errors, and no markup that the policy forbids."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
OURS = [path for path in TEMPLATES.rglob("*.html") if "admin" not in path.parts]
FORBIDDEN = {
    "a style attribute": r"<[^>]*\sstyle=",
    "a style element": r"<style",
    "an inline script": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an event attribute": r"<[^>]*\son[a-z]+=",
    "evaluated htmx": r"\bhx-on|js:",
    "something from elsewhere": r"(?:src|href)=\"(?:https?:)?//",
}


@pytest.mark.parametrize("path", OURS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_templates_have_nothing_that_the_policy_would_block(path):
    text = path.read_text()
    assert not [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text)]


def test_pages_come_with_a_strict_policy(client, db):
    policy = client.get(reverse("jobs")).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_an_address_that_leads_nowhere_has_a_page_with_the_menu(client, db):
    answer = client.get("/nowhere")
    page = answer.content.decode()
    assert answer.status_code == 404
    assert "There is nothing here" in page
    assert reverse("jobs") in page


def test_strangers_get_the_page_without_a_menu(stranger, db):
    page = stranger.get("/nowhere").content.decode()
    assert "There is nothing here" in page
    assert reverse("jobs") not in page


def test_the_page_for_a_broken_server_needs_neither_request_nor_database():
    page = render_to_string("500.html")
    assert "Something went wrong on the server" in page
    assert "It is not your fault" in page


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "411", "413", "500", "503"])
def test_each_error_page_names_its_status_and_leads_on(status):
    page = render_to_string(f"{status}.html", {"detail": "<Why.>"})
    assert f'<p class="error-code">{status[:3]}</p>' in re.sub(r"\s*\n\s*", "", page)
    assert 'href="/"' in page
    assert "<Why.>" not in page
