import XMLDocumentTransform

extension WebDebugConfig.Injection {
    /// The element as a short path, with the attribute that tells it from its siblings.
    package var title: String {
        let key = ["key", "name", "path", "url"].lazy.compactMap { element[$0] }.first
        let place = path.dropFirst().joined(separator: "/")
        return place + (key.map { " \($0)" } ?? "")
    }

    /// What it is for, as a clause.
    package var purpose: String {
        switch (path.last ?? "", element["key"] ?? element["name"] ?? "") {
        case (_, "WSGI_PTVSD_SECRET"):
            "the secret of the debug endpoint"
        case (_, "WSGI_PTVSD_EXPIRES"):
            "until when the secret holds; the endpoint refuses it afterwards"
        case (_, "WSGI_PTVSD_ADDRESS"):
            "where the debugger listens on the server, for the endpoint only"
        case ("httpRuntime", _) where element["targetFramework"] != nil:
            "lets IIS accept web sockets"
        case ("add", "ptvsd") where transform != "RemoveAll",
            ("add", "ptvsd-sessions") where transform != "RemoveAll":
            "brings requests for /\(element["path"] ?? "ptvsd") to the endpoint, ahead of the site's own handlers"
        case ("httpPlatform", _) where element["arguments"]?.contains(" -- ") == true:
            "starts the site agent, which starts the site's own command and answers /ptvsd"
        case ("httpPlatform", _) where element["arguments"] != nil:
            "starts the site agent, which answers /ptvsd"
        case ("environmentVariable", _):
            "gives the site's own process its port, now that the agent has the one of IIS"
        case ("rule", "ptvsd"):
            "keeps the site's rewrite rules from sending /ptvsd elsewhere"
        case ("webSocket", _) where element["enabled"] != nil:
            "switches web sockets on, with pings that keep an idle debug session alive"
        case ("add", _) where isRemoval, ("rule", _) where isRemoval:
            "takes out an endpoint of an earlier publish, so that none is there twice"
        default:
            isContainer ? "makes sure that the element is there" : "an edit of yours"
        }
    }

    /// Whether it only takes something out.
    package var isRemoval: Bool { transform == "Remove" || transform == "RemoveAll" }

    /// Whether it is an element without content of its own that others need around them, or that an
    /// element with the same identity fills a line later.
    package var isContainer: Bool {
        transform == "InsertIfMissing" && element.elements.isEmpty && element["value"] == nil
    }
}
