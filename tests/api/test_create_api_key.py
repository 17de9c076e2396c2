"""manage.py create_api_key"""

import io

import pytest
from django.core.management import CommandError, call_command

from jobs.models import ApiKey
from tests.factories import make_user


def create(*args):
    out = io.StringIO()
    call_command("create_api_key", *args, stdout=out)
    return out.getvalue()


def test_the_key_is_printed_and_works(owner):
    printed = create("ada", "laptop").strip()
    key = ApiKey.objects.find(printed)
    assert (key.owner, key.name, key.scopes) == (owner, "laptop", ["read", "submit"])


def test_scopes_can_be_chosen(owner):
    create("ada", "reader", "--scopes", "read")
    assert ApiKey.objects.get().scopes == ["read"]


def test_scopes_that_do_not_exist_are_refused(owner):
    with pytest.raises(CommandError, match="read, submit"):
        create("ada", "x", "--scopes", "read,write")
    with pytest.raises(CommandError, match="scope"):
        create("ada", "x", "--scopes", " ,")
    assert ApiKey.objects.count() == 0


def test_a_user_who_does_not_exist_is_told(db):
    make_user("bob")
    with pytest.raises(CommandError, match="'nobody'"):
        create("nobody", "x")
