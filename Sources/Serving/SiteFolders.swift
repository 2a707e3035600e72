import WebConfiguration
import XMLDocumentTransform

/// The `system.webServer` sections of a site, by the folder that they are for.
struct SiteFolders {
    /// Those for the site itself.
    let own: [XMLElement]
    /// Those for folders below, the outer ones first.
    let below: [(path: String, sections: [XMLElement])]

    /// Collects the sections of all configuration files, those in elements `location` included.
    init(_ site: PublishedSite, _ config: WebConfig) {
        var own: [XMLElement] = []
        var below: [(path: String, sections: [XMLElement])] = []
        for (path, config) in [("", config)] + site.folderConfigs.map({ ($0.path, $0.config) }) {
            for element in config.root.elements {
                let target: String
                let sections: [XMLElement]
                switch element.localName {
                case "system.webServer": (target, sections) = (path, [element])
                case "location":
                    target = Self.joined(path, element["path"] ?? "")
                    sections = element.children("system.webServer")
                default: continue
                }
                if target.isEmpty {
                    own += sections
                } else if let known = below.firstIndex(where: { $0.path.lowercased() == target.lowercased() })
                {
                    below[known].sections += sections
                } else {
                    below.append((target, sections))
                }
            }
        }
        self.own = own
        self.below = below.sorted { $0.path.count < $1.path.count }
    }

    /// What holds for the site and for each folder, the folders above taken into account.
    func rules() -> [(path: String, rules: FolderRules)] {
        var result: [(path: String, rules: FolderRules)] = [("", Self.applying(own, to: .stock))]
        for (path, sections) in below {
            let above = result.last {
                $0.path.isEmpty || path.lowercased().hasPrefix($0.path.lowercased() + "/")
            }
            result.append((path, Self.applying(sections, to: above?.rules ?? .stock)))
        }
        return result
    }

    private static func applying(_ sections: [XMLElement], to rules: FolderRules) -> FolderRules {
        var rules = rules
        for section in sections { rules.apply(section) }
        return rules
    }

    private static func joined(_ folder: String, _ path: String) -> String {
        let names = path.split(whereSeparator: { $0 == "/" || $0 == "\\" }).filter { $0 != "." }
        return ([folder].filter { !$0.isEmpty } + names.map(String.init)).joined(separator: "/")
    }
}
