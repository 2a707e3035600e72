import Diagnostics

/// How a site is started: its framework, its application, and the file for `python`.
struct SiteEntry {
    /// What is known before the sources are looked at.
    struct Known {
        /// The framework that the project file names.
        var framework: Framework?
        /// The file that the project or the user names.
        var startupFile: SitePath?
        /// Whether the user chose the file for this run.
        var isChosen = false
        /// The settings module that the project names.
        var djangoSettingsModule: String?
    }

    /// The framework.
    private(set) var framework: Framework
    /// The application that was found.
    private(set) var application: ApplicationReference?
    /// The file that `python` is started with.
    private(set) var startupFile: SitePath?
    /// The Django settings module.
    private(set) var djangoSettingsModule: String?
    /// Whether the application's module is found from `src` only.
    private(set) var needsSourceFolder = false

    /// Looks at the sources of a site.
    ///
    /// - Parameters:
    ///   - files: The site's files.
    ///   - known: What need not be found out.
    ///   - diagnostics: Where a choice among several applications is reported.
    init(in files: [Project.File], known: Known, diagnostics: inout DiagnosticList) {
        let search = ApplicationSearch(in: files, startupFile: known.startupFile)
        let finds = search.finds.filter { find in
            known.framework == nil || find.candidate.framework == nil
                || known.framework == find.candidate.framework
        }
        let find = Self.choose(finds, search, known, &diagnostics)
        framework =
            known.framework ?? find?.candidate.framework ?? find.flatMap {
                search.modules[$0.path]?.importedFramework
            }
            ?? search.mentionedFramework ?? .generic
        if let find {
            let isASGI = find.candidate.isASGI || framework == .starlette
            let isFactory = find.candidate.kind == .factory
            application = ApplicationReference(
                module: ApplicationSearch.moduleName(of: find.path),
                callable: isFactory ? find.candidate.name + "()" : find.candidate.name, isASGI: isASGI)
            needsSourceFolder = find.path.hasPrefix("src/")
        }
        djangoSettingsModule = known.djangoSettingsModule
        if framework == .django, djangoSettingsModule == nil {
            djangoSettingsModule = search.djangoSettingsModule
        }
        startupFile = known.startupFile ?? Self.script(in: search, application: find?.path, framework)
    }

    private static func choose(
        _ finds: [ApplicationSearch.Find], _ search: ApplicationSearch, _ known: Known,
        _ diagnostics: inout DiagnosticList
    ) -> ApplicationSearch.Find? {
        if let startup = known.startupFile?.description {
            if let find = finds.first(where: { $0.path == startup }) { return find }
            if let find = imported(by: search.modules[startup], finds) { return find }
        }
        guard let best = finds.first else { return nil }
        // Django has a module for each protocol: wsgi.py and asgi.py side by side are no doubt.
        let rivals = finds.dropFirst().filter {
            $0.candidate.kind == best.candidate.kind && $0.path != best.path
                && $0.candidate.framework != .django
        }
        if let rival = rivals.first, !known.isChosen {
            diagnostics.add(
                .warning(
                    "application-ambiguous",
                    "'\(best.path)' and '\(rival.path)' both make an application; '\(best.path)' is used",
                    hint: "choose with '--startup FILE'"))
        }
        return best
    }

    /// The candidate that a module imports, as `runserver.py` does.
    private static func imported(
        by module: PythonModule?, _ finds: [ApplicationSearch.Find]
    ) -> ApplicationSearch.Find? {
        guard let module else { return nil }
        let names = Set(module.imports.values)
        let modules = module.importedModules
        return finds.first { find in
            names.contains("\(ApplicationSearch.moduleName(of: find.path)).\(find.candidate.name)")
        } ?? finds.first { modules.contains(ApplicationSearch.moduleName(of: $0.path)) }
    }

    private static func script(
        in search: ApplicationSearch, application: String?, _ framework: Framework
    ) -> SitePath? {
        var names = [
            "runserver.py", "run.py", "server.py", "manage.py", "main.py", "app.py", "application.py",
        ]
        if framework == .django { names.insert("manage.py", at: 0) }
        if let application, !application.contains("/") {
            names.insert(application, at: framework == .django ? 1 : 0)
        }
        let script =
            names.first { search.modules[$0]?.isScript == true }
            ?? application.flatMap { $0.hasSuffix("__init__.py") ? nil : $0 }
            ?? names.first { search.modules[$0] != nil }
        return script.flatMap { try? SitePath($0) }
    }
}

extension SiteEntry {
    /// What `WSGI_HANDLER` should be; nil for ASGI and where nothing tells.
    var wsgiHandler: String? {
        if framework == .django { return "django.core.wsgi.get_wsgi_application()" }
        guard let application, !application.isASGI else { return nil }
        return "\(application.module).\(application.callable)"
    }
}
