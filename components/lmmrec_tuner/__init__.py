"""LMMRecTuner: searches hyper-parameters with KerasTuner before the model is trained."""
