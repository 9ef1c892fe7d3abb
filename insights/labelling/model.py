"""A labelling by a model: several requests in flight, each answer given on as it comes (N8, N12)."""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from insights.labelling.asked import Agreement, Asked, Brand, Labelled, MaySpend, Usage
from insights.labelling.chat import Answer, Chat, UnusableAnswer
from insights.labelling.prompt import SCHEMA, VERSION, messages_for
from insights.labelling.reading import Outcome, broken, outcome_of
from insights.labelling.requests import Request, estimate, most_tokens, requests_for
from insights.labelling.stops import EngineStopped, Stop, Transient
from insights.rules import CALLS_AT_ONCE, COMMENTS_A_CALL, Engine, Label

# Answers in a row of which nothing could be used: the next ones would cost as much and bring as little.
MOST_BARREN = 12
# Answers thrown away for a canary's sake: a model too weak for canaries must not be asked for ever.
MOST_ASTRAY = 16
# Requests in a row that no try brought through.
MOST_UNANSWERED = 3


class ModelLabeller:
    """Labels by a server of chat completions. One labelling at a time; `agreement` is of the last one."""

    engine = Engine.MODEL
    version = VERSION

    def __init__(self, chat: Chat, *, size: int = COMMENTS_A_CALL, at_once: int = CALLS_AT_ONCE) -> None:
        self.model = chat.model
        self._chat, self._size, self._at_once = chat, size, at_once
        self._looks = _Looks()
        # Whether this server has ever answered: a run labels some hundred texts at a time, and only its very
        # first request flies alone.
        self._proven = False

    @property
    def agreement(self) -> Agreement:
        """How often two looks at one text agreed, once a labelling has ended."""
        return self._looks.agreement()

    def label(self, asked: Sequence[Asked], *, brand: Brand, may_spend: MaySpend) -> Iterator[Labelled]:
        """Yield what each request brought. Raises EngineStopped once all that came was yielded."""
        self._looks = _Looks()
        requests = requests_for(asked, size=self._size)
        flight = _Flight(self._chat, brand, may_spend, requests, is_proven=self._proven)
        # The threads wait for the server; they know no rows and no tenant (S3).
        with ThreadPoolExecutor(self._at_once, thread_name_prefix="labels, of no tenant") as threads:
            for outcome, labelled in flight.land_all(threads, self._at_once):
                self._looks.take(outcome)
                self._proven = flight.is_proven
                yield labelled
        flight.check_all_landed()


class _Flight:
    """The requests of one labelling: waiting, in flight, landed."""

    def __init__(
        self,
        chat: Chat,
        brand: Brand,
        may_spend: MaySpend,
        requests: Sequence[Request],
        *,
        is_proven: bool,
    ) -> None:
        self._chat, self._brand, self._may_spend = chat, brand, may_spend
        self._waiting = deque(requests)
        self._flying: dict[Future[Answer], tuple[Request, Usage]] = {}
        self._stopped: EngineStopped | None = None
        self.is_proven = is_proven
        self._barren = self._astray = self._unanswered = 0

    def land_all(self, threads: ThreadPoolExecutor, at_once: int) -> Iterator[tuple[Outcome, Labelled]]:
        """Yield every answer and every failure; nothing new leaves once something stopped."""
        while self._take_off(threads, at_once):
            done, _ = wait(self._flying, return_when=FIRST_COMPLETED)
            for future in done:
                request, _ = self._flying.pop(future)
                yield self._land(request, future)

    def check_all_landed(self) -> None:
        """Raise EngineStopped when texts were left without an answer."""
        if self._stopped is not None:
            raise self._stopped

    def _take_off(self, threads: ThreadPoolExecutor, at_once: int) -> bool:
        # The first alone: a wrong key costs one call.
        most = at_once if self.is_proven else 1
        while self._waiting and len(self._flying) < most and not self._is_over():
            request = self._waiting.popleft()
            likely = estimate(request, brand=self._brand)
            if not self._may_spend(sum((usage for _, usage in self._flying.values()), likely)):
                self._stopped = EngineStopped(Stop.BUDGET)
                break
            self._flying[threads.submit(self._ask, request)] = request, likely
        return bool(self._flying)

    def _is_over(self) -> bool:
        # A request that no try brought through leaves its texts pending, and others still fly.
        if self._stopped is None:
            return False
        passing = self._stopped.stop is Stop.UNREACHABLE and self.is_proven
        return not passing or self._unanswered >= MOST_UNANSWERED

    def _ask(self, request: Request) -> Answer:
        messages = messages_for(request.in_order(), brand=self._brand)
        return self._chat.ask(messages, schema=SCHEMA, most_tokens=most_tokens(request))

    def _land(self, request: Request, future: "Future[Answer]") -> tuple[Outcome, Labelled]:
        try:
            answer = future.result()
        except EngineStopped as stop:
            self._stopped = stop
            return _failed(stop.stop)
        except Transient as error:
            self._unanswered += 1
            self._stopped = self._stopped or EngineStopped(Stop.UNREACHABLE, error.cause)
            return _failed(error.cause)
        except UnusableAnswer as fault:
            return self._counted(broken(request, fault.code), Answer("", fault.usage, "", 0.0))
        outcome = outcome_of(request, answer.text, trusting=self._astray >= MOST_ASTRAY)
        return self._counted(outcome, answer)

    def _counted(self, outcome: Outcome, answer: Answer) -> tuple[Outcome, Labelled]:
        self.is_proven, self._unanswered = True, 0
        self._astray += outcome.astray
        self._barren = 0 if outcome.labels or outcome.astray else self._barren + 1
        self._waiting.extendleft(outcome.further)
        if self._barren >= MOST_BARREN and self._stopped is None:
            self._stopped = EngineStopped(Stop.UNUSABLE, next(iter(outcome.given_up.values()), ""))
        return outcome, Labelled(
            outcome.labels, outcome.given_up, answer.usage, answer.model, answer.seconds, outcome.fault
        )


def _failed(code: str) -> tuple[Outcome, Labelled]:
    """Return what a call that nobody answered leaves: its texts wait."""
    return Outcome(fault=code), Labelled({}, usage=Usage(calls=1), fault=code)


class _Looks:
    """What first and second looks said of the same texts."""

    def __init__(self) -> None:
        self._first: dict[str, Label] = {}
        self._second: dict[str, Label] = {}

    def take(self, outcome: Outcome) -> None:
        """Remember what is to be compared."""
        self._first |= outcome.labels
        self._second |= outcome.again

    def agreement(self) -> Agreement:
        both = self._first.keys() & self._second.keys()
        agreed = sum(self._first[key].sentiment is self._second[key].sentiment for key in both)
        return Agreement(len(both), agreed)
