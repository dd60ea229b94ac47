"""What differs between two versions, in lines and words."""

from helpdesk.knowledge import differences
from helpdesk.knowledge.differences import Kind


def shown(old: str, new: str) -> list[str]:
    """The comparison as plain lines; what changed within a line stands in brackets."""
    signs = {Kind.SAME: " ", Kind.OLD: "-", Kind.NEW: "+"}
    return [
        f"({line.skipped})"
        if line.kind is Kind.SKIPPED
        else signs[line.kind] + "".join(f"[{piece.text}]" if piece.is_changed else piece.text for piece in line.pieces)
        for line in differences.between(old, new)
    ]


def test_words_are_marked_within_a_line_that_was_changed():
    assert shown("Read the thermometer.\n", "Read the big thermometer.\n") == [
        "-Read the thermometer.",
        "+Read the[ big] thermometer.",
    ]


def test_lines_that_have_little_in_common_are_taken_away_and_added_whole():
    assert shown("Call us.", "Write down what you see.") == ["-[Call us.]", "+[Write down what you see.]"]


def test_lines_added_at_the_end_stand_alone_and_what_is_far_away_is_counted():
    many = "".join(f"Step {n}\n" for n in range(10))

    assert shown(many, f"{many}Step 10\n") == ["(8)", " Step 8", " Step 9", "+[Step 10]"]


def test_between_two_changes_two_lines_are_shown_on_each_side():
    middle = "".join(f"Step {n}\n" for n in range(9))

    assert shown(f"first\n{middle}last\n", middle)[1:-1] == [" Step 0", " Step 1", "(5)", " Step 7", " Step 8"]


def test_the_same_text_has_no_differences():
    assert differences.between("a\nb\n", "a\nb\n") == []


def test_what_is_too_long_for_details_is_shown_whole():
    for repeated in ("a ", "a\n"):
        old, new = repeated * 8_000, "b" + repeated * 8_000

        assert [line.kind for line in differences.between(old, new)] == [Kind.OLD, Kind.NEW]
