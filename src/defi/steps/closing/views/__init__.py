"""Pages of the closing: the operation's and the paying office's."""
