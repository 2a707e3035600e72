import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct PlainFolderTests {
    struct Row: CustomTestStringConvertible {
        let name: String
        let files: [String: String]
        /// Framework, handler, application, startup file, startup module; `-` for nothing.
        let expected: String
        var testDescription: String { name }

        init(_ name: String, _ expected: String, _ files: [String: String]) {
            self.name = name
            self.files = files
            self.expected = expected
        }
    }

    private static let flask = "from flask import Flask\napp = Flask(__name__)\n"
    private static let main = "if __name__ == '__main__':\n    app.run()\n"
    private static let manage =
        "import os\ndef main():\n    os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n"
        + main
    private static let wsgi =
        "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n"

    static let rows: [Row] = [
        Row("one Flask file", "flask app.app app:app app.py app", ["app.py": flask + main]),
        Row(
            "an unusual file", "flask web_ui.app web_ui:app web_ui.py web_ui",
            ["web_ui.py": flask, "other.py": "x = 1"]),
        Row(
            "FastAPI", "starlette - main:app* main.py main",
            ["main.py": "from fastapi import FastAPI\napp = FastAPI()\n"]),
        Row(
            "a FastAPI package", "starlette - app.main:app* app/main.py app.main",
            ["app/__init__.py": "", "app/main.py": "import fastapi\napp = fastapi.FastAPI()"]),
        Row(
            "a package with a script", "flask shop.app shop:app runserver.py runserver",
            [
                "shop/__init__.py": flask, "shop/views.py": "from shop import app",
                "runserver.py": "from shop import app\n" + main,
            ]),
        Row(
            "a factory", "flask shop.create_app() shop:create_app() - -",
            ["shop/__init__.py": "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"]),
        Row(
            "a factory that wsgi.py calls", "flask wsgi.application wsgi:application wsgi.py wsgi",
            [
                "shop/__init__.py":
                    "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n",
                "wsgi.py": "from shop import create_app\napplication = create_app()\n",
                "requirements.txt": "flask",
            ]),
        Row(
            "a FastAPI factory", "starlette - main:create_app()* main.py main",
            ["main.py": "from fastapi import FastAPI\ndef create_app() -> FastAPI:\n    return FastAPI()\n"]),
        Row(
            "Bottle", "bottle app.app app:app app.py app",
            ["app.py": "import bottle\napp = bottle.default_app()\n"]),
        Row(
            "Visual Studio's Bottle", "bottle app.wsgi_app() app:wsgi_app() app.py app",
            [
                "app.py": "import bottle\ndef wsgi_app():\n    return bottle.default_app()\n" + main,
                "routes.py": "from bottle import route",
            ]),
        Row(
            "Django", "django django.core.wsgi.get_wsgi_application() shop.wsgi:application manage.py manage",
            [
                "manage.py": manage, "shop/__init__.py": "", "shop/wsgi.py": wsgi,
                "shop/asgi.py":
                    "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()",
            ]),
        Row(
            "Django, ASGI only",
            "django django.core.wsgi.get_wsgi_application() shop.asgi:application* manage.py manage",
            [
                "manage.py": manage,
                "shop/asgi.py":
                    "from django.core.asgi import get_asgi_application\napplication = get_asgi_application()",
            ]),
        Row(
            "a src layout", "flask shop.app shop:app - -",
            ["src/shop/__init__.py": flask, "setup.py": "app = 1"]),
        Row(
            "known by its requirements", "bottle - - run.py run",
            ["run.py": main, "requirements.txt": "bottle==0.13"]),
        Row(
            "known by pyproject", "starlette - - run.py run",
            ["run.py": main, "pyproject.toml": "[project]\ndependencies = ['starlette']"]),
        Row("nothing known", "generic - - server.py server", ["server.py": "import http.server\n" + main]),
        Row(
            "tests do not count", "flask app.app app:app app.py app",
            ["app.py": flask, "test_app.py": flask, "tests/app.py": flask, "conftest.py": flask]),
        Row(
            "a file that is no text", "flask app.app app:app app.py app",
            ["app.py": flask, "z.py": "\u{0}\u{1}'''"]),
    ]

    @Test(arguments: rows) func `Framework and entry point are found in the sources`(_ row: Row) throws {
        let project = try SiteFolder(row.files).read().project
        let application = project.application.map { "\($0.module):\($0.callable)\($0.isASGI ? "*" : "")" }
        let found = [
            project.framework.rawValue, project.wsgiHandler, application, project.startupFile?.description,
            project.startupModule,
        ]
        #expect(found.map { $0 ?? "-" }.joined(separator: " ") == row.expected)
    }

    @Test func `A folder is a project without a project file`() throws {
        let folder = try SiteFolder([
            "shop/manage.py": Self.manage, "shop/web.config": "", "shop/.env": "",
            "shop/src/x/__init__.py": "",
        ])
        let reading = try folder.read("shop")
        #expect(reading.project.name == "shop")
        #expect(reading.project.file == nil)
        #expect(reading.project.home == folder.path.appending("shop"))
        #expect(reading.project.djangoSettingsModule == "shop.settings")
        #expect(reading.paths == ["manage.py", "src/x/__init__.py", "web.config"])
        #expect(reading.exclusions == [".env: environment file, may hold secrets"])
        #expect(reading.messages == [])
    }

    @Test func `Two applications are a warning that says how to choose`() throws {
        let folder = try SiteFolder([
            "app.py": Self.flask, "main.py": "from fastapi import FastAPI\napi = FastAPI()",
            "asgi.py": "from main import api",
        ])
        let reading = try folder.read()
        #expect(
            reading.project.application == ApplicationReference(module: "app", callable: "app", isASGI: false)
        )
        #expect(
            reading.messages == [
                "warning: 'app.py' and 'main.py' both make an application; 'app.py' is used (choose with '--startup FILE')"
            ])
        for startup in ["main.py", "asgi.py", "MAIN.PY", folder.path.appending("main.py").string] {
            let chosen = try folder.read { $0.startupFile = startup }
            #expect(
                chosen.project.application
                    == ApplicationReference(module: "main", callable: "api", isASGI: true))
            #expect(chosen.project.framework == .starlette)
            #expect(chosen.messages == [])
        }
    }

    @Test func `A folder without an application is published with a warning`() throws {
        let reading = try SiteFolder(["a.py": "x = 1"]).read()
        #expect(
            reading.messages == [
                "warning: no web application was found in '.' (choose the file that makes it with '--startup FILE')"
            ])
    }

    @Test func `A folder above projects says so`() throws {
        let reading = try SiteFolder(["tool.py": Self.flask, "web/p.pyproj": "<Project/>", "web/x.py": ""])
            .read()
        #expect(
            reading.messages == [
                "note: 'web/p.pyproj' is a project, but the whole folder is published (name the project to publish only its files)"
            ])
    }

    @Test func `The only project file of a folder is the project`() throws {
        let folder = try SiteFolder(["P.PyProj": "<Project/>", "app.py": ""])
        #expect(
            try ProjectLocator.locate(".", currentFolder: folder.path)
                == .projectFile(folder.path.appending("P.PyProj")))
        #expect(
            try ProjectLocator.locate(
                FilePath("../\(folder.path.lastComponent?.string ?? "")"), currentFolder: folder.path
            ).folder == folder.path)
        #expect(
            try ProjectLocator.locate(folder.path, currentFolder: "/")
                == .projectFile(folder.path.appending("P.PyProj")))
    }
}
