from tests.admin.test_rules_checks import with_a_draft, FIRST, SHADOWED, A_CASE, texts
def test_r(app):
    window = with_a_draft(app, FIRST, SHADOWED, cases=({**A_CASE, "team": "SD"},)).press("Check it")
    print(*texts(window, ".notice-warn li"),sep="\n")
