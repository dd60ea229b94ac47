from flask import Flask
from helpdesk import clock
from tests.case_factories import MONDAY_9_AM
from tests.factories import a_provider, an_agent

def test_shots(app: Flask, open_context) -> None:
    an_agent(team="VMGT")
    user = a_provider(email="pat@example.org")
    for name, w, scheme in (("d", 1280, "light"), ("p", 320, "dark")):
        page = open_context(viewport={"width": w, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
        msgs = []
        page.on("console", lambda m: msgs.append(m.text))
        page.on("pageerror", lambda e: msgs.append(str(e)))
        page.goto("/login"); page.fill("[name=email]", user.email); page.fill("[name=password]", "correct horse battery staple"); page.click("main button"); page.wait_for_url(lambda u: "login" not in u)
        page.goto("/vaccine-provider/get-help")
        page.screenshot(path=f"/tmp/shots/{name}1.png", full_page=True)
        page.select_option("[name=topic]", "TMP-EXC")
        page.wait_for_selector("[name=subject]")
        page.screenshot(path=f"/tmp/shots/{name}2.png", full_page=True)
        page.click("text=Continue")
        page.screenshot(path=f"/tmp/shots/{name}3.png", full_page=True)
        page.check("[name=excursion_state][value=ended]")
        page.wait_for_selector("[name=ended_at]")
        page.fill("[name=subject]", "Fridge was at 12 degrees over night")
        page.fill("[name=description]", "The fridge alarm rang at 6 a.m. and the display showed 12 degrees.")
        page.select_option("[name=role]", "coordinator_primary")
        page.fill("[name=organization]", "Cedar Fork Pharmacy"); page.fill("[name=location]", "Main Street")
        for n, v in (("system","other"),("marked_do_not_use","yes"),("impact","location"),("urgency","at_risk"),("unit_type","refrigerator")):
            page.check(f"[name={n}][value={v}]")
        page.fill("[name=highest_temperature]", "12.5")
        page.check("[name=no_patient_data]")
        print(page.evaluate("JSON.stringify([...new FormData(document.getElementById('ticket'))])"))
        page.click("text=Continue")
        page.wait_for_load_state()
        page.screenshot(path=f"/tmp/shots/{name}4.png", full_page=True)
        print(msgs, page.title())
        page.click("text=Send the ticket"); page.wait_for_load_state()
        page.screenshot(path=f"/tmp/shots/{name}5.png", full_page=True)
