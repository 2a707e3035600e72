import Diagnostics
import WebConfiguration
import XMLDocumentTransform

/// What IIS applies to the requests of one folder: its own `system.webServer` sections over those of the folders above.
struct FolderRules {
    /// The handler table.
    var handlers: [XMLElement]
    /// The names that no request may contain.
    var hidden: [String]
    /// Extension → content type.
    var types: [String: String] = [:]
    /// The files that stand for their folder.
    var documents: [String]
    /// The fields added to every answer.
    var headers: [ServePlan.Header] = []
    /// Whether the stock handler for files stands at the table's end.
    var servesFiles = true

    /// What a stock IIS has in `applicationHost.config`, as far as it matters here.
    static let stock = FolderRules(
        handlers: [],
        hidden: [
            "web.config", "bin", "App_code", "App_GlobalResources", "App_LocalResources", "App_WebReferences",
            "App_Data",
            "App_Browsers",
        ],
        documents: ["Default.htm", "Default.asp", "index.htm", "index.html", "iisstart.htm"])

    /// Applies a section of a folder's own.
    mutating func apply(_ section: XMLElement) {
        for table in section.children("handlers") { apply(handlers: table) }
        for segments in section.children("security").flatMap({ $0.children("requestFiltering") })
            .flatMap({ $0.children("hiddenSegments") })
        {
            for element in segments.elements {
                let name = element["segment"] ?? ""
                switch element.localName {
                case "clear": hidden = []
                case "remove": hidden.removeAll { $0.lowercased() == name.lowercased() }
                default: hidden.append(name)
                }
            }
        }
        for element in section.children("staticContent").flatMap(\.elements) {
            let name = (element["fileExtension"] ?? "").lowercased()
            switch element.localName {
            case "mimeMap": types[name] = element["mimeType"]
            case "remove": types[name] = nil
            default: break
            }
        }
        apply(
            documents: section.children("defaultDocument").flatMap { $0.children("files") }.flatMap(
                \.elements))
        for element in section.children("httpProtocol").flatMap({ $0.children("customHeaders") }).flatMap(
            \.elements)
        {
            let name = element["name"] ?? ""
            if element.localName == "clear" { headers = [] }
            headers.removeAll { $0.name.lowercased() == name.lowercased() }
            if element.localName == "add" { headers.append(.init(name: name, value: element["value"] ?? "")) }
        }
    }

    /// Lines of a folder's own come before inherited ones (`mergeAppend="false"` in IIS's schema).
    private mutating func apply(handlers table: XMLElement) {
        var own: [XMLElement] = []
        for element in table.elements {
            let name = element["name"]?.lowercased()
            switch element.localName {
            case "clear":
                (own, handlers, servesFiles) = ([], [], false)
            case "remove":
                own.removeAll { $0["name"]?.lowercased() == name }
                handlers.removeAll { $0["name"]?.lowercased() == name }
                if name == "staticfile" { servesFiles = false }
            default: own.append(element)
            }
        }
        handlers = own + handlers
    }

    private mutating func apply(documents elements: [XMLElement]) {
        var own: [String] = []
        for element in elements {
            let name = element["value"] ?? ""
            switch element.localName {
            case "clear": (own, documents) = ([], [])
            case "remove": documents.removeAll { $0.lowercased() == name.lowercased() }
            default: own.append(name)
            }
        }
        documents = own + documents
    }

    /// The sections that this program follows, or whose absence no page shows.
    private static let known: Set<String> = [
        "handlers", "httpPlatform", "rewrite", "webSocket", "staticContent", "defaultDocument",
        "httpProtocol",
        "modules", "fastCgi", "caching", "urlCompression", "httpCompression", "tracing", "httpLogging",
        "validation",
        "applicationInitialization", "serverRuntime", "directoryBrowse",
    ]

    /// What a section says that has no effect here.
    static func findings(in section: XMLElement) -> [Diagnostic] {
        section.elements.flatMap { element in
            element.localName == "security"
                ? element.elements.filter { $0.localName != "requestFiltering" }
                : known.contains(element.localName) ? [] : [element]
        }.map {
            .note("serve-section-ignored", "'\($0.name)' has no effect here", at: $0.location)
        }
    }
}
