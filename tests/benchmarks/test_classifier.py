"""Does the classifier keep its bars? No database: titles in, personas out."""

import gc
import time
import tracemalloc

from personas.classifier import compile_ruleset, explainer, normalise
from tenants.samples.dice import Dice
from tests.benchmarks.bars import Bar, in_pieces, show_bars
from tests.benchmarks.figures import show
from tests.personas.rulesets import Automaton, decide_slowly, thrown_rules, thrown_titles
from tests.personas.titles import distinct_titles, grown_rules, some_titles

MANY = 50_000
PAIRS = 1_000_000
# Few, so that phrases overlap, nest and repeat.
WORDS = ("de", "gerente", "ventas", "a", "jefe", "b", "general", "c")


def test_deciding() -> None:
    """Winner only, of normalised titles: as an export holds them, and each distinct one once."""
    few, many = grown_rules(500), grown_rules(100 * 500)
    ours, theirs = compile_ruleset(*few, revision=1), Automaton(*few)
    sides = {
        "pyahocorasick": theirs.winner,
        "500": ours.winner,
        "50,000": compile_ruleset(*many, revision=1).winner,
    }
    bars, lines = [], []
    common = [normalise(title) for title in some_titles(MANY)]
    distinct = [normalized for normalized, _typed in distinct_titles(MANY // 2)]
    for name, titles in (("as they come", common), ("distinct", distinct)):
        took = in_pieces(sides, titles)
        speed, growth = took["pyahocorasick"] / took["500"], took["50,000"] / took["500"]
        bars.append(Bar(f"winner ÷ pyahocorasick, 500 keywords, titles {name}", speed, least=0.8))
        bars.append(Bar(f"slower with 100 × the keywords, titles {name}", growth, most=2.5))
        lines.append(f"titles {name}: {len(titles) / took['500']:,.0f} a second and core")
    show_bars("Winner only", bars, *lines)


def test_explaining() -> None:
    """Titles as typed, with all that matched and the sentence."""
    ruleset, tell = compile_ruleset(*grown_rules(500), revision=1), explainer()
    titles = some_titles(MANY)
    took = in_pieces({"whole": lambda title: tell(ruleset.classify(title))}, titles)
    bar = Bar(
        "with full explanation", len(titles) / took["whole"], least=150_000, unit="titles a second and core"
    )
    show_bars("Full answers", [bar])


def test_compiling() -> None:
    """5,000 keywords: time and memory."""
    personas, keywords = grown_rules(5_000)
    seconds = []
    for _round in range(20):
        start = time.process_time()
        compile_ruleset(personas, keywords, 1)
        seconds.append(time.process_time() - start)
    gc.collect()
    tracemalloc.start()
    kept = compile_ruleset(personas, keywords, 1)
    gc.collect()
    size = tracemalloc.get_traced_memory()[0] / 2**20
    tracemalloc.stop()
    assert len(kept.keywords) == len(keywords)
    show_bars(
        "Compiling 5,000 keywords",
        [
            Bar("time", min(seconds) * 1000, most=10, unit="ms"),
            Bar("memory", size, most=2, unit="MiB"),
        ],
    )


def test_a_million_pairs_without_disagreement() -> None:
    """P2–P4: random titles by random rules, judged by the plain loop; one disagreement fails."""
    dice, judged, matched = Dice(4), 0, 0
    while judged < PAIRS:
        personas, keywords = thrown_rules(dice, WORDS[: 2 + int(dice.share() * len(WORDS))])
        ruleset, automaton = compile_ruleset(personas, keywords, 1), Automaton(personas, keywords)
        for title in thrown_titles(dice, WORDS, count=100):
            code, includes = decide_slowly(personas, keywords, title)
            winner = ruleset.winner(title)
            assert ruleset.persona_of(winner).code == code, (keywords, title)
            assert (winner.id if winner else None) == (includes[0] if includes else None), (keywords, title)
            assert winner is automaton.winner(title), (keywords, title)
            judged, matched = judged + 1, matched + (winner is not None)
    show("Pairs of title and rules", f"{judged:,} judged, {matched:,} with a winner, 0 disagreements")
