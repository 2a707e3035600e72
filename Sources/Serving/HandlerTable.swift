import Diagnostics
import WebConfiguration
import XMLDocumentTransform

/// Turns handler elements into those of a plan, and collects the FastCGI applications they refer to.
struct HandlerTable {
    let site: PublishedSite
    let config: WebConfig
    let paths: LocalPaths
    /// The applications met so far.
    private(set) var applications: [ServePlan.Application] = []
    /// The first handler that hands requests to `httpPlatform`'s process.
    private(set) var platformHandler: XMLElement?
    private var known: [String: Int] = [:]
    private var reported: Set<String> = []

    /// Starts an empty table.
    init(site: PublishedSite, config: WebConfig, paths: LocalPaths) {
        self.site = site
        self.config = config
        self.paths = paths
    }

    /// The handlers that hold for a folder.
    mutating func handlers(
        _ rules: FolderRules, _ found: inout DiagnosticList
    ) -> [ServePlan.Handler] {
        var handlers = rules.handlers.map { handler($0, &found) }
        if rules.servesFiles {
            handlers.append(
                .init(name: "StaticFile", path: "*", verbs: [], resourceType: "Either", kind: .static))
        }
        return handlers
    }

    private mutating func handler(_ element: XMLElement, _ found: inout DiagnosticList) -> ServePlan.Handler {
        let modules = (element["modules"] ?? "").lowercased()
        let verbs = (element["verb"] ?? "*").split(separator: ",")
            .map { $0.filter { !$0.isWhitespace }.uppercased() }
        var handler = ServePlan.Handler(
            name: element["name"] ?? "", path: element["path"] ?? "", verbs: verbs.contains("*") ? [] : verbs,
            resourceType: element["resourceType"] ?? "Unspecified", kind: .other)
        if modules.contains("fastcgimodule") {
            handler.kind = .fastcgi
            handler.application = application(element, &found)
        } else if modules.contains("httpplatformhandler") {
            handler.kind = .platform
            platformHandler = platformHandler ?? element
        } else if modules.contains("staticfilemodule") {
            handler.kind = .static
        } else if reported.insert(handler.name).inserted {
            found.add(
                .warning(
                    "serve-handler-unknown", "only IIS can run the handler '\(handler.name)'",
                    at: element.location,
                    hint: "requests for '\(handler.path)' are answered with 501"))
        }
        return handler
    }

    /// The application's number; handlers with the same `scriptProcessor` share one.
    private mutating func application(_ element: XMLElement, _ found: inout DiagnosticList) -> Int {
        let key = (element["scriptProcessor"] ?? "").lowercased()
        if let number = known[key] { return number }
        var application = ServePlan.Application(
            handler: element, site: site, config: config, paths: paths, diagnostics: &found)
        if !applications.isEmpty { application.program.name = "site \(applications.count + 1)" }
        applications.append(application)
        known[key] = applications.count - 1
        return applications.count - 1
    }
}
