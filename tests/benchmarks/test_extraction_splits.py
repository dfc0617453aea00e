"""What is held out stays out: splits and counts of the extraction benchmark."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.extraction_quality import classification, planted_sample, rent_the_runway, skytrax
from benchmarks.extraction_quality.faithfulness import Tally
from lmmrec_tfrs.data.records import Evidence
from lmmrec_tfrs.motivation.taxonomy import Taxonomy


def rentals():
    rows = [("ann", "a", "work"), ("ann", "a", "work"), ("ann", "b", "party"),
            ("bob", "a", "wedding"), ("bob", "b", "wedding"),
            ("cid", "b", "date"), ("cid", "b", "date"), ("cid", "a", "other")]  # fmt: skip
    return pd.DataFrame(rows, columns=["user_id", "item_id", "rented_for"])


@pytest.mark.parametrize("seed", range(5))
def test_one_rental_is_held_out_of_each_user_with_three(seed):
    frame = rentals()
    held = rent_the_runway.hold_out(frame, seed)
    assert sorted(frame[held]["user_id"]) == ["ann", "cid"]
    assert np.array_equal(held, rent_the_runway.hold_out(frame, seed))


def test_counts_hold_no_rental_that_is_held_out():
    frame = rentals()
    held = rent_the_runway.hold_out(frame, 0)
    for key in ("user_id", "item_id"):
        counts = rent_the_runway.count_by(frame[~held], key)
        assert list(counts.columns) == list(rent_the_runway.CLASSES)
        assert counts.to_numpy().sum() == len(frame) - held.sum()
        for owner, row in counts.iterrows():
            kept = frame[~held & (frame[key] == owner)]["rented_for"].tolist()
            assert sorted(np.repeat(counts.columns, row)) == sorted(kept)


def test_shares_are_drawn_towards_the_prior_and_ties_go_to_it():
    prior = np.array([0.25, 0.75])
    shares = rent_the_runway.smoothed(np.array([[2.0, 0.0], [0.0, 0.0]]), prior, 2.0)
    assert shares.tolist() == [[0.625, 0.375], [0.25, 0.75]]
    losses = rent_the_runway.log_losses(shares, np.array([0, 1]))
    np.testing.assert_allclose(losses, [-np.log(0.625), -np.log(0.75)])
    counts = np.array([[1.0, 1.0], [1.0, 0.0]])
    assert rent_the_runway.majority_of(counts, prior).tolist() == [1, 0]


def test_the_half_that_is_reported_is_never_chosen_on_nor_trained_on(monkeypatch):
    monkeypatch.setattr(skytrax, "NUM_REPEATS", 2)
    truth = np.arange(80) % 4
    words = np.array(["work", "wife", "kids", "alone"])
    texts = [f"{words[label]} flight {n}" for n, label in enumerate(truth)]
    chosen, reported = skytrax.halves(truth)
    assert len(chosen) == len(reported) == 40
    assert not np.intersect1d(chosen, reported).size
    predicted = skytrax.trained(texts, truth, reported, size=20, seed=0)
    judged = predicted != classification.NOT_JUDGED
    assert not judged[:, chosen].any()
    assert judged.sum(axis=1).max() < 40  # some of the reported half were trained on
    assert (predicted[judged] == np.broadcast_to(truth, predicted.shape)[judged]).all()


def test_shoppers_are_drawn_with_all_their_reviews():
    users = ["ann", "bob", "ann", "cid", "bob", "ann"]
    rows = planted_sample.draw_shoppers(users, 3, seed=0)
    drawn = {users[row] for row in rows}
    assert len(rows) >= 3
    assert sorted(rows) == [row for row, user in enumerate(users) if user in drawn]


def test_relevance_marks_the_planted_names():
    taxonomy = Taxonomy.load("fashion_luxury")
    relevant = planted_sample.relevance([[], [taxonomy.names[3], taxonomy.names[0]]], taxonomy)
    assert [np.flatnonzero(row).tolist() for row in relevant] == [[], [0, 3]]


def test_a_quote_that_is_not_in_the_text_is_an_exception():
    tally = Tally()
    evidence = [
        Evidence("gift", "for [NAME]"),
        Evidence("gift", "So soft"),
        Evidence("gift", "velvet"),
    ]
    tally.add(evidence, raw="So soft, for Ann.", masked="So soft, for [NAME].")
    assert tally.exceptions == ["velvet"]
    assert (tally.quotes, tally.verbatim, tally.masked) == (3, 2, 1)
