"""The catalogue: the trainings that files of offers announce, with their sessions, as the Region may read them."""
