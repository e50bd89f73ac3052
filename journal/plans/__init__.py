"""Trading plans, worst cases and playbooks: written, versioned, carried by orders."""

from __future__ import annotations

from journal.plans.due import due_drills, due_reviews


__all__ = ["due_drills", "due_reviews"]
