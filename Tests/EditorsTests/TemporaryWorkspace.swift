import Editors
import Files
import Foundation
import SystemPackage

/// A folder of one test's own that an editor has open, removed with it.
final class TemporaryWorkspace: Sendable {
    let path: FilePath

    init(_ files: [String: String] = [:]) throws {
        path = FilePath(NSTemporaryDirectory()).appending("ptvsd-\(UUID().uuidString)")
        try Folder.create(path)
        for (name, text) in files { try write(name, text) }
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path.string)
    }

    func write(_ name: String, _ text: String) throws {
        let file = FilePath(path.string + "/" + name)
        try Folder.create(file.removingLastComponent())
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
    }

    func text(_ name: String) throws -> String {
        String(decoding: try FileContents.read(FilePath(path.string + "/" + name)), as: UTF8.self)
    }

    var files: [String] {
        get throws { try Folder.names(in: path.appending(".vscode")) }
    }

    /// Merges an attachment, calling the files as they are called in the workspace.
    @discardableResult
    func merge(_ attachment: VSCodeAttachment) throws -> [VSCodeWorkspace.Outcome.Action] {
        try VSCodeWorkspace(path).merge(attachment) { $0.string.replacing("\(path)/", with: "") }
            .map(\.action)
    }

    /// An attachment to a site whose sources are in the workspace, or a folder of it.
    func attachment(_ folder: String = "", remoteRoot: String = "/home/site/wwwroot") -> VSCodeAttachment {
        VSCodeAttachment(
            site: "demo.azurewebsites.net", localRoot: folder.isEmpty ? path : path.appending(folder),
            remoteRoot: remoteRoot, templates: .django, port: 5678, program: "ptvsd-publish",
            arguments: ["attach", "--port", "5678"])
    }
}
