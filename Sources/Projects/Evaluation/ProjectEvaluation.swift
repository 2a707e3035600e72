import Diagnostics
import Files
import SystemPackage
import XMLDocumentTransform

/// The evaluation of one MSBuild file as far as it matters without building: properties, imports, items.
///
/// Three passes, as in MSBuild: properties and imports in document order, then item definitions, then items, which
/// therefore see the final value of every property. Targets are never run.
struct ProjectEvaluation {
    /// The project: what `MSBuildProject…` properties speak of.
    let root: EvaluatedFile
    /// What stands in the folders around it.
    let folders: FolderIndex
    /// What relative items start from: `ProjectHome` once the properties are known, until then the root's folder.
    var itemBase: String
    /// The properties; final after the first pass.
    var properties: PropertyTable
    /// The items; filled by the third pass.
    var items: ItemTable
    /// Whether of the items only the rules of a deployment are evaluated.
    let onlyDeploymentRules: Bool
    /// The metadata that item definitions give to all items of a type: both names in lower case.
    var definitions: [String: [String: Item.Metadata]] = [:]
    /// The imports of files that belong to Visual Studio or MSBuild, expanded, in order.
    var skippedImports: [String] = []
    /// What was noticed.
    var diagnostics = DiagnosticList()

    /// The file whose elements are being evaluated.
    var file: EvaluatedFile
    /// The files that import each other, from the root to `file`.
    var importStack: [String] = []
    /// Every file that was evaluated.
    var importedFiles: Set<String> = []
    /// Whether `<project>.user` had its turn.
    var hasImportedUserFile = false
    /// Groups that wait for the second and third pass.
    var itemDefinitionGroups: [PendingGroup] = []
    var itemGroups: [PendingGroup] = []

    /// A group that is evaluated when all properties are known.
    struct PendingGroup {
        var element: XMLElement
        var file: EvaluatedFile
        /// The target that it stands in; nil for one outside of targets.
        var target: XMLElement?
    }

    /// What an evaluation starts from.
    struct Input {
        /// The file to evaluate.
        var root: EvaluatedFile
        /// The project that a publish profile belongs to; nil for `root` itself.
        var project: EvaluatedFile?
        /// The properties that project has, which imports its profile; nil to start from the environment.
        var inherited: PropertyTable?
        /// The items that it has.
        var items = ItemTable()
        /// Whether only those items count that say what a deployment leaves out or alone.
        var onlyDeploymentRules = false
        /// Where relative items start; nil for the folder that `ProjectHome` names.
        var itemBase: String?
        /// Properties that no file can override.
        var globalProperties: [String: String] = [:]
        /// The environment variables, which become properties.
        var environment: [String: String] = [:]
    }

    /// Evaluates a file.
    ///
    /// - Parameters:
    ///   - input: The file and its surroundings.
    ///   - folders: Listings that may be shared with other readers.
    /// - Throws: A `Failure` with the place of what cannot be evaluated.
    init(_ input: Input, folders: FolderIndex) throws(Failure) {
        root = input.project ?? input.root
        file = input.root
        self.folders = folders
        itemBase = input.itemBase ?? input.root.folder
        items = input.items
        onlyDeploymentRules = input.onlyDeploymentRules
        properties =
            input.inherited
            ?? PropertyTable(
                environment: input.environment,
                wellKnown: WellKnownProperties.values(
                    of: root, environment: input.environment, folders: folders),
                global: input.globalProperties)
        try evaluateFile(input.root)
        if input.itemBase == nil { try findHome() }
        for group in itemDefinitionGroups { try evaluateDefinitions(group) }
        for group in itemGroups { try evaluateItems(group) }
        file = input.root
        try diagnostics.failOnErrors()
    }

    /// Evaluates what stands in one file: the root, or an import.
    mutating func evaluateFile(_ next: EvaluatedFile) throws(Failure) {
        let element = try XMLElement(
            parsing: FileContents.read(FilePath(next.path), limit: 64 << 20), file: next.displayName)
        try Self.check(element)
        let importer = file
        file = next
        importStack.append(next.path)
        importedFiles.insert(next.path)
        defer {
            importStack.removeLast()
            file = importer
        }
        for child in element.elements { try evaluateTopLevel(child) }
        // An SDK imports Microsoft.Common.targets after the last line of the file.
        if element[attribute: "Sdk"] != nil, importStack.count == 1 { try importUserFile() }
    }

    private static func check(_ element: XMLElement) throws(Failure) {
        let namespace = "http://schemas.microsoft.com/developer/msbuild/2003"
        guard element.localName == "Project", element.namespace == nil || element.namespace == namespace
        else {
            throw Failure(
                .badInput, id: "project-root",
                "'\(element.name)' is not the 'Project' element of an MSBuild file", at: element.location,
                hint: "name a Visual Studio Python project (.pyproj) or a folder with Python code")
        }
    }

    private mutating func evaluateTopLevel(_ element: XMLElement) throws(Failure) {
        switch element.localName {
        case "PropertyGroup": try evaluateProperties(element)
        case "ItemGroup": itemGroups.append(PendingGroup(element: element, file: file))
        case "ItemDefinitionGroup": itemDefinitionGroups.append(PendingGroup(element: element, file: file))
        case "Choose": try evaluateChoose(element)
        case "Import": try evaluateImport(element)
        case "ImportGroup": try evaluateImportGroup(element)
        case "Target": evaluateTarget(element)
        case "ProjectExtensions", "UsingTask", "Sdk": break
        default:
            throw Failure(
                .badInput, id: "project-element", "'\(element.name)' is no element of an MSBuild project",
                at: element.location)
        }
    }

    private mutating func findHome() throws(Failure) {
        guard let written = properties.setting("ProjectHome") else { return }
        guard let match = folders.find(written, from: root.folder), folders.kind(of: match.path) == .folder
        else {
            throw Failure(
                .badInput, id: "project-home-missing", "there is no folder '\(written)', the project's home",
                at: properties.property("ProjectHome")?.location ?? root.location,
                hint: "correct 'ProjectHome'")
        }
        itemBase = match.path
    }
}

extension XMLElement {
    /// The value of the attribute called `name`.
    subscript(attribute name: String) -> String? { attribute(name)?.value }

    /// The attribute without a prefix called `name`.
    func attribute(_ name: String) -> Attribute? {
        attributes.first { $0.name == name }
    }
}
