"""Requests to addresses that people typed: webhooks, recordings. One way out, guarded (S16)."""

from tenants.outgoing.addresses import is_public
from tenants.outgoing.sending import Answer, NotSent, send
from tenants.outgoing.targets import BadTarget, Target, target_of

__all__ = ["Answer", "BadTarget", "NotSent", "Target", "is_public", "send", "target_of"]
