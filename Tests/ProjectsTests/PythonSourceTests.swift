import Testing

@testable import Projects

struct PythonSourceTests {
    static let statements: [(String, [String])] = [
        ("a = 1\nb = 2\n", ["a = 1", "b = 2"]), ("a = 1 # note\n", ["a = 1"]),
        ("def f():\n    x = 1\ny\n", ["def f():", "y"]),
        ("\"\"\"doc\napp = Flask()\n\"\"\"\nx\n", ["\"\"", "x"]), ("x = '''\n'''\ny", ["x = ''", "y"]),
        ("from a import (\n    b,\n    c\n)\nd", ["from a import (     b,     c )", "d"]),
        ("a = \\\n  b\nc", ["a =    b", "c"]),
        ("s = 'it\\'s'\nt", ["s = ''", "t"]), ("s = 'open\nt", ["s = ''", "t"]),
        ("a\r\nb\rc", ["a", "b", "c"]), ("", []), ("\u{FEFF}a", ["a"]),
        ("s = \"#\"\n", ["s = \"\""]), ("\"\"\"never closed\napp = 1", ["\"\""]),
        ("f(\n'''\n)\n''')\nx", ["f( '')", "x"]), ("\\", ["\\"]),
        ("x = '\\", ["x = ''"]), ("(\n(\n", ["( ("]), (")\na", [")", "a"]),
    ]

    @Test(arguments: statements)
    func `The statements at the left margin are found`(_ source: String, _ expected: [String]) {
        #expect(PythonLines.topLevel(of: Array(source.utf8)) == expected)
    }

    /// A source and its candidates as `name kind framework`, ASGI marked with a star.
    static let candidates: [(String, [String])] = [
        ("from flask import Flask\napp = Flask(__name__)", ["app instance flask"]),
        ("import flask\napp = flask.Flask(__name__)", ["app instance flask"]),
        ("import flask as f\nsite: f.Flask = f.Flask(__name__)", ["site instance flask"]),
        ("from flask import Flask as F\napplication = app = F('x')", ["application instance flask"]),
        ("from fastapi import FastAPI\napp = FastAPI(\n  title='x',\n)", ["app instance starlette*"]),
        ("from starlette.applications import Starlette\napp = Starlette()", ["app instance starlette*"]),
        ("import bottle\napp = bottle.default_app()", ["app instance bottle"]),
        ("from bottle import *\napp = Bottle()", []),
        ("from bottle import Bottle, run\napp = Bottle()", ["app instance bottle"]),
        (
            "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()",
            ["application instance django"]
        ),
        (
            "from django.core.asgi import get_asgi_application\na = get_asgi_application()",
            ["a instance django*"]
        ),
        ("from site import create_app\napp = create_app()", ["app factoryResult -"]),
        ("def create_app():\n  pass", ["create_app factory -"]),
        ("def create_app(config=None, *, a: dict[str, int] = {}):\n  pass", ["create_app factory -"]),
        ("def create_app(config):\n  pass", []), ("def create_app(a: dict[str, int]):\n  pass", []),
        ("def wsgi_app():\n  pass", ["wsgi_app factory -"]),
        ("def make_app(*args, **kw) -> Flask:\n  pass", ["make_app factory -"]), ("def other():\n  pass", []),
        ("class Flask:\n  pass\napp = Flask()", []), ("if x:\n  app = Flask()", []), ("app == Flask()", []),
        ("app = 1", []),
        ("from flask import Flask\n# app = Flask()\nx = '''\napp = Flask()\n'''", []),
        ("import flask\nprint(flask.Flask())", []),
        ("from flask import Flask\napp.x = Flask()\napp[0] = Flask()", []),
        ("from falcon.asgi import App\na = App()", ["a instance generic*"]),
    ]

    @Test(arguments: candidates)
    func `Applications are found where they are made`(_ source: String, _ expected: [String]) {
        let module = PythonModule(source: Array(source.utf8))
        let found = module.candidates.map {
            "\($0.name) \($0.kind) \($0.framework?.rawValue ?? "-")\($0.isASGI ? "*" : "")"
        }
        #expect(found == expected)
    }

    static let settings: [(String, String?)] = [
        (
            "def main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
            "shop.settings"
        ),
        ("os.environ[\"DJANGO_SETTINGS_MODULE\"] = \"a.b.prod\"", "a.b.prod"),
        ("# DJANGO_SETTINGS_MODULE", nil),
        ("os.environ.setdefault(\n    \"DJANGO_SETTINGS_MODULE\",\n    \"x.y\"\n)", "x.y"),
        ("x = env['DJANGO_SETTINGS_MODULE']", nil),
        ("setdefault('DJANGO_SETTINGS_MODULE', name)", nil),
    ]

    @Test(arguments: settings) func `The settings module is read from where it is set`(
        _ source: String, _ expected: String?
    ) {
        #expect(PythonModule(source: Array(source.utf8)).djangoSettingsModule == expected)
    }

    @Test func `Requirements are read line by line`() {
        let text = """
            # comment
            Flask==2.0
              gunicorn>=20 ; python_version > '3'
            -r other.txt
            --hash=sha256:x
            git+https://example.org/x
            Fast_API[all]
            ./local
            """
        #expect(RequiredPackages.names(inRequirements: text) == ["flask", "gunicorn", "git", "fast-api"])
    }

    @Test func `Dependencies are read from both kinds of pyproject`() {
        let standard = """
            [project]
            name = "django"
            dependencies = [
              "FastAPI>=0.1", 'uvicorn[standard]',  # "not.this"
              "x ; python_version < '3'",
            ]
            [project.optional-dependencies]
            dev = ["pytest"]
            """
        #expect(RequiredPackages.names(inPyproject: standard).isSuperset(of: ["fastapi", "uvicorn", "x"]))
        #expect(!RequiredPackages.names(inPyproject: standard).contains("pytest"))
        #expect(!RequiredPackages.names(inPyproject: standard).contains("django"))
        let oneLine = "[project]\ndependencies = [\"bottle\"]\nkeywords = [\"flask\"]"
        #expect(RequiredPackages.names(inPyproject: oneLine) == ["bottle"])
        let poetry =
            "[tool.poetry]\nname='x'\n[tool.poetry.dependencies]\npython = '^3'\nDjango = { version = '4' }\n[other]\nflask = 1"
        #expect(RequiredPackages.names(inPyproject: poetry) == ["python", "django"])
    }
}
