"""Conversion between units of one kind."""

import math


class Unit:
    """A unit: how many base units it has, and where its zero lies."""

    def __init__(self, name, symbol, factor, offset=0.0):
        self.name = name
        self.symbol = symbol
        self.factor = factor
        self.offset = offset


KINDS = {
    "Length": {
        "m": Unit("metres", "m", 1.0),
        "km": Unit("kilometres", "km", 1000.0),
        "mi": Unit("miles", "mi", 1609.344),
        "ft": Unit("feet", "ft", 0.3048),
        "in": Unit("inches", "in", 0.0254),
    },
    "Weight": {
        "kg": Unit("kilograms", "kg", 1.0),
        "g": Unit("grams", "g", 0.001),
        "lb": Unit("pounds", "lb", 0.45359237),
        "oz": Unit("ounces", "oz", 0.028349523125),
    },
    "Temperature": {
        "K": Unit("kelvins", "K", 1.0),
        "C": Unit("degrees Celsius", "°C", 1.0, 273.15),
        "F": Unit("degrees Fahrenheit", "°F", 5.0 / 9.0, 459.67 * 5.0 / 9.0),
    },
}


class ConversionError(ValueError):
    """What was typed cannot be converted; the text says why."""


def find(key):
    """Returns the kind of a unit and the unit."""
    for kind, units in KINDS.items():
        if key in units:
            return kind, units[key]
    raise ConversionError("Please choose a unit from the list.")


def parse(text):
    """Reads a number; a decimal comma is as good as a point."""
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        raise ConversionError("Please type a number, such as 12.5.") from None
    if not math.isfinite(number):
        raise ConversionError("That number is too large.")
    return number


def convert(number, source_key, target_key):
    """Returns a number of one unit as a number of another."""
    source_kind, source = find(source_key)
    target_kind, target = find(target_key)
    if source_kind != target_kind:
        raise ConversionError(f"{source.name} cannot become {target.name}.".capitalize())
    base = number * source.factor + source.offset
    # A good place for a breakpoint.
    result = (base - target.offset) / target.factor
    if source_kind == "Temperature" and base < -1e-9:
        raise ConversionError("Nothing is colder than 0 K.")
    if not math.isfinite(result):
        raise ConversionError("That number is too large.")
    return result


def written(number):
    """Writes a number with six significant digits and no more zeros than needed."""
    text = f"{number:.6g}"
    return "0" if text == "-0" else text
