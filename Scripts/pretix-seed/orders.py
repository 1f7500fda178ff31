"""Sells tickets and enrols the devices over the REST interface, then prints all facts as JSON.

Usage: orders.py URL VENUE.json ORDERS
ORDERS paid orders for `gala`, half as many for `signed`, a tenth for `series`; each fourth order
has two tickets. The last order of `gala` is unpaid, the one before is for parking, with its
question unanswered. All people are invented.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import requests

GIVEN = ("Ada", "Bo", "Chen", "Dana", "Eli", "Fay", "Gus", "Hana", "Ivo", "Jia")
FAMILY = ("Alvarez", "Brandt", "Cho", "Diaz", "Evans", "Fuchs", "Gao")
# pretix spends about 100 ms of processor time on an order.
SELLERS = 3


def position(event, product, number):
    dates = event["dates"]
    return {
        "item": event["products"][product], "variation": None, "price": None,
        "attendee_name_parts": {
            "_scheme": "given_family", "given_name": GIVEN[number % len(GIVEN)],
            "family_name": FAMILY[number % len(FAMILY)]},
        "attendee_email": None, "addon_to": None,
        "subevent": dates[number % len(dates)] if dates else None,
    }


def order(event, number, count):
    is_gala = event["slug"] == "gala"
    product = "vip" if number % 5 == 4 else "standard"
    positions = [position(event, product, number)]
    if number % 4 == 3:
        positions.append(position(event, product, number + 1))
    if is_gala and number == count - 2:
        positions = [position(event, "parking", number)]
    return {
        "email": f"buyer{number}@example.org", "locale": "en", "sales_channel": "web",
        "status": "n" if is_gala and number == count - 1 else "p",
        "payment_provider": "manual", "send_email": False, "positions": positions,
    }


def sell(base, facts, slug, count):
    event = facts["events"][slug]
    session = requests.Session()
    session.headers["Authorization"] = f"Token {facts['token']}"
    tickets = []
    for number in range(count):
        answer = session.post(
            f"{base}/organizers/{facts['organizer']}/events/{slug}/orders/",
            json=order(event, number, count), timeout=60)
        if answer.status_code != 201:
            sys.exit(f"{slug}, order {number}: {answer.status_code} {answer.text[:400]}")
        sold = answer.json()
        tickets += [
            {"order": sold["code"], "id": each["id"], "product": each["item"],
             "secret": each["secret"]} for each in sold["positions"]]
    event["tickets"] = tickets


def enrol(base, device):
    answer = requests.post(
        f"{base}/device/initialize", timeout=60,
        json={"token": device.pop("initialization"), "hardware_brand": "Generic",
              "hardware_model": "kiosk", "software_brand": "KioskMesh",
              "software_version": "test"})
    answer.raise_for_status()
    device["token"] = answer.json()["api_token"]


def main():
    url, venue, orders = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with open(venue, encoding="utf-8") as file:
        facts = json.load(file)
    base = f"{url}/api/v1"
    counts = {"gala": orders, "signed": orders // 2, "series": orders // 10}
    with ThreadPoolExecutor(SELLERS) as sellers:
        sold = [sellers.submit(sell, base, facts, slug, max(1, count))
                for slug, count in counts.items()]
        for each in sold:
            each.result()
    for device in facts["devices"]:
        enrol(base, device)
    print(json.dumps({"url": url, **facts}))


main()
