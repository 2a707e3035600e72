import Diagnostics
import XMLDocumentTransform

/// The sections that a `web.config` keeps in a file of their own, or encrypted: nothing can be added to them here.
enum SectionsElsewhere {
    /// What IIS or wfastcgi reads of a site, and its debug endpoint has to change.
    ///
    /// - Parameter config: The configuration.
    /// - Returns: The sections' elements.
    static func all(in config: WebConfig) -> [XMLElement] {
        let server = config.webServer.flatMap { section in
            ["handlers", "httpPlatform", "webSocket"].flatMap(section.children)
        }
        return
            (config.root.children("appSettings")
            + config.root.children("system.web").flatMap { $0.children("httpRuntime") } + server
            + config.ruleSections).filter { reason(of: $0) != nil }
    }

    /// Where a section is, as a clause; nil for one that stands in the file.
    static func reason(of section: XMLElement) -> String? {
        if let file = section["configSource"] { return "is kept in '\(file)'" }
        return section["configProtectionProvider"].map { "is encrypted by '\($0)'" }
    }

    /// Refuses what a debug endpoint cannot be added to.
    ///
    /// - Parameters:
    ///   - config: The configuration.
    ///   - names: The sections that nothing is added to.
    /// - Throws: A `Failure` that names every such section.
    static func refuse(in config: WebConfig, except names: Set<String>) throws(Failure) {
        var problems = DiagnosticList()
        for section in all(in: config) where !names.contains(section.localName) {
            let isSettings = section.localName == "appSettings"
            let consequence =
                isSettings && section["configSource"] != nil
                ? "where wfastcgi does not look" : "so that the debug endpoint cannot be added to it"
            problems.add(
                .error(
                    isSettings ? "app-settings-elsewhere" : "section-elsewhere",
                    "'\(section.localName)' \(reason(of: section) ?? ""), \(consequence)",
                    at: section.location,
                    hint:
                        "move what it holds into this file and remove '\(section["configSource"] == nil ? "configProtectionProvider" : "configSource")'"
                ))
        }
        try problems.failOnErrors()
    }
}
