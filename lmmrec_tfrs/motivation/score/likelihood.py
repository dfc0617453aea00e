"""Choosing how a language model scores, and what its scores depend on."""

import hashlib
import json

import keras_hub

from lmmrec_tfrs.motivation.models.llama_forward import LlamaForward
from lmmrec_tfrs.motivation.score.candidate_likelihood import CandidateLikelihood
from lmmrec_tfrs.motivation.score.config import ScoreConfig
from lmmrec_tfrs.motivation.score.few_shot_prompt import FewShotPrompt
from lmmrec_tfrs.motivation.score.stock_likelihood import StockLikelihood
from lmmrec_tfrs.motivation.taxonomy import Taxonomy

# Speed only: an answer does not depend on them.
_NOT_IN_FINGERPRINT = {"batch_size", "batch_tokens", "jit_compile"}


def make_likelihood(
    model: keras_hub.models.CausalLM, taxonomy: Taxonomy, config: ScoreConfig, seed: int
) -> CandidateLikelihood | StockLikelihood:
    """The fast scorer for a Llama in float32, the plain one for any other model."""
    scorer = CandidateLikelihood if LlamaForward.supports(model.backbone) else StockLikelihood
    return scorer(model, taxonomy, config, seed)


def likelihood_fingerprint(
    model_fingerprint: str, taxonomy: Taxonomy, config: ScoreConfig, seed: int
) -> str:
    """Identifies all that a score depends on but the text, without loading the model.

    Returns:
        A SHA-256, in hexadecimal.
    """
    prompt = FewShotPrompt.from_taxonomy(taxonomy, config.few_shot_examples, seed)
    said = {
        "model": model_fingerprint,
        "prompt": [prompt.prefix, prompt.body("x"), prompt.suffix],
        "candidates": [prompt.candidate(name) for name in taxonomy.names],
        "settings": config.model_dump(mode="json", exclude=_NOT_IN_FINGERPRINT),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode("utf-8")).hexdigest()
