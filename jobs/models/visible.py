"""Who may see which rows. All code asks here and nowhere else."""

from typing import Any, Self, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model, covariant=True)


class VisibleQuerySet(models.QuerySet[M]):
    """Rows that belong to a user."""

    owner = "owner"
    """The field lookup from a row to the user who owns it."""

    def visible_to(self, user: Any) -> Self:
        """Rows that this user may see: their own. Anonymous users see none."""
        if user.pk is None:
            return self.none()
        return self.filter(**{f"{self.owner}_id": user.pk})
