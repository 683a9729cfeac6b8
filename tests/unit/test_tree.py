"""The tree of the log, against another's of the same standard."""

import random
from hashlib import sha256

import pymerkle

from app.audit import verify
from app.evidence.tree import Gaps, Tree, leaf_of


def test_roots_and_gaps_are_what_the_standard_says() -> None:
    """Of every size up to 70: the root, and that rows with the gaps between them give it."""
    chance, known = random.Random(5), pymerkle.InmemoryTree(algorithm="sha256")  # noqa: S311
    tree = Tree()
    assert tree.root() == sha256().digest()
    for size in range(1, 71):
        entry = b"row %d" % size
        known.append_entry(entry)
        tree.add(entry)
        assert tree.root() == known.get_root()
        for often in (0.0, 0.1, 0.5, 0.9):
            shown = [chance.random() < often for _ in range(size)]
            assert rebuilt(shown) == tree.root()


def rebuilt(shown: list[bool]) -> bytes:
    """The root as the verifier finds it, from the rows that are shown and the gaps."""
    gaps = Gaps()
    for number, visible in enumerate(shown, 1):
        if visible:
            gaps.shown()
        else:
            gaps.hidden(leaf_of(b"row %d" % number))
    assert gaps.size == len(shown)
    tree, left = verify.Tree(), gaps.found[::-1]
    while tree.size < len(shown):
        if left and left[-1][0] == tree.size:
            _, leaves, node = left.pop()
            tree.add(node, leaves)
        else:
            assert shown[tree.size]
            tree.add(sha256(b"\0row %d" % (tree.size + 1)).digest())
    assert not left
    return tree.root()


def test_signatures_are_those_of_rfc_8032() -> None:
    """Its second example, and what is not."""
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verify.ed25519(public, b"\x72", signature)
    assert not verify.ed25519(public, b"\x73", signature)
    assert not verify.ed25519(public, b"\x72", signature[:-1] + b"\x10")
    assert not verify.ed25519(public, b"\x72", signature[:32])
    assert not verify.ed25519(bytes(31) + b"\xff", b"\x72", signature)
