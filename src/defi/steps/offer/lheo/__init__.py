"""Files of training offers in LHÉO (décret 2015-742): the rules of the language, reading, and the import."""
