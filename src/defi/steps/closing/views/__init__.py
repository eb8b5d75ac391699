"""Pages of the closing: the operation's, the paying office's, and the public one that verifies a document."""
