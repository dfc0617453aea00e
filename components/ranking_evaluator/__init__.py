"""The TFX component that evaluates the full ranking and blesses the model."""
