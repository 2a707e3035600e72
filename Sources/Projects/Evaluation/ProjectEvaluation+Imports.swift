import Diagnostics
import Files
import XMLDocumentTransform

extension ProjectEvaluation {
    private static let maximumDepth = 64

    /// Evaluates an `ImportGroup`.
    mutating func evaluateImportGroup(_ group: XMLElement) throws(Failure) {
        guard try conditionHolds(of: group) else { return }
        for element in group.elements {
            guard element.localName == "Import" else { throw unknownElement(element, in: group) }
            try evaluateImport(element)
        }
    }

    /// Evaluates an `Import`: reads the file, or passes over one that belongs to Visual Studio or MSBuild.
    mutating func evaluateImport(_ element: XMLElement) throws(Failure) {
        guard element.attribute("Sdk") == nil else { return }
        guard let attribute = element.attribute("Project") else {
            throw Failure(.badInput, id: "import-empty", "'Import' has no 'Project'", at: element.location)
        }
        let path = expand(attribute.value, at: attribute.location)
        if KnownTargets.contain(written: attribute.value, expanded: MSBuildEscapes.unescaped(path)) {
            try passOver(element, MSBuildEscapes.unescaped(path))
            return
        }
        guard try conditionHolds(of: element) else { return }
        for fragment in MSBuildText.fragments(of: path) {
            try importFiles(fragment, at: attribute.location)
        }
    }

    /// Notes an import that is not read.
    ///
    /// Whether such a file exists is not asked: here it never does, where the project was made it did.
    private mutating func passOver(_ element: XMLElement, _ path: String) throws(Failure) {
        let asksForFile = element[attribute: "Condition"]?.lowercased().contains("exists") ?? false
        if !asksForFile {
            guard try conditionHolds(of: element) else { return }
        }
        skippedImports.append(path)
        // Microsoft.Common.targets, which all of them lead to, reads the user's file; properties files come before.
        if !path.lowercased().hasSuffix(".props") { try importUserFile() }
    }

    /// Evaluates `<project>.user`, once, where it exists.
    mutating func importUserFile() throws(Failure) {
        guard !hasImportedUserFile else { return }
        hasImportedUserFile = true
        let name = PathText.name(root.path) + ".user"
        guard let match = folders.find(name, from: root.folder), folders.kind(of: match.path) == .regular
        else {
            return
        }
        try evaluateFile(root.neighbour(at: match.path, written: PathText.name(match.path)))
    }

    private mutating func importFiles(_ pattern: String, at place: Diagnostic.Location) throws(Failure) {
        if Glob.hasWildcards(pattern) {
            let matches = folders.files(matching: Glob(escaped: pattern), from: file.folder)
            for match in matches {
                let path =
                    PathText.isAbsolute(match.path) ? match.path : FolderIndex.joined(file.folder, match.path)
                try importFile("/" + PathText.normalised(path), written: match.path, at: place)
            }
            return
        }
        let written = MSBuildEscapes.unescaped(pattern)
        guard let match = folders.find(written, from: file.folder) else {
            throw Failure(
                .badInput, id: "import-missing", "the imported file '\(written)' does not exist", at: place,
                hint: "restore it, or add Condition=\"Exists('\(written)')\"")
        }
        if let difference = match.differing {
            diagnostics.add(.differentCase(written, onDisk: difference.onDisk, from: file.folder, at: place))
        }
        try importFile(match.path, written: written, at: place)
    }

    private mutating func importFile(
        _ path: String, written: String, at place: Diagnostic.Location
    ) throws(Failure) {
        guard !importStack.contains(path) else {
            throw Failure(.badInput, id: "import-cycle", "'\(written)' imports itself in a circle", at: place)
        }
        guard importStack.count < Self.maximumDepth else {
            throw Failure(
                .badInput, id: "import-depth", "imports are nested more than \(Self.maximumDepth) files deep",
                at: place)
        }
        guard !importedFiles.contains(path) else {
            diagnostics.add(
                .warning("import-repeated", "'\(written)' was imported before; it is read once", at: place))
            return
        }
        try evaluateFile(file.neighbour(at: path, written: written))
    }
}

/// The files that come with Visual Studio or MSBuild: what they define for a Python site is built in here.
enum KnownTargets {
    private static let folders = [
        "$(msbuildextensionspath", "$(vstoolspath", "$(ptvstargetsfile", "$(msbuildtoolspath",
        "$(msbuildbinpath",
        "$(msbuilduserextensionspath", "$(msbuildsdkspath", "$(msbuildframeworktoolspath",
    ]

    /// Whether an import means one of them, by how it is written or what it expands to.
    static func contain(written: String, expanded: String) -> Bool {
        let written = written.lowercased()
        if folders.contains(where: written.contains) { return true }
        let path = expanded.lowercased()
        if path.hasPrefix(WellKnownProperties.extensionsPath.lowercased()) { return true }
        let name = PathText.name(path)
        return name.hasPrefix("microsoft.common.")
            || (name.hasSuffix(".targets") || name.hasSuffix(".props")) && name.contains(".pythontools")
    }
}

extension Diagnostic {
    /// The warning that a file is spelled differently on disk.
    ///
    /// - Parameters:
    ///   - written: The path as the project has it.
    ///   - onDisk: The absolute path on disk.
    ///   - base: The folder that `written` starts from.
    ///   - place: Where the project has it.
    /// - Returns: The warning.
    static func differentCase(
        _ written: String, onDisk: String, from base: String, at place: Location
    ) -> Diagnostic {
        let prefix = base.hasSuffix("/") ? base : base + "/"
        let real = onDisk.hasPrefix(prefix) ? String(onDisk.dropFirst(prefix.count)) : onDisk
        return .warning(
            "case-differs", "'\(written)' is called '\(real)' on disk", at: place,
            hint: "a server that tells upper from lower case may not find it; give both the same name")
    }
}
