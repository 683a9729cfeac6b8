"""The Merkle tree of RFC 9162, built leaf by leaf with a handful of hashes in memory. Pure."""

from hashlib import sha256
from typing import Final

EMPTY: Final = sha256().digest()


def leaf_of(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\0" + entry).digest()


class Tree:
    """What is complete of a growing tree: one hash for each bit of `size`, the largest first."""

    __slots__ = ("_peaks", "size")

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def add(self, *entries: bytes) -> None:
        """Add the next leaves. A million are hashed twice each: nothing else happens here."""
        peaks, size, hashed = self._peaks, self.size, sha256
        for entry in entries:
            node, full = hashed(b"\0" + entry).digest(), size
            while full & 1:
                node = hashed(b"\1" + peaks.pop() + node).digest()
                full >>= 1
            peaks.append(node)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """The root of what was added so far."""
        if not self._peaks:
            return EMPTY
        root, *rest = reversed(self._peaks)
        for peak in rest:
            root = sha256(b"\1" + peak + root).digest()
        return root


class Gaps:
    """The subtrees that hold nothing that is shown: with the leaves shown, they give the root.

    `found` is a list of (place of the first leaf, leaves, hash), each as large as it can be.
    """

    __slots__ = ("_fresh", "found", "size")

    def __init__(self) -> None:
        self.size = 0
        self.found: list[tuple[int, int, bytes]] = []
        self._fresh = 0  # no subtree before it grows any more

    def shown(self) -> None:
        """The next leaf is shown."""
        self.size += 1
        self._fresh = len(self.found)

    def hidden(self, leaf: bytes) -> None:
        """The next leaf is not."""
        at, width, found = self.size, 1, self.found
        while len(found) > self._fresh and found[-1][1] == width and not found[-1][0] & width:
            at, _, before = found.pop()
            leaf = sha256(b"\1" + before + leaf).digest()
            width *= 2
        found.append((at, width, leaf))
        self.size += 1
