"""What people who type do to what other people say: typos, gaps, other spellings; a few in each thousand."""

from dataclasses import replace

from identity.samples.people import Identity
from tenants.samples.dice import Dice

_GAPS = (
    ("phone", 0.1),
    ("document", 0.5),
    ("licence", 0.8),
    ("email", 0.7),
    ("plate", 0.4),
    ("middle_name", 0.5),
    ("car_brand", 0.3),
)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def as_lead(said: Identity, dice: Dice, dial: str) -> Identity:
    """Return what a cabinet writes down of somebody: a part of it, spelt as it comes; `dial` the country."""
    typed = replace(said, **{name: "" for name, share in _GAPS if dice.chance(share)})
    if dice.chance(0.08):
        typed = replace(typed, last_name=typo(typed.last_name, dice))
    if dice.chance(0.02) and typed.phone:
        typed = replace(typed, phone=wrong_digit(typed.phone, dice))
    if dice.chance(0.02) and typed.document:
        typed = replace(typed, document=wrong_digit(typed.document, dice))
    return replace(typed, phone=_spelt_phone(typed.phone, dice, dial), plate=_spelt_plate(typed.plate, dice))


def typo(word: str, dice: Dice) -> str:
    """Return a word with one letter dropped, doubled, replaced, or two of them turned round."""
    at = 1 + int(dice.share() * max(len(word) - 2, 1))
    kind = int(dice.share() * 4)
    if kind == 0:
        return word[:at] + word[at + 1 :]
    if kind == 1:
        return word[:at] + word[at : at + 1] + word[at:]
    if kind == 2:
        return word[:at] + dice.pick(_ALPHABET) + word[at + 1 :]
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def wrong_digit(digits: str, dice: Dice) -> str:
    """Return a number with one digit, never the first, replaced by its neighbour."""
    at = 1 + int(dice.share() * (len(digits) - 1))
    return f"{digits[:at]}{(int(digits[at]) + 1) % 10}{digits[at + 1 :]}"


def _spelt_phone(phone: str, dice: Dice, dial: str) -> str:
    if not phone:
        return dice.pick(("", "", "", "no tiene", "-"))
    return dice.pick(
        (
            phone,
            f"+{dial}{phone}",
            f"+{dial} {phone[:3]} {phone[3:6]} {phone[6:]}",
            f"{phone[:3]}-{phone[3:]}",
        )
    )


def _spelt_plate(plate: str, dice: Dice) -> str:
    return dice.pick((plate, plate.lower(), plate.replace("-", ""), plate.replace("-", " ").lower()))
