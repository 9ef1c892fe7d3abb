"""How allauth keeps and names second factors here: secrets encrypted, passkeys bound to one host."""

import base64
import hashlib
from functools import cache

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from tenants.models import User

# Keys of one purpose open nothing that was made for another.
PURPOSE = b"minga second factors "


class HouseAdapter(DefaultMFAAdapter):
    """Named by MFA_ADAPTER."""

    def encrypt(self, text: str) -> str:
        """Keep a secret so that a copy of the database alone logs nobody in."""
        return _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Read it again, also under a key that is being replaced."""
        box = _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return box.decrypt(encrypted_text.encode()).decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Bind passkeys to the host they were made on, or to the parent that all hosts share."""
        host = settings.PASSKEY_HOST or context.request.get_host().partition(":")[0]
        return {"id": host, "name": "Minga"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, object]:
        """Describe the person to their own device."""
        assert isinstance(user, User)  # noqa: S101 - allauth hands back what we handed in
        return {"id": user.pk.bytes, "name": user.email, "display_name": user.name or user.email}


@cache
def _box(*secrets: str) -> MultiFernet:
    digests = (hashlib.sha256(PURPOSE + secret.encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
