"""LMMRecTrainer: trains the towers and exports them."""
