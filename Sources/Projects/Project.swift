package import Diagnostics
package import SystemPackage

/// A Python web project as it stands on disk: what it is, and which of its files make up the site.
///
/// Read from a `.pyproj` or a plain folder; nothing here depends on host, configuration files or destination.
package struct Project: Sendable {
    /// The project's name: its `Name`, or that of its file or folder.
    package var name: String
    /// The `.pyproj`; nil for a plain folder.
    package var file: FilePath?
    /// The absolute folder that its paths are relative to: `ProjectHome`, or the plain folder.
    package var home: FilePath
    /// The build configuration it was read for, such as `Debug`.
    package var configuration: String
    /// The framework its sources or its project file name.
    package var framework: Framework
    /// The file that `python` is started with, relative to `home`.
    package var startupFile: SitePath?
    /// `StartupFile` as a module name, packages included; nil without a startup file.
    package var startupModule: String?
    /// What wfastcgi's `WSGI_HANDLER` should be, `{StartupModule}` replaced; nil when nothing tells.
    package var wsgiHandler: String?
    /// The `PythonWsgiHandler` property with `{StartupModule}` replaced; nil when the project sets none.
    package var declaredWSGIHandler: String?
    /// What an application server is given, such as `app:app`: a module and its callable.
    package var application: ApplicationReference?
    /// `DJANGO_SETTINGS_MODULE` of a Django project.
    package var djangoSettingsModule: String?
    /// Folders for `PYTHONPATH` beside the site's root, relative to `home`, in order.
    package var searchPaths: [SitePath]
    /// The files that make up the site, sorted by destination: with web.config, without its transforms.
    package var files: [File]
    /// What was left out, and why.
    package var excluded: [Exclusion]
    /// The names of legacy properties that the project sets and that have no effect any more.
    package var ignoredProperties: [IgnoredProperty]

    /// Creates a project without files or entry point.
    package init(
        name: String, file: FilePath?, home: FilePath, configuration: String, framework: Framework
    ) {
        self.name = name
        self.file = file
        self.home = home
        self.configuration = configuration
        self.framework = framework
        searchPaths = []
        files = []
        excluded = []
        ignoredProperties = []
    }

    /// One file of the site.
    package struct File: Sendable, Hashable {
        /// Its absolute path on disk.
        package var source: FilePath
        /// Where it goes in the site.
        package var destination: SitePath

        /// Creates a file of a site.
        package init(source: FilePath, destination: SitePath) {
            self.source = source
            self.destination = destination
        }
    }

    /// One file or folder that is not published.
    package struct Exclusion: Sendable, Hashable {
        /// The path relative to `home`.
        package var source: String
        /// Why, as a short clause such as `ignored by .gitignore:3`.
        package var reason: String
        /// Whether nobody asked for it: the file would belong to the site, and cannot be part of it.
        package var isInvoluntary: Bool

        /// Creates an exclusion.
        package init(source: String, reason: String, isInvoluntary: Bool = false) {
            self.source = source
            self.reason = reason
            self.isInvoluntary = isInvoluntary
        }
    }

    /// One warning for everything that was left out though nobody asked for it; nil where there is nothing.
    package var involuntaryExclusions: Diagnostic? {
        let left = excluded.filter(\.isInvoluntary)
        guard !left.isEmpty else { return nil }
        let named = left.prefix(5).map { "'\($0.source)' (\($0.reason))" }.joined(separator: ", ")
        let rest = left.count > 5 ? " and \(left.count - 5) more" : ""
        return .warning(
            "files-left-out", "not part of the site: \(named)\(rest)",
            hint: "rename or replace them, or exclude them in a '.webappignore' file")
    }

    /// A property that Python Tools once honoured.
    package struct IgnoredProperty: Sendable, Hashable {
        /// The property's name as Python Tools spell it.
        package var name: String
        /// Where the project sets it.
        package var location: Diagnostic.Location

        /// Creates a legacy property.
        package init(name: String, location: Diagnostic.Location) {
            self.name = name
            self.location = location
        }
    }
}

/// A callable in a module, written `module:callable` for application servers.
package struct ApplicationReference: Sendable, Hashable {
    /// The dotted module name.
    package var module: String
    /// The name of the callable inside it; with `()` behind it for a function that makes the application.
    package var callable: String
    /// Whether it speaks ASGI (uvicorn) rather than WSGI (gunicorn).
    package var isASGI: Bool

    /// Creates a reference.
    package init(module: String, callable: String, isASGI: Bool) {
        self.module = module
        self.callable = callable
        self.isASGI = isASGI
    }
}

/// What a site is built on, as far as its configuration depends on it.
package enum Framework: String, Sendable, CaseIterable {
    case flask
    case django
    case bottle
    /// FastAPI and Starlette.
    case starlette
    case generic
}
