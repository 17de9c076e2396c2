"""What a person reads on a page."""

import html
import re

from django.urls import reverse


def address(model, pk=None):
    """The list of a model, or one row's page."""
    if pk is None:
        return reverse(f"admin:jobs_{model}_changelist")
    return reverse(f"admin:jobs_{model}_change", args=[pk])


def source(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def words(response):
    """The page without its tags, white space folded."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", source(response))).split())


def listed(response):
    """The rows of a list, each as its words."""
    body = source(response).partition('id="result_list"')[2].partition("</table>")[0]
    rows = body.split("<tr>")[2:]
    return [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", row)).split()) for row in rows]
