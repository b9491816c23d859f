"""Who may read the log of acts."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model
from rules.permissions import add_perm

from kyoso.hub.accounts.rules import is_auditor, is_secretariat
from kyoso.hub.record.models import Event

ACTIONS: Mapping[str, type[Model]] = {"record.view_event": Event}

add_perm("record.view_event", is_secretariat | is_auditor)
