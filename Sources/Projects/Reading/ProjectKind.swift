/// What a `.pyproj` says it is, by its imports and its project type GUIDs.
struct ProjectKind {
    /// The framework of its flavour; nil for a generic project.
    let framework: Framework?
    /// Whether it is a web project.
    let isWeb: Bool

    private let imports: [String]

    /// Looks at an evaluated project.
    init(of evaluation: ProjectEvaluation) {
        let imports = evaluation.skippedImports.map { PathText.name($0).lowercased() }
        self.imports = imports
        let guids = (evaluation.properties.setting("ProjectTypeGuids") ?? "").lowercased()
        let byImport = Self.targets.first { imports.contains($0.file) }
        let byFlavour = Self.flavours.first { guids.contains($0.guid) }
        let flavour = byImport?.framework ?? byFlavour?.framework
        framework = flavour
        isWeb =
            flavour != nil || imports.contains("microsoft.pythontools.web.targets")
            || guids.contains("349c5851-65df-11da-9384-00065b846f21")
    }

    /// The handler of projects that import targets of the 2.1 beta, which Visual Studio would write on loading.
    func handlerOfOldImports(startupModule: String?) -> String? {
        guard let startupModule else { return nil }
        if imports.contains("microsoft.pythontools.bottle.targets") { return "\(startupModule).wsgi_app()" }
        if imports.contains("microsoft.pythontools.flask.targets") { return "\(startupModule).wsgi_app" }
        return nil
    }

    private static let targets: [(file: String, framework: Framework)] = [
        ("microsoft.pythontools.django.targets", .django),
        ("microsoft.pythontools.bottle.targets", .bottle),
        ("microsoft.pythontools.flask.targets", .flask),
    ]

    private static let flavours: [(guid: String, framework: Framework)] = [
        ("5f0be9ca-d677-4a4d-8806-6076c0faad37", .django),
        ("e614c764-6d9e-4607-9337-b7073809a0bd", .bottle),
        ("789894c7-04a9-4a11-a6b5-3f4435165112", .flask),
    ]
}
