"""How fast the book is, beside real peers: `make bench`, which is `python -m tools.bench`."""
