"""SmolLM2 keeps the form: answers parse and quote verbatim. What they say is not judged."""

import pytest

from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.generate.local_writer import LocalWriter
from lmmrec_tfrs.motivation.generate.prompts import Prompt
from lmmrec_tfrs.motivation.generate.writer import Request
from lmmrec_tfrs.motivation.models.registry import load_causal_lm

TEXTS = (
    "I bought this dress for my cousin's summer wedding. \"Light\", it didn't crease.",
    "Works. \U0001f381",
)


@pytest.mark.campaign
@pytest.mark.slow
def test_answers_parse_and_quote_verbatim():
    model = load_causal_lm("packaged:smollm2-135m")
    writer = LocalWriter(model, GenerateConfig(max_new_tokens=64, max_tokens=64, batch_size=2))

    # The tokens are those of the whole conversation as one string.
    messages = Prompt.load("review", "1").messages(TEXTS[:1])
    whole = "".join(f"<|im_start|>{role}\n{content}<|im_end|>\n" for role, content in messages)
    tokens = model.preprocessor.tokenizer([f"{whole}<|im_start|>assistant\n"])[0]
    assert writer._chat.encode(messages) == [int(token) for token in tokens]

    requests = [Request("review", (text,)) for text in TEXTS]
    together = {answer.index: answer.raw for answer in writer.answers(requests)}
    assert sorted(together) == [0, 1]
    for index, text in enumerate(TEXTS):
        assert together[index].facts
        assert all(quote in text for quote in together[index].quotes)
