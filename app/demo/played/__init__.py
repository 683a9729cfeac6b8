"""A year of an office, played from an empty fund to closed books: to watch, and as the whole test.

`plan` says what is to happen, by a seed and nothing else. The acts (`opening`, `autumn` …)
let it happen through the calls an office makes, each call a transaction, as doors have them: some
things are only true between transactions, two offices at one quota among them. `play` is the order
of the acts. `checks` asks at the end what must hold of any fund: that the books close, that they
are the bank's, that vouchers are the books, that every year replays and its bundle verifies, and
that every fen that moved is explained.

The year lies in the past (2024), so that it can be closed. Everybody in it is invented, with the
names and numbers of the demonstration city (`app.demo.people`, `app.demo.places`). It plays on an
empty fund only.
"""
