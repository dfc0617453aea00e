"""For all tests: Keras 2, selected before any of them imports TensorFlow, and no deadline."""

import hypothesis

import lmmrec_tfrs

__all__ = ["lmmrec_tfrs"]

# How long an example takes says how busy the machine is: nothing that a test should fail for.
hypothesis.settings.register_profile("no deadline", deadline=None)
hypothesis.settings.load_profile("no deadline")
