"""Serves the product: the web server and the worker, watched over by one process (`defi run`)."""
