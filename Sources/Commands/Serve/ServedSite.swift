import Diagnostics
import Files
import Projects
import Serving
import Sites
import SystemPackage

/// The published site that a user means.
struct ServedSite {
    /// The absolute path of the folder or archive.
    let path: FilePath
    /// Its name in what is shown.
    let name: String
    /// The start command that was given when it was published.
    let startCommand: String?
    /// How a user attaches to it while it is served.
    let attachment: ServedAttachment

    private var isArchive: Bool { path.extension?.lowercased() == "zip" }

    /// Finds the site: what is named, or where the project that is named, or stands in the current folder, went last.
    ///
    /// - Parameters:
    ///   - argument: A published folder or archive, or a project; nil for that in the current folder.
    ///   - context: The world around.
    /// - Throws: A `Failure` when there is nothing, or it was not published yet.
    init(_ argument: String?, context: Context) throws(Failure) {
        if let argument {
            let path = context.absolute(argument)
            guard let kind = FileKind(of: path) else {
                throw Failure(
                    .badInput, id: "site-not-found", "there is no '\(argument)'", at: .init(file: argument),
                    hint: "name a folder or .zip that was published")
            }
            let names = kind == .folder ? try Folder.names(in: path) : [path.lastComponent?.string ?? ""]
            let isProject = names.contains { $0.lowercased().hasSuffix(".pyproj") }
            if !isProject {
                guard kind == .folder || path.extension?.lowercased() == "zip" else {
                    throw Failure(
                        .badInput, id: "site-kind", "'\(argument)' is neither a folder nor a .zip",
                        at: .init(file: argument), hint: "name a folder or .zip that was published")
                }
                (self.path, name, startCommand) = (path, context.display(path), nil)
                attachment = ServedAttachment(toSite: path, context)
                return
            }
        }
        let location = try ProjectLocator.locate(
            FilePath(argument ?? "."), currentFolder: context.currentFolder)
        let project =
            switch location {
            case .projectFile(let file): file
            case .folder(let folder): folder
            }
        let memory = PublishMemory(of: project, in: try StateFolder(environment: context.environment))
        guard let last = memory.latest else {
            throw Failure(
                .badInput, id: "not-published",
                "the project in '\(context.display(location.folder))' was not published yet",
                hint: "'ptvsd-publish --configuration Debug' publishes it; or name a published folder")
        }
        let reference = try DestinationReference(last.destination, context: context)
        guard let local = reference.path else {
            throw Failure(
                .badInput, id: "site-elsewhere",
                "the project was last published to '\(reference.text)', which cannot be served from here",
                hint: "publish to a folder with '--to', and name that")
        }
        path = local
        name = context.display(path)
        startCommand = last.startCommand
        attachment = .project(argument.map { _ in context.display(project) })
        guard FileKind(of: path) != nil else {
            throw Failure(
                .badInput, id: "site-not-found",
                "'\(name)', where the project was published to, is not there any more",
                at: .init(file: name), hint: "publish it again, or name a published folder")
        }
    }

    /// Runs `work` with the folder of the site, and with the archive it is unpacked from for that long.
    func withFolder(_ work: (FilePath, UnpackedArchive?) async throws -> Void) async throws {
        guard isArchive else { return try await work(path, nil) }
        try await TemporaryFolder.during { folder in
            let archive = try UnpackedArchive(path, below: folder)
            try await work(archive.root, archive)
        }
    }
}
