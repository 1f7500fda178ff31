"""Fills an empty pretix database with one organiser and prints its ids as JSON.

Three events: `gala` (random secrets and lists of every kind), `signed` (signed tickets) and
`series` (two dates). One team token, three devices whose enrolment is still to be done.
Needs PRETIX_CONFIG_FILE.
"""

import json
import os
from datetime import datetime, timedelta, timezone
from decimal import Decimal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")

import django  # noqa: E402

django.setup()

from django_scopes import scopes_disabled  # noqa: E402
from pretix.base import models  # noqa: E402

DOORS_OPEN = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=2)
LENGTH = timedelta(hours=6)
PLUGINS = "pretix.plugins.banktransfer,pretix.plugins.manualpayment"


def add_event(organizer, slug, name, is_signed=False, has_dates=False):
    event = models.Event.objects.create(
        organizer=organizer, slug=slug, name=name, currency="EUR", live=True,
        date_from=DOORS_OPEN, date_to=DOORS_OPEN + LENGTH, has_subevents=has_dates,
        plugins=PLUGINS)
    event.settings.timezone = "Europe/Berlin"
    event.settings.locales = ["en"]
    event.settings.locale = "en"
    if is_signed:
        # The key pair comes with the first order.
        event.settings.ticket_secret_generator = "pretix_sig1"
    return event


def add_products(event):
    products = {
        "standard": event.items.create(
            name="Standard", default_price=Decimal("20"), admission=True, personalized=True),
        "vip": event.items.create(
            name="VIP", default_price=Decimal("80"), admission=True, personalized=True),
        "parking": event.items.create(
            name="Parking", default_price=Decimal("5"), admission=False),
        "tour": event.items.create(
            name="Guided tour", default_price=Decimal("9"), admission=False),
    }
    products["tour"].variations.create(value="Morning")
    products["tour"].variations.create(value="Evening")
    return products


def add_quota(event, products, date=None):
    quota = event.quotas.create(name="All", size=100_000, subevent=date)
    quota.items.add(*products.values())
    for product in products.values():
        quota.variations.add(*product.variations.all())


def add_lists(event, products, gate):
    def add(name, **options):
        options.setdefault("all_products", True)
        return event.checkin_lists.create(name=name, **options)

    only_vip = {"inList": [
        {"var": "product"},
        {"objectList": [{"lookup": ["product", str(products["vip"].pk), "VIP"]}]}]}
    lists = {
        "main": add("Main entrance"),
        "vip": add("VIP lounge", all_products=False),
        "pending": add("Pending too", include_pending=True),
        "rules": add("VIP by rule", rules={"and": [only_vip]}),
        "multiple": add("In and out", allow_multiple_entries=True),
        "once": add("No way back", allow_entry_after_exit=False),
    }
    lists["main"].gates.add(gate)
    lists["vip"].limit_products.add(products["vip"])
    return lists


def describe(event, products, lists, dates):
    return {
        "slug": event.slug,
        "products": {name: product.pk for name, product in products.items()},
        "lists": {name: each.pk for name, each in lists.items()},
        "dates": [date.pk for date in dates],
    }


def plain_event(organizer, gate, slug, name, is_signed=False):
    event = add_event(organizer, slug, name, is_signed=is_signed)
    products = add_products(event)
    add_quota(event, products)
    lists = add_lists(event, products, gate)
    question = event.questions.create(
        question="Number plate", identifier="PLATE", type=models.Question.TYPE_STRING,
        required=True, ask_during_checkin=True)
    question.items.add(products["parking"])
    return describe(event, products, lists, [])


def series(organizer):
    event = add_event(organizer, "series", "Series", has_dates=True)
    products = add_products(event)
    dates, lists = [], {}
    for day in range(2):
        begin = DOORS_OPEN + timedelta(days=day)
        date = event.subevents.create(
            name=f"Day {day + 1}", active=True, date_from=begin, date_to=begin + LENGTH)
        add_quota(event, products, date)
        lists[f"day{day + 1}"] = event.checkin_lists.create(
            name=f"Entry on day {day + 1}", subevent=date, all_products=True)
        dates.append(date)
    return describe(event, products, lists, dates)


def main():
    organizer = models.Organizer.objects.create(name="Test venue", slug="venue")
    gate = models.Gate.objects.create(organizer=organizer, name="North gate")
    team = models.Team.objects.create(
        organizer=organizer, name="Everything", all_events=True, all_event_permissions=True,
        all_organizer_permissions=True)
    devices = [
        models.Device.objects.create(
            organizer=organizer, name=name, all_events=True, security_profile=profile, gate=where)
        for name, profile, where in (
            ("gate-a", "full", gate), ("gate-b", "full", None), ("scanner", "pretixscan", None))
    ]
    events = [
        plain_event(organizer, gate, "gala", "Gala"),
        plain_event(organizer, gate, "signed", "Signed", is_signed=True),
        series(organizer),
    ]
    print(json.dumps({
        "organizer": organizer.slug,
        "token": team.tokens.create(name="tests").token,
        "gate": gate.pk,
        "devices": [
            {"name": device.name, "profile": device.security_profile,
             "initialization": device.initialization_token} for device in devices],
        "events": {event["slug"]: event for event in events},
    }))


with scopes_disabled():
    main()
