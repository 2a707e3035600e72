/// Which Python packages and functions mean which framework.
enum FrameworkPackages {
    /// The framework that a package belongs to, by the name it is imported or installed under.
    static func framework(ofPackage name: String) -> Framework? {
        switch name.lowercased() {
        case "flask": .flask
        case "django": .django
        case "bottle": .bottle
        case "fastapi", "starlette": .starlette
        default: nil
        }
    }

    /// What calling a function of that full name makes; nil when it makes no application.
    static func application(madeBy name: String) -> (framework: Framework, isASGI: Bool)? {
        switch name {
        case "flask.Flask", "flask.app.Flask": (.flask, false)
        case "bottle.Bottle", "bottle.default_app", "bottle.app": (.bottle, false)
        case "fastapi.FastAPI", "fastapi.applications.FastAPI", "starlette.applications.Starlette":
            (.starlette, true)
        case "django.core.wsgi.get_wsgi_application": (.django, false)
        case "django.core.asgi.get_asgi_application": (.django, true)
        case "quart.Quart", "litestar.Litestar", "falcon.asgi.App", "sanic.Sanic": (.generic, true)
        case "falcon.App", "falcon.API": (.generic, false)
        default: nil
        }
    }

    /// The names under which functions that make an application usually go.
    static let factoryNames: Set<String> = [
        "create_app", "make_app", "create_application", "get_app", "app_factory", "wsgi_app",
    ]

    /// The frameworks that a list of required packages names, in order of how much they tell.
    static func framework(in packages: Set<String>) -> Framework? {
        // Starlette is also what other packages are built on: it counts last.
        ["django", "flask", "fastapi", "bottle", "starlette"].first(where: packages.contains)
            .flatMap(framework(ofPackage:))
    }
}
