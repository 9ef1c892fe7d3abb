"""A telephone that holds a passkey, in the browser's place (S8)."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

HOST = "minga.example"
PRESENT = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


def text64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """A telephone with one key pair; answers as `navigator.credentials` does."""

    def __init__(self, origin: str = f"https://{HOST}") -> None:
        self.origin, self.number = origin, secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())

    def create(self, asked: dict[str, Any]) -> str:
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(Aaguid.NONE, self.number, public)
        told = AuthenticatorData.create(
            self._host(asked["rp"]["id"]), PRESENT | AuthenticatorData.FLAG.AT, 0, credential
        )
        made = AttestationObject.create("none", told, {})
        return self._answer("webauthn.create", asked, attestationObject=text64(bytes(made)))

    def get(self, asked: dict[str, Any]) -> str:
        told = AuthenticatorData.create(self._host(asked["rpId"]), PRESENT, 1)
        said = self._said("webauthn.get", asked)
        signature = self.key.sign(bytes(told) + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {"authenticatorData": text64(bytes(told)), "signature": text64(signature)}
        return self._answer("webauthn.get", asked, **parts)

    def _host(self, name: str) -> bytes:
        return hashlib.sha256(name.encode()).digest()

    def _said(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _answer(self, kind: str, asked: dict[str, Any], **parts: str) -> str:
        said = {"clientDataJSON": text64(self._said(kind, asked))}
        number = text64(self.number)
        document = {"id": number, "rawId": number, "type": "public-key", "response": said | parts}
        return json.dumps(document | {"clientExtensionResults": {}})
