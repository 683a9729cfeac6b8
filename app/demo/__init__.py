"""The demonstration city: a made-up fund to look at, and one of the published size to measure.

Two halves. The plan (`plan.city`) is pure: who exists, works where, falls ill when, and what the
bureau and the bank say. Each draw is a function of a seed and of what is drawn (`draw`), in whole
numbers, so that every machine and every Python plans the same bytes. The loading (`load`) lets it
happen through the calls an office makes: roster files read and enrolled, money received, feeds
taken and drained, batches sent and answered, gifts given, claims filed. Nothing is written past
the fund, so what comes out is the fund's answer; the plan says which counts should come out, and
the loading ends with the comparison.

The loading is one transaction: a city is there whole or not at all, nobody sees half of one, and
after an interruption the same command begins anew. It works with the domain's own functions and
not through `app.dispatch`, whose every batch is a transaction of its own. Rosters are written and
read by a second process (`reading`), while this one writes.

It never mixes with a real fund: it refuses where there are units or members, and where the system
serves others, since anybody may use its accounts. Published sizes: domain, "The fund's published
size"; read here as covers that start until 2024-10-31, gifts among them.
"""
