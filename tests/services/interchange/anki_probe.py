"""Run by Anki's own Python (.venv-anki), never imported: what the real Anki says of a package, and packages it writes.

python anki_probe.py open <package>           → what it holds, as JSON
python anki_probe.py make <folder>            → four packages of a made-up collection, and what they hold
python anki_probe.py edit <folder>            → the same collection with some notes changed
python anki_probe.py study <package> <folder> → imports ours, answers some, exports it again
"""

import json
import sys
import tempfile
from pathlib import Path

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)


def collection(folder=None):
    col = Collection(str(Path(folder or tempfile.mkdtemp()) / "collection.anki2"))
    col.set_config("fsrs", True)
    return col


def bring(col, file):
    options = ImportAnkiPackageOptions(with_scheduling=True, with_deck_configs=True)
    return col.import_anki_package(ImportAnkiPackageRequest(package_path=file, options=options)).log


def told(col):
    """Every card by the guid of its note: what Anki's own statistics say."""
    out = {}
    for nid, guid in col.db.all("select id, guid from notes"):
        for card in col.get_note(nid).cards():
            stats = col.card_stats_data(card.id)
            out[f"{guid}:{card.ord}"] = {
                "type": int(card.type),
                "due_at": stats.due_date or None,
                "recall": stats.fsrs_retrievability,
                "stability": stats.memory_state.stability,
                "difficulty": stats.memory_state.difficulty,
                "reviews": [[r.time, r.button_chosen] for r in stats.revlog if r.button_chosen],
                "lapses": stats.lapses,
                "question": card.question(),
                "answer": card.answer(),
            }
    return out


def answer(col, ratings):
    """Answers what Anki asks next, one rating each."""
    for rating in ratings:
        queue = col.sched.get_queued_cards(fetch_limit=1)
        if not queue.cards:
            return
        card = col.get_card(queue.cards[0].card.id)
        card.start_timer()
        col.sched.answer_card(col.sched.build_answer(card=card, states=queue.cards[0].states, rating=rating - 1))


def written(col, folder):
    """The collection in all four formats, oldest first."""
    files = []
    for legacy in (True, False):
        options = ExportAnkiPackageOptions(
            with_scheduling=True, with_media=False, with_deck_configs=True, legacy=legacy
        )
        for ending in ("apkg", "colpkg"):
            file = str(Path(folder) / f"{'old' if legacy else 'new'}.{ending}")
            if ending == "apkg":
                col.export_anki_package(out_path=file, options=options, limit=None)
            else:
                col.export_collection_package(file, include_media=False, legacy=legacy)
                col.reopen()
            files.append(file)
    return files


def open_(file):
    col = collection()
    log = bring(col, file)
    again = bring(col, file)
    problems, sound = col.fix_integrity()
    return {
        "new": len(log.new),
        "again_new": len(again.new),
        "sound": sound,
        "problems": problems,
        "cards": told(col),
        "reviews": col.db.scalar("select count() from revlog"),
        "decks": [d.name for d in col.decks.all_names_and_ids()],
    }


def make(folder):
    col = collection(folder)
    deck = col.decks.id("面试::深度学习")
    basic, cloze = col.models.by_name("Basic"), col.models.by_name("Cloze")
    both = col.models.by_name("Basic (and reversed card)")

    def note(kind, fields, tags=()):
        made = col.new_note(kind)
        made.fields[: len(fields)] = fields
        made.tags = list(tags)
        col.add_note(made, deck)
        return made.guid

    guids = {
        "formula": note(
            basic,
            ["<b>梯度</b>消失？<br>为什么 \\(\\sigma' &lt; 1\\)", "<ul><li>连乘<li>饱和</ul>\\[\\prod_l J_l\\]"],
            ["深度学习"],
        ),
        "reversed": note(both, ["IoU", "intersection over union"]),
        "cloze": note(cloze, ["{{c1::Adam}} keeps {{c2::two moments::how many}}"]),
        "picture": note(
            basic, ['<img src="a.png" alt="a net">[sound:x.mp3]', "<table><tr><th>a<th>b<tr><td>1<td>2</table>"]
        ),
        "hostile": note(
            basic, ["<script>alert(1)</script><img src=x onerror=alert(1)>hi <a href='javascript:x'>there</a>", "ok"]
        ),
        "unseen": note(basic, ["never asked", "yes"]),
    }
    col.sched.suspend_cards(col.find_cards('"never asked"'))
    col.decks.select(deck)
    answer(col, [3, 4, 1, 3, 2, 4])
    cards = told(col)
    return {"guids": guids, "files": written(col, folder), "cards": cards}


def edit(folder):
    """Another answer on one note, another question on the next."""
    col = collection(folder)
    changes = (("梯度", 1, "<b>changed</b> in Anki"), ("two moments", 0, "{{c1::Adam}} has {{c2::two}}"))
    for words, field, text in changes:
        (number,) = col.find_notes(words)
        note = col.get_note(number)
        note.fields[field] = text
        col.update_note(note)
    return {"files": written(col, folder), "cards": told(col)}


def study(file, folder):
    col = collection()
    bring(col, file)
    for name in col.decks.all_names_and_ids():
        col.decks.select(name.id)
        answer(col, [3, 1, 4])
    return {"files": written(col, folder), "cards": told(col)}


if __name__ == "__main__":
    print(json.dumps({"open": open_, "make": make, "edit": edit, "study": study}[sys.argv[1]](*sys.argv[2:])))
