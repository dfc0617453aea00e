"""What a search for hyper-parameters may try; the search itself is KerasTuner's."""
