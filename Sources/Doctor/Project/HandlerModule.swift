import Files
import Projects
import SystemPackage

/// The module that `WSGI_HANDLER` names, compared with the files of the site.
struct HandlerModule {
    /// The first part of the module's name; nil when it belongs to an installed package, or there is no module.
    private let name: String?

    /// Reads a handler such as `site.views.app` or `site.make_app()`.
    init(_ handler: String) {
        let names = handler.prefix { $0 != "(" }.split(separator: ".").map(String.init)
        name = names.count > 1 ? names.first.flatMap { Self.installed.contains($0) ? nil : $0 } : nil
    }

    /// The module, where no file of the project or its search paths is it.
    func missing(in project: Project) -> String? {
        guard let name else { return nil }
        let folders = [[]] + project.searchPaths.map(\.components)
        // IIS compares names without regard to case.
        let files = Set(project.files.map { $0.destination.description.lowercased() })
        let isThere = folders.contains { folder in
            let place = (folder + [name]).joined(separator: "/").lowercased()
            return files.contains(place + ".py") || files.contains(place + ".pyd")
                || files.contains { $0.hasPrefix(place + "/") }
        }
        return isThere ? nil : name
    }

    /// The module, where neither a published folder nor one directly below it has it.
    func missing(below root: FilePath) -> String? {
        guard let name else { return nil }
        let wanted: Set = [name, name + ".py", name + ".pyd"].map { $0.lowercased() }.reduce(into: []) {
            $0.insert($1)
        }
        func has(_ folder: FilePath) -> Bool {
            ((try? Folder.names(in: folder)) ?? []).contains { wanted.contains($0.lowercased()) }
        }
        let below = ((try? Folder.names(in: root)) ?? []).map { root.appending($0) }
        return has(root) || below.contains { FileKind(of: $0) == .folder && has($0) } ? nil : name
    }

    /// Packages that make a handler of their own.
    private static let installed: Set = [
        "django", "ptvs_virtualenv_proxy", "wfastcgi", "paste", "os", "importlib",
    ]
}
