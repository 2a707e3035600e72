import Diagnostics

/// Takes the debug endpoint out of a `web.config` again.
struct LeftoverTransform {
    /// The transform's text; nil when there is nothing to take out.
    let text: String?

    /// Looks for what a Debug publish injects.
    init(_ config: WebConfig) throws(Failure) {
        let command = config.platformCommand
        let hasLeftovers =
            config.appSettings.contains { $0.name.hasPrefix("WSGI_PTVSD_") }
            || config.environmentVariables.contains { $0.name.hasPrefix("WSGI_PTVSD_") }
            || config.handlers.contains(where: \.isEndpoint) || command?.unwrapped != nil
            || command?.isEndpoint == true
        guard hasLeftovers else {
            text = nil
            return
        }
        let section = SectionPath(config, container: config.container)
        let rules = SectionPath(config, container: config.rulesContainer)
        var values = Template.Values()
        values.texts["xmlns"] = section.namespaceDeclaration
        values.texts["location"] = section.locationAttributes
        values.texts["rulesLocation"] = rules.locationAttributes
        values.texts["removePlatform"] = command?.isEndpoint == true ? "" : nil
        if let inner = command?.unwrapped {
            values.texts["unwrap"] = ""
            values.texts["processPath"] = Template.attribute(inner.processPath)
            values.texts["arguments"] = Template.attribute(inner.arguments)
            values.lists["portVariables"] = config.environmentVariables
                .filter { PortText.unwrapped($0.value) != $0.value }
                .map {
                    [
                        "name": Template.attribute($0.name),
                        "value": Template.attribute(PortText.unwrapped($0.value)),
                    ]
                }
        }
        text = try Template("configuration/web.release.config").filled(with: values)
    }
}
