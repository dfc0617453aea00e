"""The paired bootstrap."""

import numpy as np
import pytest

from lmmrec_tfrs.evaluation.bootstrap import paired_bootstrap, paired_bootstrap_over_seeds


@pytest.fixture
def values():
    return np.random.default_rng(0).random(400)


def test_identical_systems_do_not_differ(values):
    result = paired_bootstrap(values, values)
    assert (result.difference, result.low, result.high, result.p_value) == (0, 0, 0, 1)


def test_a_clear_difference_is_significant_either_way(values):
    better = paired_bootstrap(values + 0.1, values, samples=999)
    worse = paired_bootstrap(values, values + 0.1, samples=999)
    assert better.difference == pytest.approx(0.1)
    assert worse.difference == pytest.approx(-0.1)
    # Not one of 999 resampled means has the other sign: 2 (1 + 0) / 1000.
    assert better.p_value == worse.p_value == pytest.approx(0.002)


def test_the_pairing_finds_what_the_spread_of_users_hides():
    rng = np.random.default_rng(1)
    users = 10 * rng.random(200)
    noise = rng.normal(size=200) * 0.01
    assert paired_bootstrap(users + 0.01 + noise, users).p_value < 0.01


def test_the_interval_has_the_width_of_the_standard_error():
    differences = np.random.default_rng(2).normal(size=2000)
    result = paired_bootstrap(differences, np.zeros(2000), samples=4000)
    error = differences.std() / np.sqrt(2000)
    assert result.high - result.low == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert result.low < result.difference < result.high


def test_noise_is_rarely_significant():
    rng = np.random.default_rng(3)
    p_values = [
        paired_bootstrap(rng.normal(size=100), np.zeros(100), samples=200).p_value
        for _ in range(200)
    ]
    # 5% expected; twelve percent would be some four standard deviations off.
    assert np.mean(np.array(p_values) < 0.05) < 0.12


def test_the_seed_decides(values):
    other = np.random.default_rng(4).random(400)
    first = paired_bootstrap(values, other, seed=1)
    assert first == paired_bootstrap(values, other, seed=1)
    assert first != paired_bootstrap(values, other, seed=2)


def test_unpaired_values_are_refused(values):
    with pytest.raises(ValueError, match=r"received shapes \(400,\) and \(399,\)"):
        paired_bootstrap(values, values[:-1])


def test_with_one_seed_each_it_is_the_bootstrap_over_users():
    a, b = np.random.default_rng(5).random((2, 1, 500))
    over_seeds = paired_bootstrap_over_seeds(a, b, samples=4000)
    over_users = paired_bootstrap(a[0], b[0], samples=4000)
    assert over_seeds.difference == pytest.approx(over_users.difference)
    assert over_seeds.high - over_seeds.low == pytest.approx(
        over_users.high - over_users.low, rel=0.05
    )


def test_seeds_that_disagree_widen_the_interval():
    # No user differs from another: all the variance is that of the seeds, 4 and 2 of them, as
    # resampling gives it (divided by the number of seeds, not by one less).
    a = np.repeat([[0.1], [0.2], [0.3], [0.4]], 50, axis=1)
    b = np.repeat([[0.0], [0.1]], 50, axis=1)
    result = paired_bootstrap_over_seeds(a, b, samples=20_000, confidence=0.6827)
    assert result.difference == pytest.approx(0.25 - 0.05)
    expected = np.sqrt(np.var([0.1, 0.2, 0.3, 0.4]) / 4 + np.var([0.0, 0.1]) / 2)
    assert (result.high - result.low) / 2 == pytest.approx(expected, rel=0.25)


def test_one_lucky_seed_proves_nothing():
    rng = np.random.default_rng(6)
    users = rng.random(1000)
    a = np.stack([users + shift for shift in (-0.01, 0.04, -0.01)])
    b = np.stack([users + shift for shift in (0.02, -0.03, 0.01)])
    assert paired_bootstrap(a.mean(axis=0), b.mean(axis=0)).p_value < 0.01
    assert paired_bootstrap_over_seeds(a, b).p_value > 0.05


def test_more_users_of_one_system_are_refused():
    with pytest.raises(ValueError, match=r"received shapes \(2, 3\) and \(2, 4\)"):
        paired_bootstrap_over_seeds(np.zeros((2, 3)), np.zeros((2, 4)))
