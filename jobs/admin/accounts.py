"""Users and groups: Django's own admin of them, searched as everything else is."""

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group

from forgesyte.admin_search import SearchedInAnyCase

admin.site.unregister([get_user_model(), Group])


@admin.register(get_user_model())
class SearchedUserAdmin(SearchedInAnyCase, UserAdmin):
    """Found by name and e-mail address, in the list and where the owner of a key is chosen."""


@admin.register(Group)
class SearchedGroupAdmin(SearchedInAnyCase, GroupAdmin):
    """Found by name."""
