"""The settings of the strategy `generate`."""

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig


class EndpointConfig(FrozenConfig):
    """An OpenAI-compatible server, such as those of vLLM and llama.cpp.

    >>> EndpointConfig(base_url="http://localhost:8000/v1", model="served").concurrency
    8
    """

    base_url: str = Field(min_length=1, description="The server's URL, up to and with /v1.")
    model: str = Field(min_length=1, description="The name by which the server knows the model.")
    api_key_environment_variable: str | None = Field(
        default=None,
        description="The environment variable that holds the key; the key itself is never "
        "configured, so that it reaches no artifact.",
    )
    timeout_seconds: float = Field(default=60.0, gt=0.0, description="For one answer.")
    max_retries: int = Field(default=4, ge=0, description="With exponential back-off.")
    concurrency: int = Field(default=8, ge=1, le=256, description="Requests at once, a worker.")


class GenerateConfig(FrozenConfig):
    """How a language model writes motivations down.

    >>> GenerateConfig().prompt_version
    '1'
    """

    prompt_version: str = Field(default="1", description="Which of the published prompts is used.")
    max_tokens: int = Field(
        default=256, ge=16, le=4096, description="A text is cut after so many tokens."
    )
    max_new_tokens: int = Field(
        default=192, ge=48, le=4096, description="An answer is closed after so many tokens."
    )
    batch_size: int = Field(default=8, ge=1, description="Texts answered at once.")
    max_motivations: int = Field(
        default=3, ge=1, le=16, description="At most so many motivations an answer."
    )
    endpoint: EndpointConfig | None = Field(
        default=None,
        description="Ask a server instead of loading `language_model` on the worker.",
    )
