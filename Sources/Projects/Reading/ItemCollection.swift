import Diagnostics
import Files
import SystemPackage

/// Goes through the items of a project and collects the files of its site.
struct ItemCollection {
    private let evaluation: ProjectEvaluation
    private let options: ProjectReader.Options
    private let outputFolders: [String]
    private var site = SiteFileList()
    private var reported: Set<FolderIndex.Difference> = []
    private var found = DiagnosticList()

    /// What is not published, and why.
    private(set) var excluded: [Project.Exclusion] = []

    /// Prepares the collection.
    init(_ evaluation: ProjectEvaluation, _ options: ProjectReader.Options) {
        self.evaluation = evaluation
        self.options = options
        let usual = FolderIndex.joined(evaluation.itemBase, "bin/publish")
        outputFolders = ([usual] + (options.outputFolder.map { [$0.string] } ?? [])).map { $0 + "/" }
    }

    /// The files, sorted by destination.
    var files: [Project.File] { site.files }

    /// What was noticed: everything about items, then everything about destinations.
    var diagnostics: DiagnosticList {
        var list = found
        list.add(contentsOf: site.diagnostics.all)
        return list
    }

    /// Goes through the items.
    mutating func collect() {
        for item in evaluation.items.all { collect(item) }
        addWebConfig()
    }

    private mutating func collect(_ item: Item) {
        var decision = ItemSelection.decide(
            type: item.type, publish: value("Publish", item),
            copyToOutput: value("CopyToOutputDirectory", item),
            selection: options.selection)
        if case .excluded = decision, isWebConfig(item), Boolean.dotNet(value("Publish", item)) == nil {
            return
        }
        if decision != .notAFile, let reason = NeverPublished.reason(for: PathText.name(item.include)) {
            decision = .excluded(reason: reason)
        }
        switch decision {
        case .notAFile: break
        case .excluded(let reason): exclude(item, reason)
        case .published: publish(item, below: nil)
        case .publishedInBin: publish(item, below: "bin")
        }
    }

    private mutating func publish(_ item: Item, below folder: String?) {
        guard let source = source(of: item) else { return }
        guard !outputFolders.contains(where: { source.hasPrefix($0) }) else {
            exclude(item, "output of this tool")
            return
        }
        guard var destination = destination(of: item, below: folder) else { return }
        if MSBuildText.trimmed(value("Link", item)).isEmpty { destination = spelled(destination, as: source) }
        site.add(
            Project.File(source: FilePath(source), destination: destination), name: item.include,
            at: item.location)
    }

    /// Where an item stands on disk; what is missing is reported.
    private mutating func source(of item: Item) -> String? {
        guard let match = evaluation.folders.find(item.include, from: evaluation.itemBase) else {
            guard !options.mayLackWebConfig || !isWebConfig(item) else { return nil }
            found.add(
                .error(
                    "item-missing", "'\(item.include)' does not exist", at: item.location,
                    hint: isWebConfig(item)
                        ? "'ptvsd-publish init' writes one, or remove the item from the project"
                        : "restore the file, or remove the item from the project"))
            return nil
        }
        guard evaluation.folders.kind(of: match.path) == .regular else {
            let isFolder = evaluation.folders.kind(of: match.path) == .folder
            let pattern = PathText.components(item.include).joined(separator: "\\") + "\\**"
            found.add(
                .error(
                    "item-not-a-file", "'\(item.include)' is \(isFolder ? "a folder" : "not a file")",
                    at: item.location, hint: isFolder ? "list its files, or write '\(pattern)'" : nil))
            return nil
        }
        if let difference = match.differing, reported.insert(difference).inserted {
            found.add(
                .differentCase(item.include, onDisk: match.path, from: evaluation.itemBase, at: item.location)
            )
        }
        return match.path
    }

    /// `destination` as its source is spelled on disk where the project spells it otherwise.
    ///
    /// Python finds no module whose file differs in case only, on Windows neither (PEP 235), and Linux no file at all.
    private func spelled(_ destination: SitePath, as source: String) -> SitePath {
        let tail = PathText.components(source).suffix(destination.components.count).joined(separator: "/")
        guard tail.lowercased() == destination.description.lowercased(), let path = try? SitePath(tail) else {
            return destination
        }
        return path
    }

    /// Where an item goes in the site; one that would leave it is reported.
    private mutating func destination(of item: Item, below folder: String?) -> SitePath? {
        let link = MSBuildText.trimmed(value("Link", item))
        let prefix = folder.map { $0 + "/" } ?? ""
        if !link.isEmpty {
            // A link that climbs and returns is fine; one that starts at a root or ends outside is not.
            if let path = try? SitePath(link), let full = try? SitePath(prefix + path.description) {
                return full
            }
            found.add(
                .error(
                    "destination-outside", "the link '\(link)' of '\(item.include)' leads out of the site",
                    at: item.location, hint: "correct its 'Link'"))
            return nil
        }
        if let path = evaluation.sitePath(of: item.include),
            let full = try? SitePath(prefix + path.description)
        {
            return full
        }
        found.add(
            .error(
                "destination-outside", "'\(item.include)' lies outside the project and would leave the site",
                at: item.location, hint: "give the item a 'Link' with its place in the site"))
        return nil
    }

    private func value(_ name: String, _ item: Item) -> String {
        MSBuildEscapes.unescaped(evaluation.escapedMetadata(name, of: item))
    }

    private mutating func exclude(_ item: Item, _ reason: String) {
        excluded.append(.init(source: PathText.normalised(item.include), reason: reason))
    }

    private func isWebConfig(_ item: Item) -> Bool {
        PathText.key(item.include) == "web.config"
    }

    /// A web.config that is no published item still makes the site: without it IIS runs nothing.
    private mutating func addWebConfig() {
        let isRefused = excluded.contains { $0.source.lowercased() == "web.config" }
        guard !isRefused, !site.holds("web.config"),
            let match = evaluation.folders.find("web.config", from: evaluation.itemBase),
            evaluation.folders.kind(of: match.path) == .regular,
            let destination = try? SitePath(PathText.name(match.path))
        else { return }
        found.add(
            .note(
                "web-config-not-item",
                "'\(destination)' is not published by the project; it is part of the site all the same",
                at: evaluation.root.location, hint: "add it to the project as 'Content'"))
        site.add(.init(source: FilePath(match.path), destination: destination), name: destination.description)
    }
}
