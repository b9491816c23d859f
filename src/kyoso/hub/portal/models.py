"""What the site keeps for its readers."""

from __future__ import annotations

from kyoso.hub.portal.desk.models import Desk

__all__ = ["Desk"]
