"""One request to a server that speaks chat completions, and what its failures mean (N11, N12).

The SDK's own retries are off: two layers that retry multiply, and it repeats what no repetition heals, as a
spent account.
"""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type

from insights.labelling.asked import Usage
from insights.labelling.stops import AnswerFault, EngineStopped, Stop, Transient
from tenants.intake.strict_json import BadJSON, read_json

if TYPE_CHECKING:
    import openai

OPENAI_URL = "https://api.openai.com/v1"
TRIES = 3
TIMEOUT_S = 90.0
# Longer waits are another run's.
LONGEST_WAIT_S = 120.0
MONEY = frozenset({
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
})  # fmt: skip
BY_STATUS = {
    401: Stop.BAD_KEY,
    402: Stop.QUOTA,
    403: Stop.BAD_KEY,
    404: Stop.NO_MODEL,
}
PASSING = frozenset({408, 409, 425, 429})
# Of a server that counts nothing: no tongue has so many tokens to its bytes (usual are 3.6 bytes a token).
BYTES_A_TOKEN_AT_LEAST = 2
FINISHED_BADLY = {"length": "cut", "content_filter": "filtered"}

Message = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """The text of an answer, what it took, who gave it, and how long all tries lasted."""

    text: str
    usage: Usage
    model: str
    seconds: float


class UnusableAnswer(AnswerFault):
    """An answer that was paid for and cannot be used; `usage` is what it took."""

    def __init__(self, code: str, usage: Usage) -> None:
        super().__init__(code)
        self.usage = usage


class Chat:
    """A model behind `base_url`; threads may share it."""

    def __init__(
        self,
        *,
        api_key: str,
        model: str,
        base_url: str = "",
        timeout_s: float = TIMEOUT_S,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model, self._sleep = model, sleep
        self._is_openai = base_url.rstrip("/") in ("", OPENAI_URL)
        self._sdk = _sdk()
        self._client = self._sdk.OpenAI(
            api_key=api_key,
            base_url=base_url or OPENAI_URL,
            timeout=self._sdk.Timeout(timeout_s, connect=min(5.0, timeout_s)),
            max_retries=0,
        )

    def ask(self, messages: Sequence[Message], *, schema: Mapping[str, Any], most_tokens: int) -> Answer:
        """Return the answer's text. Raises EngineStopped, Transient (after three tries), UnusableAnswer."""
        began = time.monotonic()
        retrying = Retrying(
            stop=_is_over,
            wait=_wait_of,
            retry=retry_if_exception_type(Transient),
            sleep=self._sleep,
            reraise=True,
        )
        answer = retrying(self._try, list(messages), dict(schema), most_tokens)
        return replace(answer, seconds=time.monotonic() - began)

    def _try(self, messages: list[Message], schema: dict[str, Any], most_tokens: int) -> Answer:
        create: Any = self._client.chat.completions.with_raw_response.create
        try:
            raw = create(
                model=self.model,
                messages=messages,
                response_format={"type": "json_schema", "json_schema": schema},
                **self._profile(schema["name"], most_tokens),
            )
        except self._sdk.APIStatusError as error:
            raise fault_of(error) from error
        except self._sdk.APITimeoutError as error:
            raise Transient("timed_out") from error
        except self._sdk.APIConnectionError as error:
            raise Transient("unreachable") from error
        # Escapes make it longer, never shorter.
        sent = len(json.dumps([messages, schema]))
        return read_completion(raw.content, sent=sent, most_tokens=most_tokens)

    def _profile(self, name: str, most_tokens: int) -> dict[str, Any]:
        """Return what only OpenAI knows, or what other servers know instead."""
        if self._is_openai:
            return {"max_completion_tokens": most_tokens, "prompt_cache_key": f"minga-{name}"}
        return {"max_tokens": most_tokens}


def _sdk() -> Any:
    """Return the SDK; it loads for a second, which only a process that asks a model should wait."""
    import openai

    return openai


def read_completion(raw: bytes, *, sent: int, most_tokens: int) -> Answer:
    """Return what the body of a completion says. Raises UnusableAnswer.

    `sent`: bytes of the request; with the tokens asked for at most they say what was taken where the server
    does not.
    """
    most = _at_most(sent, len(raw), most_tokens)
    try:
        body = read_json(raw)
    except BadJSON as error:
        # Nobody knows how much was written before it was cut off.
        raise UnusableAnswer("malformed", replace(most, tokens_out=most_tokens)) from error
    if not isinstance(body, dict):
        raise UnusableAnswer("malformed", most)
    usage = usage_of(body.get("usage")) or most
    text = _text_of(body.get("choices"), usage)
    return Answer(text=text, usage=usage, model=str(body.get("model") or ""), seconds=0.0)


def _text_of(choices: object, usage: Usage) -> str:
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise UnusableAnswer("empty", usage)
    if message.get("refusal"):
        raise UnusableAnswer("refused", usage)
    if code := FINISHED_BADLY.get(str(choice.get("finish_reason"))):
        raise UnusableAnswer(code, usage)
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise UnusableAnswer("empty", usage)
    return content


def _at_most(sent: int, answered: int, most_tokens: int) -> Usage:
    """Return what a call can have taken: taken for nothing, it would never reach a budget (N12).

    What a model thought without showing it is not in the answer.
    """
    return Usage(
        calls=1,
        tokens_in=-(-sent // BYTES_A_TOKEN_AT_LEAST),
        tokens_out=min(-(-answered // BYTES_A_TOKEN_AT_LEAST), most_tokens),
        estimated=True,
    )


def usage_of(counted: object) -> Usage | None:
    """Return the tokens a server says that it took; None where it leaves one of the two counts out."""
    if not isinstance(counted, dict) or not _count(counted.get("prompt_tokens")):
        return None
    if not _count(counted.get("completion_tokens")):
        return None
    details = counted.get("prompt_tokens_details")
    return Usage(
        calls=1,
        tokens_in=_count(counted.get("prompt_tokens")),
        tokens_out=_count(counted.get("completion_tokens")),
        tokens_cached=_count(details.get("cached_tokens")) if isinstance(details, dict) else 0,
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and value > 0 else 0


def fault_of(error: "openai.APIStatusError") -> Exception:
    """Return what the server's refusal means for the labelling (N12)."""
    code, kind = str(error.code or ""), str(error.type or "")
    if code in MONEY or kind in MONEY:
        return EngineStopped(Stop.QUOTA, code or kind)
    if code == "context_length_exceeded":
        return UnusableAnswer("too_long", Usage(calls=1))
    if error.status_code in PASSING or error.status_code >= 500:
        return Transient(f"status_{error.status_code}", _asked_wait(error.response.headers))
    return EngineStopped(BY_STATUS.get(error.status_code, Stop.BAD_REQUEST), code[:60])


def _asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the server asks to wait for, in any of its three forms."""
    if headers.get("retry-after-ms", "").isdecimal():
        return int(headers["retry-after-ms"]) / 1000
    asked = headers.get("retry-after", "")
    try:
        return max(0.0, float(asked))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return None


def _asked(state: RetryCallState) -> float | None:
    error = state.outcome.exception() if state.outcome else None
    return error.wait_s if isinstance(error, Transient) else None


def _is_over(state: RetryCallState) -> bool:
    return state.attempt_number >= TRIES or (_asked(state) or 0.0) > LONGEST_WAIT_S


def _wait_of(state: RetryCallState) -> float:
    asked = _asked(state)
    if asked is not None:
        return asked
    # Apart, so that five requests refused together do not come back together.
    return float(2 ** (state.attempt_number - 1)) * random.uniform(0.375, 0.5)  # noqa: S311 - no secret
