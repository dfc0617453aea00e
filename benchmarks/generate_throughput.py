"""Tokens a second of constrained decoding, beside the model's own unconstrained `generate()`.

Measures speed and form, never quality. Both decode greedily from the same prompts; a warm-up
that traces (and compiles) is left out. The time holds the reading of the prompts, the count of
tokens does not:

    python benchmarks/generate_throughput.py --batch-size 8 --runs 3
    python benchmarks/generate_throughput.py --configuration llama-1b --jit-compile

`--configuration` takes a Llama of random weights with SmolLM2's tokenizer instead of SmolLM2: the
speed of a size does not depend on its weights.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lmmrec_tfrs.motivation.generate.config import GenerateConfig
from lmmrec_tfrs.motivation.generate.local_writer import LocalWriter
from lmmrec_tfrs.motivation.generate.prompts import Prompt
from lmmrec_tfrs.motivation.generate.writer import Request
from lmmrec_tfrs.motivation.models.registry import load_causal_lm

PACKAGED = "packaged:smollm2-135m"
CONFIGURATIONS: dict[str, dict[str, int]] = {
    "llama-tiny": {
        "num_layers": 2,
        "num_query_heads": 4,
        "num_key_value_heads": 2,
        "hidden_dim": 64,
        "intermediate_dim": 128,
    },
    # The sizes of Llama 3.2 1B and of Llama 3 8B, but for the vocabulary.
    "llama-1b": {
        "num_layers": 16,
        "num_query_heads": 32,
        "num_key_value_heads": 8,
        "hidden_dim": 2048,
        "intermediate_dim": 8192,
    },
    "llama-8b": {
        "num_layers": 32,
        "num_query_heads": 32,
        "num_key_value_heads": 8,
        "hidden_dim": 4096,
        "intermediate_dim": 14336,
    },
}
_WORDS = (
    "I bought this light dress for a summer wedding in Italy and it did not crease in my bag "
    "although the zip broke after two days of heat so my sister mended it before we danced"
)


def load_model(configuration: str | None, dtype: str, seed: int) -> Any:
    """Loads SmolLM2, or makes a Llama of random weights with its tokenizer."""
    import keras
    import keras_hub

    packaged = load_causal_lm(PACKAGED)
    if configuration is None:
        return packaged
    keras.utils.set_random_seed(seed)
    backbone = keras_hub.models.Llama3Backbone(
        vocabulary_size=packaged.backbone.vocabulary_size,
        tie_word_embeddings=True,
        dtype=dtype,
        **CONFIGURATIONS[configuration],
    )
    return keras_hub.models.Llama3CausalLM(backbone, packaged.preprocessor)


def make_texts(count: int, num_words: int, seed: int) -> list[str]:
    """Texts of random words."""
    generator = np.random.default_rng(seed)
    return [" ".join(generator.choice(_WORDS.split(), num_words)) + "." for _ in range(count)]


def measure_constrained(writer: LocalWriter, texts: Sequence[str]) -> tuple[int, float]:
    """Tokens that were decoded, and seconds."""
    before, started = writer.num_new_tokens, time.perf_counter()
    answers = list(writer.answers([Request("review", (text,)) for text in texts]))
    seconds = time.perf_counter() - started
    unfaithful = [q for a in answers for q in a.raw.quotes if q not in texts[a.index]]
    if len(answers) != len(texts) or unfaithful:
        raise RuntimeError(f"expected {len(texts)} faithful answers, received {len(answers)}.")
    return writer.num_new_tokens - before, seconds


def measure_stock(
    model: Any, prompts: Sequence[str], length: int, new_tokens: int
) -> tuple[int, float]:
    """Tokens that the model's own `generate()` decoded, and seconds; it never stops early."""
    started = time.perf_counter()
    model.generate(list(prompts), max_length=length, stop_token_ids=None)
    return new_tokens * len(prompts), time.perf_counter() - started


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Measures both, run by run in turn."""
    model = load_model(arguments.configuration, arguments.dtype, arguments.seed)
    config = GenerateConfig(
        batch_size=arguments.batch_size, max_new_tokens=arguments.max_new_tokens, max_tokens=512
    )
    writer = LocalWriter(model, config, jit_compile=arguments.jit_compile)
    texts = make_texts(arguments.batch_size, arguments.words, arguments.seed)
    prompt = Prompt.load("review", config.prompt_version)
    # `generate()` begins every prompt with the start token, here that of a message.
    prompts = [
        "\n".join(f"{role}\n{content}" for role, content in prompt.messages([text]))
        for text in texts
    ]
    tokenizer = model.preprocessor.tokenizer
    lengths = [len(row) + 1 for row in tokenizer(prompts)]
    # All rows begin to write with the shortest prompt, as constrained decoding has it.
    length = max(lengths) + arguments.max_new_tokens
    model.compile(sampler="greedy", jit_compile=arguments.jit_compile)
    ways: dict[str, Callable[[], tuple[int, float]]] = {
        "constrained": lambda: measure_constrained(writer, texts),
        "stock generate()": lambda: measure_stock(model, prompts, length, arguments.max_new_tokens),
    }
    runs: dict[str, list[tuple[int, float]]] = {name: [] for name in ways}
    for number in range(arguments.runs + 1):
        for name, run in ways.items():
            measured = run()
            if number:
                runs[name].append(measured)
    return {
        "model": arguments.configuration or PACKAGED,
        "parameters": int(model.count_params()),
        "dtype": str(model.compute_dtype),
        "prompt_tokens": round(statistics.mean(lengths)),
        "batch_size": arguments.batch_size,
        "max_new_tokens": arguments.max_new_tokens,
        "jit_compile": arguments.jit_compile,
        "seed": arguments.seed,
        "machine": describe_machine(),
        "tokens_per_second": {
            name: [round(tokens / seconds, 2) for tokens, seconds in measured]
            for name, measured in runs.items()
        },
        "seconds_per_text": {
            name: [round(seconds / len(texts), 3) for _, seconds in measured]
            for name, measured in runs.items()
        },
    }


def describe_machine() -> str:
    """Processor, threads and accelerators."""
    import tensorflow as tf

    devices = [
        tf.config.experimental.get_device_details(device).get("device_name", device.name)
        for device in tf.config.list_physical_devices("GPU")
    ]
    return f"{platform.machine()}, {os.cpu_count()} threads, accelerators: {devices or 'none'}"


def main() -> None:
    """Prints a table, and writes all figures as JSON where asked to."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--configuration", choices=sorted(CONFIGURATIONS))
    parser.add_argument("--dtype", default="bfloat16", help="of a random model's weights")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--words", type=int, default=60, help="of each text")
    parser.add_argument("--max-new-tokens", type=int, default=128)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jit-compile", action="store_true", help="with XLA")
    parser.add_argument("--output", type=Path, help="a JSON file")
    arguments = parser.parse_args()
    report = measure(arguments)
    print(f"{report['model']}, {report['parameters']:,} parameters, {report['dtype']}")
    print(f"{report['machine']}; batch {report['batch_size']}, seed {report['seed']}")
    for name, rates in report["tokens_per_second"].items():
        spread = f"{min(rates):.1f} to {max(rates):.1f}"
        print(f"{name:>18}: {statistics.median(rates):8.1f} tokens/s ({spread}, {len(rates)} runs)")
    if arguments.output:
        arguments.output.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
