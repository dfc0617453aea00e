"""Reading motivations out of text, with language models on Keras 3.

Nothing in this package touches `tf.keras`; what it shares with the towers are arrays.
"""
