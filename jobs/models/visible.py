"""Who may see which rows: asked here, and nowhere else."""

from typing import Any, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[M]):
    """Rows that belong to somebody, by way of ``owner``."""

    owner = "owner"
    """The lookup that leads from a row to the user who owns it."""

    def visible_to(self, user: Any) -> Self:
        """Those that this person may see: their own; strangers see none."""
        if user.pk is None:
            return self.none()
        return self.filter(**{f"{self.owner}_id": user.pk})
