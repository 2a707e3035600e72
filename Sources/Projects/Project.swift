package import Diagnostics
package import SystemPackage

/// A Python web project as it stands on disk: what it is, and which of its files make up the site.
///
/// Read from a `.pyproj` or a plain folder; nothing here depends on host, configuration files or destination.
package struct Project: Sendable {
    /// The project's name: that of its file, or of its folder.
    package var name: String
    /// The `.pyproj`; nil for a plain folder.
    package var file: FilePath?
    /// The folder that its paths are relative to: `ProjectHome`, or the plain folder. Absolute.
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
    /// The files that make up the site, sorted by destination, web.config and its transforms included.
    package var files: [File]
    /// What was left out, and why.
    package var excluded: [Exclusion]
    /// The names of legacy properties that the project sets and that have no effect any more.
    package var ignoredProperties: [IgnoredProperty]

    /// One file of the site.
    package struct File: Sendable, Hashable {
        /// Where it stands on disk. Absolute.
        package var source: FilePath
        /// Where it goes in the site.
        package var destination: SitePath
    }

    /// One file or folder that is not published.
    package struct Exclusion: Sendable, Hashable {
        /// The path relative to `home`.
        package var source: String
        /// Why, as a short clause such as `ignored by .gitignore:3`.
        package var reason: String
    }

    /// A property that Python Tools once honoured.
    package struct IgnoredProperty: Sendable, Hashable {
        /// The property's name as Python Tools spell it.
        package var name: String
        /// Where the project sets it.
        package var location: Diagnostic.Location
    }
}

/// A callable in a module, written `module:callable` for application servers.
package struct ApplicationReference: Sendable, Hashable {
    /// The dotted module name.
    package var module: String
    /// The name of the callable inside it.
    package var callable: String
    /// Whether it speaks ASGI (uvicorn) rather than WSGI (gunicorn).
    package var isASGI: Bool
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
