import Diagnostics
import XMLDocumentTransform

/// What a `web.config` must not hold when it reaches IIS, whichever transform brought it there.
enum ResultCheck {
    /// Checks a finished document.
    ///
    /// - Parameter document: The document after all transforms.
    /// - Throws: A `Failure` with everything that would make IIS answer each request with an error (500.19).
    static func check(_ document: Document) throws(Failure) {
        var problems = DiagnosticList()
        let config = try document.config
        visit(config.root, &problems)
        for section in config.root.children("system.web") {
            single("httpRuntime", in: section, &problems)
        }
        for section in config.webServer {
            for name in ["webSocket", "httpPlatform", "handlers"] { single(name, in: section, &problems) }
        }
        for section in SectionsElsewhere.all(in: config)
        where section["configSource"] != nil && !(section.elements.isEmpty && section.attributes.count == 1) {
            problems.add(
                .error(
                    "section-elsewhere-and-here",
                    "'\(section.localName)' \(SectionsElsewhere.reason(of: section) ?? "") and holds something here as well",
                    at: section.location, hint: "IIS refuses that; keep one of them"))
        }
        unique(config.handlers.map { ($0.name, $0.location) }, "handler", &problems)
        // Settings that repeat are allowed by IIS; two secrets are not what anybody wants.
        unique(
            config.appSettings.filter { $0.name.hasPrefix("WSGI_PTVSD_") }.map { ($0.name, $0.location) },
            "application setting", &problems)
        try problems.failOnErrors()
    }

    private static func visit(_ element: XMLElement, _ problems: inout DiagnosticList) {
        for attribute in element.attributes {
            for name in DeploymentPlaceholders.names where attribute.value.contains(name) {
                problems.add(
                    .error(
                        "placeholder-left", "'\(name)' was left for Web Deploy to fill in",
                        at: attribute.location,
                        hint: "write the path there, or give '--site-root PATH' and '--site-python PATH'"))
            }
        }
        for child in element.elements { visit(child, &problems) }
    }

    private static func single(_ name: String, in section: XMLElement, _ problems: inout DiagnosticList) {
        for element in section.children(name).dropFirst() {
            problems.add(
                .error(
                    "element-repeated",
                    "'\(name)' stands in '\(section.name)' more than once after all transforms",
                    at: element.location, hint: hint))
        }
    }

    private static func unique(
        _ names: [(String, Diagnostic.Location)], _ what: String, _ problems: inout DiagnosticList
    ) {
        var seen: Set<String> = []
        for (name, place) in names where !seen.insert(name.lowercased()).inserted {
            problems.add(
                .error(
                    "element-repeated", "there are two of the \(what) '\(name)' after all transforms",
                    at: place,
                    hint: hint))
        }
    }

    private static let hint = "IIS refuses that; use 'InsertIfMissing' or take one of them out"
}
