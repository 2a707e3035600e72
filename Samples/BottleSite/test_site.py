"""The converter and its pages: python -m unittest."""

import io
import unittest
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from app import wsgi_app
from converter import ConversionError, convert, parse, written


class ConverterTests(unittest.TestCase):
    """The arithmetic."""

    def test_known_conversions(self):
        cases = [
            (1, "mi", "km", 1.609344),
            (12, "in", "ft", 1),
            (1, "lb", "oz", 16),
            (100, "C", "F", 212),
            (-40, "F", "C", -40),
            (0, "K", "C", -273.15),
        ]
        for number, source, target, expected in cases:
            with self.subTest(source=source, target=target):
                self.assertAlmostEqual(convert(number, source, target), expected)

    def test_there_and_back_again(self):
        self.assertAlmostEqual(convert(convert(451, "F", "K"), "K", "F"), 451)

    def test_what_makes_no_sense_is_refused(self):
        for arguments in [(1, "km", "kg"), (-1, "K", "C"), (1, "km", "parsec"), (1e308, "mi", "in")]:
            with self.subTest(arguments=arguments), self.assertRaises(ConversionError):
                convert(*arguments)

    def test_numbers_are_read(self):
        self.assertEqual(parse(" 2,5 "), 2.5)
        for text in ["", "two", "nan", "inf", "1e999"]:
            with self.subTest(text=text), self.assertRaises(ConversionError):
                parse(text)

    def test_numbers_are_written_short(self):
        self.assertEqual([written(2.50), written(-0.0), written(1 / 3)], ["2.5", "0", "0.333333"])


class PageTests(unittest.TestCase):
    """The application, called as a WSGI server calls it."""

    def request(self, path, **form):
        environment = {"PATH_INFO": path}
        setup_testing_defaults(environment)
        if form:
            body = urlencode(form).encode()
            environment.update(
                {
                    "REQUEST_METHOD": "POST",
                    "CONTENT_TYPE": "application/x-www-form-urlencoded",
                    "CONTENT_LENGTH": str(len(body)),
                    "wsgi.input": io.BytesIO(body),
                }
            )
        seen = []
        chunks = wsgi_app()(environment, lambda status, *_: seen.append(status))
        text = b"".join(chunks).decode()
        getattr(chunks, "close", lambda: None)()
        return seen[0].split(" ")[0], text

    def test_pages_answer(self):
        for path in ["/", "/units", "/about", "/static/content/site.css"]:
            with self.subTest(path=path):
                self.assertEqual(self.request(path)[0], "200")

    def test_the_form_converts(self):
        status, text = self.request("/", value="26.2", source="mi", target="km")
        self.assertEqual(status, "200")
        self.assertIn("26.2 mi = 42.1648 km", text)

    def test_the_form_says_what_is_wrong(self):
        status, text = self.request("/", value="<b>", source="mi", target="km")
        self.assertEqual(status, "422")
        self.assertIn("Please type a number", text)
        self.assertIn("&lt;b&gt;", text)

    def test_unknown_addresses_and_files_outside(self):
        self.assertEqual(self.request("/nowhere")[0], "404")
        self.assertEqual(self.request("/static/../app.py")[0], "403")


if __name__ == "__main__":
    unittest.main()
