"""The script of a call, made of the settings, the company's profile and the phrases."""

from datetime import datetime

from ivr.config.company import Company
from ivr.config.phrases import load_phrases
from ivr.config.settings import Settings
from ivr.dialogue.phrasebook import Phrasebook
from ivr.dialogue.script import Script
from ivr.german.money import say_money
from ivr.understanding.actions.facts import spoken_address, spoken_address_of_net
from ivr.understanding.hours import usual_week


def make_script(settings: Settings, company: Company) -> Script:
    """What every call of this company has in common."""
    phrases = Phrasebook(load_phrases())
    today = datetime.now(company.zone).date()
    news = [notice.text for notice in company.notices if notice.holds(today)]
    return Script(
        greeting=" ".join((*news, company.greeting.phrase)),
        phrases=phrases,
        notice=company.greeting.notice,
        notice_interruptible=company.greeting.notice_interruptible,
        offline_answers=_offline_answers(company, phrases),
        filler_after_s=settings.dialogue.filler_after_s,
        keep_company_s=settings.dialogue.keep_company_s,
        max_call_s=settings.hotline.max_call_s,
        queue_notice=company.waiting.notice,
        digits=_digits(company),
        numbers=_numbers(company),
    )


def _digits(company: Company) -> dict[str, int]:
    """How long the number is that a form asks for, where the company has one length only."""
    numbers = company.numbers
    asked = {
        "order_status_form": numbers.order_digits,
        "place_order_form": numbers.customer_digits,
        "address_form": numbers.customer_digits,
    }
    return {form: lengths[0] for form, lengths in asked.items() if len(lengths) == 1}


def _numbers(company: Company) -> dict[str, int]:
    order, customer = company.numbers.order_digits, company.numbers.customer_digits
    return {
        "bestellnummer": max(order),
        "auftragsnummer": max(order),
        "kundennummer": max(customer),
    }


def _offline_answers(company: Company, phrases: Phrasebook) -> dict[str, str]:
    """Answers that need no understanding, by the topics of `ivr.dialogue.offline`."""
    values = {
        "opening_hours": {"week": usual_week(company)},
        "address": {"address": spoken_address(company.contact.address)},
        "contact": {"email": spoken_address_of_net(company.contact.email)},
        "shipping_cost": {"cost": say_money(company.shipping.cost)},
        "parking": {"parking": company.contact.parking},
    }
    return {
        topic: phrases.say(f"offline_{topic}", 0, **words)
        for topic, words in values.items()
        if all(words.values())
    }
