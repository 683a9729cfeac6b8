"""Figures read from the photo of a settlement sheet, offered to the member in the step "figures".

Off unless HUZHU_OCR=1; needs the extra `ocr` (rapidocr, whose models lie inside its package:
nothing is fetched when it runs). A package of its own, above `filing`: a draft knows nothing of
it, and is the same with it and without. The photo is no fact and no proof here: what the member
confirms or changes is what is filed, and an officer compares it with the paper as ever. So it is
not kept with the claim whether a figure was read or typed: nobody would decide otherwise for it.

**Order.** When a photo of a sheet is kept for a draft, its reading is promised in the same
transaction (`read`; the queue holds the paper's number and nothing else). A worker has it read by
a child under limits (`recognise`, `limited`). What it saw, texts and where they stand, becomes
figures by rules alone (`boxes` how the sheet lies, `labels` what lines are called, `values`,
`pairs` which belongs to which, `strokes` whether a pen went through it, `figures` what proves it):
these are pure and are tested without a recogniser. What is not proved is left empty, never guessed.
The result is sealed, hangs on the paper, and goes with it: when the paper is taken away, thrown
away, old, or filed.

**A person's word comes first.** What was read is put into empty fields when the step is shown, and
kept only when its form is sent. A form says which fields it offered so (`found.to_offer`): those
are the person's from then on, also when made empty. Reading that fails, that takes too long, or
whose worker is down, leaves the step as it is. Like the draft it is the member's own: nobody at
the fund is shown it.
"""
