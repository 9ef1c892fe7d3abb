"""What does a token say, and did we say it?"""

from tenants.tokens.jwt import BadToken, Claims, read, sign

__all__ = ["BadToken", "Claims", "read", "sign"]
