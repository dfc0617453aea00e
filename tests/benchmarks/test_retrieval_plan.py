"""What is run with which settings: equal budgets, and nothing chosen on test."""

import dataclasses

import pytest

from benchmarks.retrieval_bench import plan, search_space, variants
from benchmarks.retrieval_bench.archive import ARCHIVE
from benchmarks.retrieval_bench.backbones import BACKBONES
from benchmarks.retrieval_bench.baselines import BASELINES
from benchmarks.retrieval_bench.cold_study import cold_runs
from benchmarks.retrieval_bench.data_sets import DATA_SETS
from benchmarks.retrieval_bench.noise_study import noise_runs
from benchmarks.retrieval_bench.published_settings import add_settings, read_settings
from benchmarks.retrieval_bench.search_space import BASE, COMMON, SPACES, draw
from benchmarks.retrieval_bench.store import CellStore, Outcome
from benchmarks.retrieval_bench.tuning import (
    Chosen,
    Trial,
    TuningFolder,
    choose,
    published,
    settings_note,
)
from benchmarks.retrieval_bench.variants import FULL, NO_TEXT, SHUFFLED_TEXT, VARIANTS
from benchmarks.retrieval_bench.width_study import WIDTHS, width_runs
from tests.benchmarks.toy_retrieval import prepared_toy

BACKBONE = BACKBONES[0]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return prepared_toy(tmp_path_factory.mktemp("data"))


@pytest.fixture
def tuning(tmp_path):
    return TuningFolder(tmp_path / "tuning", tmp_path / "archive")


def chosen(prepared, variant, settings):
    return Chosen(
        data_set=prepared.name,
        data_digest=prepared.digest,
        backbone=BACKBONE,
        variant=variant,
        seeds=(1000,),
        settings=settings,
        validation=0.5,
        trials=(Trial(settings=settings, validation=0.5),),
    )


@pytest.mark.parametrize("trial", range(5))
def test_with_and_without_text_the_common_settings_are_drawn_alike(trial):
    without, full = draw("mlp", NO_TEXT, trial, seed=3), draw("mlp", FULL, trial, seed=3)
    assert {name: full[name] for name in without} == without
    assert set(without) - set(BASE[NO_TEXT]) == (set(COMMON) if trial else set())


def test_trials_differ_and_repeat_themselves():
    draws = [draw("mlp", FULL, trial, 0) for trial in range(6)]
    assert all(a != b for n, a in enumerate(draws) for b in draws[:n])
    assert draws == [draw("mlp", FULL, trial, 0) for trial in range(6)]
    assert draws[1] != draw("mlp", FULL, 1, seed=1)


def test_a_backbone_may_have_a_scale_of_its_own():
    mlp, sasrec = draw("mlp", FULL, 2, 0), draw("sasrec", FULL, 2, 0)
    assert mlp.keys() == sasrec.keys()
    assert {name for name in mlp if mlp[name] != sasrec[name]} == {"l2"}


def test_a_further_setting_leaves_the_draws_of_the_others_alone(monkeypatch):
    before = draw("mlp", FULL, 2, 0)
    wider = {**SPACES[FULL], "another": search_space.Choice((1, 2))}
    monkeypatch.setattr(search_space, "SPACES", {FULL: wider})
    after = draw("mlp", FULL, 2, 0)
    assert after.pop("another") in (1, 2)
    assert after == before


def test_both_searches_have_the_same_budget_and_seeds_and_never_see_test(prepared):
    searches = {
        variant: plan.trials(prepared, BACKBONE, variant, num_trials=3, num_seeds=2, seed=0)
        for variant in SPACES
    }
    for trials in searches.values():
        assert len(trials) == 3
        for _, cells in trials:
            assert [cell.seed for cell in cells] == [1000, 1001]
            assert {cell.measures for cell in cells} == {"validation"}
    assert not searches[NO_TEXT][0][1][0].settings["use_text"]
    assert searches[FULL][0][1][0].settings["use_text"]


def test_every_shipped_variant_and_search_space_fits_the_configuration():
    plan.check_settings(BACKBONES, list(VARIANTS))


def test_a_setting_that_does_not_exist_is_an_error(monkeypatch):
    monkeypatch.setitem(variants.VARIANTS, "broken", {"alignment_wait": 0.0})
    with pytest.raises(ValueError, match=r"the variant broken .* did you mean 'alignment_weight'"):
        plan.check_settings(BACKBONES, ["broken"])
    monkeypatch.setitem(variants.VARIANTS, "broken", {"backbones.name": "mlp"})
    with pytest.raises(ValueError, match="has no section 'backbones'"):
        plan.check_settings(BACKBONES, ["broken"])


def test_ablations_take_the_full_models_settings_and_the_baseline_its_own(prepared, tuning):
    tuning.write(chosen(prepared, FULL, {"l2": 0.7, "alignment_weight": 0.3}))
    tuning.write(chosen(prepared, NO_TEXT, {"l2": 0.2}))

    def settings(variant):
        (cell,) = plan.model_cells(prepared, BACKBONE, variant, [4], tuning)
        assert (cell.seed, cell.measures, cell.settings["seed"]) == (4, "test", 4)
        return cell.settings

    full, alone = settings(FULL), settings("no_alignment")
    assert (full["l2"], full["alignment_weight"], full["use_text"]) == (0.7, 0.3, True)
    differing = {name for name in full if full[name] != alone[name]}
    assert differing == {"alignment_weight"}
    assert settings(SHUFFLED_TEXT) == {**full, "use_text": "shuffled"}
    assert settings(NO_TEXT)["l2"] == 0.2


def test_without_a_search_the_configuration_decides(prepared, tuning):
    """And what all trials have over it, for the full model is to have no part switched off."""
    (cell,) = plan.model_cells(prepared, BACKBONE, FULL, [0], tuning)
    assert cell.settings["l2"] == prepared.config.training.l2
    assert BASE[FULL]["coordination_weight"] > 0
    assert {name: cell.settings[name] for name in BASE[FULL]} == BASE[FULL]


def l2_of(prepared, variant, tuning):
    (cell,) = plan.model_cells(prepared, BACKBONE, variant, [0], tuning)
    return cell.settings["l2"]


def test_without_a_search_here_the_published_one_counts(prepared, tuning):
    by_default = l2_of(prepared, FULL, tuning)
    searches = [chosen(prepared, FULL, {"l2": 0.6}), chosen(prepared, NO_TEXT, {"l2": 0.5})]
    add_settings(tuning.archive, [published(each, prepared) for each in searches])
    assert l2_of(prepared, FULL, tuning) == l2_of(prepared, "no_alignment", tuning) == 0.6
    assert l2_of(prepared, NO_TEXT, tuning) == 0.5
    note = settings_note(tuning, [prepared], [BACKBONE, "mlp"])
    assert note == "Settings: 0 from searches here, 2 from published ones, 2 not tuned."
    # Of other data it says nothing.
    contents = prepared.contents.model_copy(update={"digest": "other"})
    assert l2_of(dataclasses.replace(prepared, contents=contents), FULL, tuning) == by_default
    # A search of one's own is not compared with one that had another budget.
    tuning.write(chosen(prepared, FULL, {"l2": 0.7}))
    assert l2_of(prepared, FULL, tuning) == 0.7
    assert l2_of(prepared, NO_TEXT, tuning) == by_default


def test_nothing_stands_in_for_a_search_that_failed(prepared, tuning):
    add_settings(tuning.archive, [published(chosen(prepared, FULL, {"l2": 0.6}), prepared)])
    tuning.write(chosen(prepared, NO_TEXT, {"l2": 0.7}))
    tuning.write_failure(prepared.name, BACKBONE, NO_TEXT)
    for variant in (FULL, NO_TEXT):
        with pytest.raises(ValueError, match="toy/matrix_factorization/no_text that finished"):
            l2_of(prepared, variant, tuning)
    tuning.write(chosen(prepared, NO_TEXT, {"l2": 0.7}))
    assert l2_of(prepared, NO_TEXT, tuning) == 0.7


def test_published_settings_are_added_and_replaced(prepared, tmp_path):
    assert read_settings(tmp_path) == {}
    first, second = (published(chosen(prepared, FULL, {"l2": l2}), prepared) for l2 in (0.1, 0.2))
    other = published(chosen(prepared, NO_TEXT, {"l2": 0.3}), prepared)
    add_settings(tmp_path, [first, other])
    add_settings(tmp_path, [second])
    assert read_settings(tmp_path) == {second.search: second, other.search: other}
    (tmp_path / "settings.json").write_text(
        f"[{first.model_dump_json()},{first.model_dump_json()}]"
    )
    with pytest.raises(ValueError, match="expected each search once"):
        read_settings(tmp_path)


@pytest.mark.parametrize("variant", SPACES)
@pytest.mark.parametrize("backbone", BACKBONES)
@pytest.mark.parametrize("data_set", DATA_SETS)
def test_published_settings_are_among_what_the_search_draws(data_set, backbone, variant):
    known = read_settings(ARCHIVE)[data_set, backbone, variant]
    trials = [draw(backbone, variant, trial, seed=0) for trial in range(known.trials)]
    assert known.settings in trials
    assert known.validation >= known.first_trial


def test_the_variants_that_are_compared_had_the_same_budget():
    known = read_settings(ARCHIVE)
    for (data_set, backbone, _), each in known.items():
        other = known[data_set, backbone, NO_TEXT]
        assert (each.trials, each.trial_seeds) == (other.trials, other.trial_seeds)


def test_a_search_on_other_data_is_refused(prepared, tuning):
    other = chosen(prepared, FULL, {}).model_copy(update={"data_digest": "other"})
    tuning.write(other)
    with pytest.raises(ValueError, match="found one on other: run `tune` again"):
        plan.model_cells(prepared, BACKBONE, FULL, [0], tuning)


def test_only_what_hangs_on_a_seed_is_run_for_each(prepared):
    runs = {name: len(plan.baseline_cells(prepared, name, range(5))) for name in BASELINES}
    assert runs == {"most_popular": 1, "ease": 1, "ials": 5, "item_knn": 1}


def test_the_best_trial_on_validation_is_chosen(prepared, tmp_path):
    store = CellStore(tmp_path)
    trials = plan.trials(prepared, BACKBONE, FULL, num_trials=3, num_seeds=2, seed=0)
    with pytest.raises(FileNotFoundError):
        choose(store, trials)
    # The second trial has the best single seed, the third the best mean.
    for (_, cells), values in zip(trials, [(0.1, 0.1), (0.9, 0.0), (0.5, 0.6)], strict=True):
        for cell, value in zip(cells, values, strict=True):
            store.write(cell, Outcome({"validation ndcg@20": value, "diverged": False}, {}))
    best = choose(store, trials)
    assert best.settings == trials[2][0]
    assert [trial.validation for trial in best.trials] == pytest.approx([0.1, 0.45, 0.55])
    assert best.seeds == (1000, 1001)


def test_noise_is_new_for_each_seed_and_swaps_no_texts_where_none_are_read(prepared, tuning):
    runs = noise_runs(prepared, BACKBONE, [0, 1], tuning)
    assert [run.kind for run in runs[:2]] == ["none", "none"]
    swapped = [run for run in runs if run.kind == "swapped_texts"]
    assert [run.share for run in swapped] == [0.05, 0.1, 0.2, 0.3]
    assert {cell.variant for run in swapped for cell in run.cells} == {FULL}
    for run in runs[2:]:
        assert [(cell.seed, cell.change.seed) for cell in run.cells] == [(0, 0), (1, 1)]


def test_the_width_study_changes_the_width_alone_and_shares_the_runs_of_the_chosen_one(
    prepared, tuning
):
    tuning.write(chosen(prepared, NO_TEXT, {"l2": 0.3}))
    tuning.write(chosen(prepared, FULL, {"embedding_dim": 128, "l2": 0.7}))
    runs = width_runs(prepared, BACKBONE, [0, 1], tuning)
    assert [run.width for run in runs] == [*WIDTHS, *WIDTHS]
    for run in runs:
        assert {cell.settings["embedding_dim"] for cell in run.cells} == {run.width}
        l2 = {NO_TEXT: 0.3, FULL: 0.7}[run.cells[0].variant]
        assert [(cell.seed, cell.settings["l2"]) for cell in run.cells] == [(0, l2), (1, l2)]
    final = plan.model_cells(prepared, BACKBONE, FULL, [0, 1], tuning)
    assert [run.width for run in runs if list(run.cells) == final] == [128]


def test_the_cold_study_takes_the_settings_of_the_whole_data_set(prepared, tuning, tmp_path):
    tuning.write(chosen(prepared, FULL, {"l2": 0.7}))
    cold = prepared_toy(tmp_path, "toy--cold_items")
    cells = [cell for runs in cold_runs(cold, prepared, [BACKBONE], [0], tuning) for cell in runs]
    by_variant = {cell.variant: cell for cell in cells}
    assert by_variant[FULL].settings["l2"] == by_variant[SHUFFLED_TEXT].settings["l2"] == 0.7
    assert {cell.data_set for cell in cells} == {"toy--cold_items"}
