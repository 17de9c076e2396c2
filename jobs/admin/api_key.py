"""API keys: made here, shown once, revoked here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, QuerySet
from django.forms import ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.safestring import SafeString

from forgesyte.admin_search import SearchedInAnyCase
from jobs.admin.display import badge, moment
from jobs.models import ApiKey
from jobs.models.api_key import SCOPES

MEANINGS = {"read": "read: see jobs, results and media", "submit": "submit: upload and run jobs"}


class ApiKeyForm(forms.ModelForm):
    """What can be changed in an existing key."""

    class Meta:
        model = ApiKey
        fields = ("name", "expires_at")
        help_texts = {
            "owner": "The key can do what this user can do, within its scopes.",
            "name": "What it is for, so that people know it again.",
            "expires_at": "From then on it is refused. Empty: it stays valid until revoked.",
        }

    def clean_expires_at(self) -> Any:
        """Refuse a date in the past, which is a typing mistake."""
        end = self.cleaned_data["expires_at"]
        if end and "expires_at" in self.changed_data and end <= timezone.now():
            raise ValidationError("This time has passed already. Choose a later one, or none.")
        return end


class NewApiKeyForm(ApiKeyForm):
    """The fields of a new key, which ``ApiKey.objects.issue`` makes."""

    scopes = forms.MultipleChoiceField(
        choices=[(scope, MEANINGS.get(scope, scope)) for scope in SCOPES],
        initial=list(SCOPES),
        widget=forms.CheckboxSelectMultiple,
        help_text="What the key may be used for. This can't be changed later.",
    )

    class Meta(ApiKeyForm.Meta):
        fields = ("owner", "name", "scopes", "expires_at")  # type: ignore[assignment]


@admin.register(ApiKey)
class ApiKeyAdmin(SearchedInAnyCase):
    """Keys by name; the keys themselves are never shown again."""

    list_display = (
        "name",
        "owner",
        "beginning",
        "state",
        "scope_names",
        "expires",
        "last_used",
    )
    sortable_by = ()
    list_select_related = ("owner",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "owner__username", "hint")
    search_help_text = "Name, owner, or how the key begins."
    actions = ("revoke",)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """Scopes can only be chosen for a new key."""
        form = ApiKeyForm if change else NewApiKeyForm
        return super().get_form(request, obj, change, **{**kwargs, "form": form})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Existing keys show their history too."""
        if obj is None:
            return ("owner", "name", "scopes", "expires_at")
        shown = ("state", "beginning", "created_at", "last_used_at", "revoked_at")
        return ("owner", "name", "scope_names", "expires_at", *shown)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Only the name and expiry of an existing key can be changed."""
        if obj is None:
            return ()
        return tuple(
            name for name in self.get_fields(request, obj) if name not in ("name", "expires_at")
        )

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Superusers may choose any owner."""
        return ("owner",) if request.user.is_superuser else ()

    def formfield_for_foreignkey(
        self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField | None:
        """Others can only make keys for themselves, because a key acts as its owner."""
        if db_field.name == "owner" and not request.user.is_superuser:
            kwargs["queryset"] = get_user_model().objects.filter(
                username=request.user.get_username()
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="begins with")
    def beginning(self, key: ApiKey) -> str:
        """The beginning of the key, to recognise it."""
        return f"{key.hint}..."

    @admin.display(description="state")
    def state(self, key: ApiKey) -> SafeString:
        """Valid, expired or revoked."""
        if key.revoked_at:
            return badge("canceled", "Revoked")
        if key.expires_at and key.expires_at <= timezone.now():
            return badge("failed", "Expired")
        return badge("completed", "Valid")

    @admin.display(description="scopes")
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    @admin.display(description="expires")
    def expires(self, key: ApiKey) -> str:
        return moment(key.expires_at)

    @admin.display(description="last used")
    def last_used(self, key: ApiKey) -> str:
        return moment(key.last_used_at)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "API keys", **(extra_context or {})})

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Offer one button, because the page after a new key is always the one that shows it."""
        buttons = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), **buttons}
        )

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Let the manager make new keys: nothing else sees their text."""
        if change:
            obj.save(update_fields=["name", "expires_at"])
            return
        text, made = ApiKey.objects.issue(obj.owner, obj.name, form.cleaned_data["scopes"])
        made.expires_at = obj.expires_at
        made.save(update_fields=["expires_at"])
        obj.__dict__.update(made.__dict__)
        request.issued_key = text  # type: ignore[attr-defined]

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the key in this answer and nowhere else: no redirect, no session, no cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": "The API key was made",
            "opts": self.opts,
            "key": request.issued_key,  # type: ignore[attr-defined]
            "row": obj,
        }
        return TemplateResponse(request, "admin/jobs/apikey/issued.html", context)

    @admin.action(description="Revoke selected keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Revoke the selected keys."""
        living = list(queryset.filter(revoked_at=None))
        ApiKey.objects.filter(pk__in=[key.pk for key in living], revoked_at=None).update(
            revoked_at=timezone.now()
        )
        for key in living:
            self.log_change(request, key, "Revoked.")
        if living:
            self.message_user(request, f"Revoked: {len(living)}.", messages.SUCCESS)
        else:
            text = "Nothing to do: these keys had been revoked before."
            self.message_user(request, text, messages.WARNING)
