import Projects
import WebConfiguration

/// The module that `WSGI_HANDLER` names, compared with the files of the site.
enum HandlerModule {
    /// Says which module is missing; nil when it is there, or belongs to an installed package.
    ///
    /// - Parameters:
    ///   - handler: The handler's value, such as `site.views.app` or `site.make_app()`.
    ///   - project: The project, whose files and search paths are looked through.
    /// - Returns: The first part of the module's name.
    static func missing(_ handler: String, in project: Project) -> String? {
        let names = handler.prefix { $0 != "(" }.split(separator: ".").map(String.init)
        guard let first = names.first, names.count > 1, !installed.contains(first) else { return nil }
        let folders = [[]] + project.searchPaths.map(\.components)
        // IIS compares names without regard to case.
        let files = Set(project.files.map { $0.destination.description.lowercased() })
        let isThere = folders.contains { folder in
            let place = (folder + [first]).joined(separator: "/").lowercased()
            return files.contains(place + ".py") || files.contains(place + ".pyd")
                || files.contains { $0.hasPrefix(place + "/") }
        }
        return isThere ? nil : first
    }

    /// Packages that make a handler of their own.
    private static let installed: Set = [
        "django", "ptvs_virtualenv_proxy", "wfastcgi", "paste", "os", "importlib",
    ]
}
