"""The whole evaluation of an exported model: beside baselines and its predecessor, judged."""

from lmmrec_tfrs.evaluation.baselines import fit_baselines
from lmmrec_tfrs.evaluation.config import EvaluationConfig
from lmmrec_tfrs.evaluation.embedding_scorer import embedding_scorer
from lmmrec_tfrs.evaluation.evaluate import evaluate
from lmmrec_tfrs.evaluation.interactions import Interactions, require
from lmmrec_tfrs.evaluation.report import EvaluationReport
from lmmrec_tfrs.evaluation.verdict import judge

MODEL_NAME = "model"
BLESSED_MODEL_NAME = "blessed_model"


def evaluate_model(
    model_path: str,
    blessed_model_path: str | None,
    validation: Interactions | None,
    test: Interactions | None,
    config: EvaluationConfig,
) -> EvaluationReport:
    """Evaluates a SavedModel on the configured split, and says whether it is blessed.

    Args:
        model_path: a SavedModel with `embed_query` and `embed_item`.
        blessed_model_path: the latest blessed one, with the same signatures, if there is any.
        validation: the validation split, on which the baselines' penalties are chosen.
        test: the test split.
        config: what is measured and asked for.

    Raises:
        ValueError: the split has nothing to be found, or the model cannot be used.
    """
    interactions = require(test if config.split == "test" else validation, config.split)
    scorers = [embedding_scorer(MODEL_NAME, model_path, interactions)]
    if blessed_model_path:
        scorers.append(embedding_scorer(BLESSED_MODEL_NAME, blessed_model_path, interactions))
    baselines = fit_baselines(interactions.train, validation, config)
    report = evaluate([*scorers, *(each.scorer for each in baselines)], interactions, config)
    verdict = judge(report, config, BLESSED_MODEL_NAME if blessed_model_path else None)
    settings = {each.scorer.name: each.settings for each in baselines if each.settings}
    return report.model_copy(update={"verdict": verdict, "settings": settings})
