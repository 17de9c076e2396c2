"""Two texts side by side."""

from hypothesis import given
from hypothesis import strategies as st

from plugins_app.outputs.pixels.compare import compare_documents


def lines(*texts, x=0):
    return {
        "text": "\n".join(texts),
        "lines": [
            {"text": text, "score": 0.9, "bbox": [x, 20 * n, 100, 15]}
            for n, text in enumerate(texts)
        ],
    }


def compared(a, b):
    return compare_documents(a, b)


def states(found):
    return [thing["state"] for thing in found["things"]]


def test_each_state():
    found = compared(
        lines("Receipt", "Total 12.50", "Thank you"), lines("Receipt", "Total 12.60", "€ € €")
    )
    assert states(found) == ["same", "changed", "gone", "new"]
    assert found["things"][1]["pieces"] == [
        ["same", "Total 12."], ["gone", "5"], ["new", "6"], ["same", "0"]
    ]  # fmt: skip
    assert found["characters"] == {"same": 17, "gone": 10, "new": 6}


def test_a_line_elsewhere_has_moved():
    assert states(compared(lines("a"), lines("a", x=50))) == ["moved"]


def test_texts_without_lines_are_taken_by_line():
    found = compared({"text": "one\ntwo"}, {"text": "one\n2"})
    assert states(found) == ["same", "gone", "new"]


def test_a_new_line_in_the_middle_leaves_the_others_as_they_are():
    found = compared(lines("a", "b", "c"), {"text": "a\nnew\nb\nc"})
    assert states(found) == ["same", "new", "same", "same"]


def test_equal_texts_are_alike():
    assert compared({"text": ""}, {"text": ""})["similarity"] == 1
    assert compared(lines("abc"), lines("abc"))["similarity"] == 1
    assert compared({"text": "abc"}, {"text": "xyz"})["similarity"] == 0


@given(st.text(max_size=600), st.text(max_size=600))
def test_pieces_make_up_both_texts(a, b):
    a, b = ("x" + " ".join(text.split()) for text in (a, b))
    found = compared({"text": a}, {"text": b})
    before = after = ""
    for thing in found["things"]:
        pieces = thing["pieces"] or [
            ["same" if thing["state"] == "same" else thing["state"],
             (thing["before"] or thing["after"])["text"]]
        ]  # fmt: skip
        before += "".join(text for what, text in pieces if what != "new")
        after += "".join(text for what, text in pieces if what != "gone")
    assert (before, after) == (a, b)


def test_a_long_line_is_compared_word_by_word():
    words = [f"word{n}" for n in range(300)]
    other = [*words[:150], "other", *words[151:]]
    (thing,) = compared({"text": " ".join(words)}, {"text": " ".join(other)})["things"]
    assert [piece for piece in thing["pieces"] if piece[0] != "same"] == [
        ["gone", "word150"], ["new", "other"]
    ]  # fmt: skip


def test_a_huge_text_is_cut_and_says_so():
    found = compared({"text": "x" * 100 + "\n" + "y" * 300_000}, {"text": "x" * 100})
    assert found["left_out"] == 1


def test_lines_that_are_no_text_are_left_out():
    found = compared({"lines": [None, {"text": 5}, {"text": "a"}]}, {"text": "a"})
    assert (states(found), found["left_out"]) == (["same"], 2)
