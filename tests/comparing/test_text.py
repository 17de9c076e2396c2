"""Two texts side by side."""

import subprocess
import sys

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


def test_a_long_line_is_compared_letter_by_letter():
    words = [f"word{n}" for n in range(3000)]
    other = [*words[:1500], "something", *words[1501:]]
    (thing,) = compared({"text": " ".join(words)}, {"text": " ".join(other)})["things"]
    first, *_between, last = thing["pieces"]
    assert first[0] == last[0] == "same"
    assert first[1].endswith("word1499 ")
    assert last[1].endswith(" word2999")


def test_a_large_text_is_compared_whole_and_closely():
    before = [f"line {n} of many: " + "words of it, " * 30 for n in range(1000)]
    after = [line.replace("many", "few") for line in before]
    found = compared({"text": "\n".join(before)}, {"text": "\n".join(after)})
    assert (states(found), found["left_out"]) == (["changed"] * 1000, 0)
    assert all(thing["pieces"][-1][1].endswith("words of it, ") for thing in found["things"])
    assert found["similarity"] > 0.98


def test_more_than_a_thousand_lines_are_cut_and_it_says_so():
    found = compared({"text": "a\n" * 1001}, {"text": "a\n" * 1002})
    assert (found["counts"]["same"], found["left_out"]) == (1000, 3)


def test_endless_lines_stand_as_two_and_the_others_are_compared():
    a, b = "x" * 200_000, "x" * 200_001
    found = compared({"text": f"{a}\nabcd"}, {"text": f"{b}\nabce"})
    assert states(found) == ["gone", "new", "changed"]


def test_an_equal_endless_line_is_the_same():
    assert states(compared({"text": "x" * 400_000}, {"text": "x" * 400_000})) == ["same"]


def test_nothing_but_a_comparison_of_texts_loads_rapidfuzz():
    code = (
        "import sys; from plugins_app.outputs.pixels import compare, draw\n"
        "box = {'detections': [{'bbox': [1, 2, 3, 4], 'label': 'a'}]}\n"
        "compare.compare_documents(box, box); assert 'rapidfuzz' not in sys.modules\n"
        "compare.compare_documents({'text': 'a'}, {'text': 'b'}); assert 'rapidfuzz' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_lines_that_are_no_text_are_left_out():
    found = compared({"lines": [None, {"text": 5}, {"text": "a"}]}, {"text": "a"})
    assert (states(found), found["left_out"]) == (["same"], 2)
