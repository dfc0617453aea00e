"""The settings of the strategy `generate`."""

from typing import Literal

from pydantic import Field

from lmmrec_tfrs.configuration import FrozenConfig

ChatTemplateName = Literal["auto", "chatml", "llama3", "gemma", "plain"]


class EndpointConfig(FrozenConfig):
    """An OpenAI-compatible server, such as those of vLLM and llama.cpp.

    >>> EndpointConfig(base_url="http://localhost:8000/v1", model="served").concurrency
    8
    """

    base_url: str = Field(
        pattern=r"^https?://[^@\s]+$",
        description="The server's URL, up to and with /v1; without name or password.",
    )
    model: str = Field(min_length=1, description="The name by which the server knows the model.")
    api_key_environment_variable: str | None = Field(
        default=None,
        min_length=1,
        description="The environment variable that holds the key; the key itself is never "
        "configured, so that it reaches no artifact.",
    )
    timeout_seconds: float = Field(default=60.0, gt=0.0, description="For one answer.")
    max_retries: int = Field(default=4, ge=0, description="With exponential back-off.")
    max_wait_seconds: float = Field(
        default=60.0, gt=0.0, description="The longest wait between two tries, whoever asks for it."
    )
    concurrency: int = Field(default=8, ge=1, le=256, description="Requests at once, a worker.")
    max_failed_answers: int = Field(
        default=0,
        ge=0,
        description="So many texts of a worker may stay without an answer, after the retries, "
        "before the run stops.",
    )


class GenerateConfig(FrozenConfig):
    """How a language model writes motivations down.

    >>> GenerateConfig().prompt_version
    '1'
    """

    prompt_version: str = Field(default="1", description="Which of the published prompts is used.")
    chat_template: ChatTemplateName = Field(
        default="auto",
        description="How the model marks who speaks; 'auto' looks at its vocabulary.",
    )
    max_tokens: int = Field(
        default=256, ge=16, le=4096, description="A text is cut after so many tokens."
    )
    max_new_tokens: int = Field(
        default=256, ge=64, le=4096, description="An answer is closed after so many tokens."
    )
    batch_size: int = Field(default=8, ge=1, description="Texts answered at once.")
    max_motivations: int = Field(
        default=3, ge=1, le=16, description="At most so many motivations an answer."
    )
    max_phrase_characters: int = Field(
        default=60, ge=8, le=200, description="The longest phrase in the model's own words."
    )
    max_quote_bytes: int = Field(
        default=80, ge=16, le=400, description="The longest quote, in bytes of UTF-8."
    )
    endpoint: EndpointConfig | None = Field(
        default=None,
        description="Ask a server instead of loading `language_model` on the worker.",
    )
