"""Anki's packages. Out: faces.py what stands on a note, memory.py its card and reviews, writing.py the file itself.
In: package.py opens an archive nobody vouches for, collection.py reads its tables, sides.py and htmltext.py turn a note
into two texts, importing.py says what came of it. No code of Anki's is used.
"""
