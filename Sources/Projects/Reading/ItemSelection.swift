/// Which items of a project become files of the site, by type and metadata.
enum ItemSelection {
    /// What becomes of an item.
    enum Decision: Equatable {
        case published
        /// Published below `bin`, as the original's web pipeline does with files that are copied to the output.
        case publishedInBin
        case excluded(reason: String)
        /// No file at all, such as a folder or a reference.
        case notAFile
    }

    private static let notFiles: Set<String> = [
        "folder", "interpreter", "interpreterreference", "reference", "projectreference", "comreference",
        "webpireference", "packagereference", "bootstrapperpackage", "projectcapability", "service",
        "propertypageschema", "availableitemname", "webreferences", "webreferenceurl", "analyzer", "import",
        "excludefrompackagefiles", "excludefrompackagefolders", "msdeployskiprules",
    ]

    /// Decides about an item.
    ///
    /// - Parameters:
    ///   - type: The item type.
    ///   - publish: The metadata `Publish`; what is no .NET boolean counts as not set.
    ///   - copyToOutput: The metadata `CopyToOutputDirectory`.
    ///   - selection: Which files are wanted.
    /// - Returns: What becomes of it.
    static func decide(
        type: String, publish: String, copyToOutput: String, selection: FileSelection
    ) -> Decision {
        let kind = type.lowercased()
        guard !notFiles.contains(kind) else { return .notAFile }
        switch Boolean.dotNet(publish) {
        case true?: return .published
        case false?: return .excluded(reason: "its 'Publish' is False")
        case nil: break
        }
        if kind == "compile" || kind == "content" || selection == .allInProject { return .published }
        let isCopied = ["always", "preservenewest"].contains(MSBuildText.trimmed(copyToOutput).lowercased())
        if kind == "none", isCopied { return .publishedInBin }
        return .excluded(reason: "item type \(type)")
    }
}
