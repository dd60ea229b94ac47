"""Form fields as every page shows them: label, help, error and field belong together for everybody."""

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask, render_template_string
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional

PAGE = """
{% import "_macros/forms.html" as forms %}
{{ forms.error_summary(form) }}
<form>
  {{ forms.csrf() }}{{ form.key() }}
  {{ forms.text(form.name, autocomplete='name', maxlength=120) }}{{ forms.text(form.mail) }}
  {{ forms.choice(form.topic) }}{{ forms.radios(form.system) }}{{ forms.checkbox(form.agree) }}
  {{ forms.button('Send', name='then', value='wait') }}{{ forms.button('Back', kind='outline') }}
</form>
"""


class FormOfAllKinds(FlaskForm):
    key = HiddenField(validators=[InputRequired("This form has expired.")])
    name = StringField("Name", description="As on your badge.", validators=[InputRequired("Enter your name.")])
    mail = EmailField("E-mail", validators=[Optional()])
    topic = SelectField(
        "Topic", choices=[SelectChoice("a", "Apple", optgroup="Fruit"), SelectChoice("k", "Kale", optgroup="Greens")]
    )
    system = RadioField(
        "System", description="“Not sure” is fine.", choices=[SelectChoice("x", "CVMS"), SelectChoice("y", "NCIR")]
    )
    agree = BooleanField("I agree", description="You can change it later.")


@pytest.fixture
def sent(app: Flask) -> BeautifulSoup:
    """The form as it comes back when it was sent empty."""
    with app.test_request_context(method="POST", data={"topic": "a"}):
        form = FormOfAllKinds(meta={"csrf": False})
        form.validate()
        return BeautifulSoup(render_template_string(PAGE, form=form), "html.parser")


def described(page: BeautifulSoup, field: Tag) -> str:
    return " ".join(page.find(id=name).get_text(" ", strip=True) for name in field["aria-describedby"].split())


def test_help_and_error_are_tied_to_the_field(sent):
    field = sent.find(id="name")

    assert described(sent, field) == "As on your badge. Error: Enter your name."
    assert field["aria-invalid"] == "true"


def test_every_field_has_a_label(sent):
    fields = sent.select("input:not([type=hidden]), select")

    assert [field["id"] for field in fields if not sent.select_one(f"label[for={field['id']}]")] == []


def test_radios_stand_under_a_legend_that_carries_help_and_error(sent):
    group = sent.find("fieldset")

    assert group.legend.get_text() == "System"
    assert described(sent, group) == "“Not sure” is fine. Error: Not a valid choice."


def test_field_that_may_stay_empty_says_so(sent):
    assert sent.select_one("label[for=mail]").get_text() == "E-mail (optional)"
    assert sent.select_one("label[for=name]").get_text() == "Name"


def test_field_keeps_its_kind_and_what_the_page_adds(sent):
    assert sent.find(id="mail")["type"] == "email"
    assert (sent.find(id="name")["autocomplete"], sent.find(id="name")["maxlength"]) == ("name", "120")


def test_choices_stand_in_their_groups(sent):
    assert [group["label"] for group in sent.select("optgroup")] == ["Fruit", "Greens"]


def test_summary_links_to_each_field_in_error(sent):
    links = {a.get_text(): a["href"].removeprefix("#") for a in sent.select(".error-summary a")}

    assert links == {"Enter your name.": "name", "Not a valid choice.": "system-0"}
    assert [target for target in links.values() if not sent.find(id=target)] == []


def test_summary_names_what_no_field_on_the_page_can_mend(sent):
    assert "This form has expired." in [li.get_text(strip=True) for li in sent.select(".error-summary li")]


def test_button_sends_its_name_and_value(sent):
    first, second = sent.select("button")

    assert (first["name"], first["value"], first["type"]) == ("then", "wait", "submit")
    assert not second.has_attr("name")


def test_form_without_errors_has_no_summary(app):
    with app.test_request_context():
        page = BeautifulSoup(render_template_string(PAGE, form=FormOfAllKinds()), "html.parser")

    assert page.select_one(".error-summary") is None
