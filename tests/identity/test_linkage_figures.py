"""The figures by which engines are compared in the benchmarks: they must not flatter anybody."""

import pytest

from tests.benchmarks.linkage import Limits, Prediction, evaluate, logit, read_predictions

TRUTH = {"a": "1", "b": "2", "c": "3", "d": ""}


def said(lead, person, posterior, is_link=None):
    return Prediction(lead, person, posterior, logit(posterior), is_link)


def test_it_counts_links_right_wrong_and_missed():
    """I7b: a right one, one of another person, one nobody named, and one of nobody's."""
    found = evaluate([said("a", "1", 0.99), said("b", "9", 0.95), said("d", "7", 0.91)], TRUTH)
    assert found.links == 3
    assert [found.precision, found.recall, found.f1] == pytest.approx([1 / 3] * 3)


def test_a_link_needs_the_posterior_and_the_gap():
    """I7b: 0.9, and 5 bits to the next person."""
    close = [said("a", "1", 0.95), said("a", "2", 0.9), said("b", "2", 0.89)]
    assert evaluate(close, TRUTH).links == 0
    assert evaluate(close, TRUTH, Limits(gap=0)).links == 1


def test_what_an_engine_linked_counts_whatever_the_posterior():
    """I7b: rules link by themselves."""
    told = [said("a", "1", 0.5, is_link=True), said("b", "2", 0.99, is_link=False)]
    found = evaluate(told, TRUTH)
    assert (found.links, found.precision) == (1, 1.0)


def test_the_best_f1_cuts_the_ranking_where_it_is_best():
    """I7b: two right ones above a wrong one; equal ones are cut together."""
    ranked = [said("a", "1", 0.9), said("b", "2", 0.8), said("d", "7", 0.3)]
    assert evaluate(ranked, TRUTH).best_f1 == pytest.approx(0.8)
    level = [said("a", "1", 0.9), said("b", "9", 0.9)]
    assert evaluate(level, TRUTH).best_f1 == pytest.approx(0.4)


def test_calibration_is_of_all_pairs():
    """I7b: Brier, log-loss and bins count the second candidates too."""
    found = evaluate([said("a", "1", 0.75), said("a", "2", 0.25), said("b", "9", 0.25)], TRUTH)
    assert found.brier == pytest.approx(0.0625)
    assert found.log_loss == pytest.approx(0.415, abs=0.001)
    assert [(one.pairs, one.right) for one in found.bins] == [(2, 0.0), (1, 1.0)]


def test_nothing_said_is_nothing_found():
    """I7b: no crash, no figure above 0."""
    found = evaluate([], TRUTH)
    assert (found.links, found.precision, found.recall, found.f1, found.best_f1) == (0, 0, 0, 0, 0)


def test_predictions_are_read_with_and_without_bits(tmp_path):
    """I7b: our engine and its peer write the same file."""
    short, long = tmp_path / "short.csv", tmp_path / "long.csv"
    short.write_text("external_id,person,posterior\na,1,0.5\n", encoding="utf-8")
    long.write_text("external_id,person,posterior,bits,is_link\na,1,1.0,40.5,1\n", encoding="utf-8")
    assert list(read_predictions(short)) == [Prediction("a", "1", 0.5, 0.0, None)]
    assert list(read_predictions(long)) == [Prediction("a", "1", 1.0, 40.5, True)]
