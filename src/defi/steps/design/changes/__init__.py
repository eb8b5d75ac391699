"""What changes in a plan while the training runs: asked with its effect, decided by the Region, applied at once."""
